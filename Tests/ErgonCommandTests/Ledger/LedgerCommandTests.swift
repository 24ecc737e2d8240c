import ErgonEnergy
import ErgonLedger
import Foundation
import Testing

@Suite("Ledger commands")
struct LedgerCommandTests {
  private static let group = RunID()

  /// Three pairs run in turn, A at twice the joules of B, and a run by itself.
  private static func fill(_ ledger: Ledger) throws {
    var runs: [Run] = []
    for index in 0..<3 {
      for (side, joules) in [("A", 20.0), ("B", 10.0)] {
        runs.append(
          run(
            "side \(side)", joules: joules + Double(index) / 100,
            Repetition(group: group, side: side, index: index, isInterleaved: true)))
      }
    }
    runs.append(run("alone", joules: 5, nil, kind: .measured))
    try ledger.save(runs)
  }

  private static func run(
    _ subject: String, joules: Double, _ repetition: Repetition?,
    kind: ProvenanceKind = .estimated
  ) -> Run {
    let energy = Figure(
      Interval(Joules(joules), factor: 2), Provenance(kind, source: "model", version: "1"))
    var run = Run(
      subject: subject, environment: .current(), startedAt: 1_700_000_000,
      repetition: repetition)
    run.complete(
      with: Bill(
        reading: Reading(
          name: subject, startedAt: 1_700_000_000 + joules, duration: Seconds(2),
          components: [ComponentReading(component: .cpu, counter: "model/cpu", dynamic: energy)],
          processors: 1)), exitCode: 0)
    return run
  }

  /// A ledger in a folder of its own, and the program upon it.
  private func withLedger(
    isFilled: Bool = true, _ body: ((String...) throws -> Outcome, String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ergon-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if isFilled { try Self.fill(Ledger(path: folder + "/ledger.sqlite")) }
    try body({ try Outcome(running: ["ledger"] + $0, in: folder) }, folder)
  }

  @Test("an empty ledger says how to make a first run")
  func empty() throws {
    try withLedger(isFilled: false) { ergon, folder in
      let list = try ergon("list")
      #expect(list.status == 0 && list.output.isEmpty)
      #expect(list.errors.contains("ergon measure"))
      let json = try ergon("list", "--json").json()
      #expect(json["matching"] as? Int == 0 && (json["runs"] as? [Any])?.isEmpty == true)
      let missing = try ergon("list", "--ledger", folder + "/other.sqlite")
      #expect(missing.status == 66 && missing.errors.contains("other.sqlite"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  @Test("list shows the newest first, filters, and gives stable JSON")
  func list() throws {
    try withLedger { ergon, _ in
      let lines = try ergon("list").output.split(separator: "\n")
      #expect(lines.count == 8)
      #expect(lines[0].hasPrefix("RUN") && lines[0].hasSuffix("SUBJECT"))
      #expect(lines[7].contains("alone") && lines[7].contains("5.00 J (2.50 … 10.0)"))
      let json = try ergon("list", "--subject", "SIDE a", "--limit", "2", "--json").json()
      #expect(json["matching"] as? Int == 3 && json["schemaVersion"] as? Int == 1)
      let runs = try #require(json["runs"] as? [[String: Any]])
      #expect(runs.count == 2)
      for key in ["runId", "subject", "state", "startedAtUnixS", "durationS", "energyJ", "tags"] {
        #expect(runs[0][key] != nil, "\(key)")
      }
      #expect((runs[0]["energyJ"] as? [String: Any])?["provenance"] as? String == "estimated")
    }
  }

  @Test("show gives the run, its parts and where its joules come from")
  func show() throws {
    try withLedger { ergon, _ in
      let text = try ergon("show", "last").output
      for part in ["side A", "estimated: model (1)", "model/cpu", "exit code", "ergon"] {
        #expect(text.contains(part), "\(part)")
      }
      let json = try ergon("show", "last", "--json").json()
      #expect(json["subject"] as? String == "side A" && json["bill"] is [String: Any])
      let unknown = try ergon("show", "7ZZZZZ")
      #expect(unknown.status == 66 && unknown.errors.contains("unknown run: '7ZZZZZ'"))
      #expect(try ergon("show", "0").status == 64)
    }
  }

  @Test("compare pairs a group's repeats, refuses other origins, and can be forced")
  func compare() throws {
    try withLedger { ergon, _ in
      let json = try ergon("compare", "group:\(Self.group)", "--json").json()
      #expect(json["isPaired"] as? Bool == true && json["isInsideNoise"] as? Bool == false)
      #expect(abs((json["ratio"] as? Double ?? 0) - 2) < 0.01)
      let text = try ergon("compare", "subject:side A", "subject:side B")
      #expect(text.output.contains("times the energy of side B"))
      #expect(text.errors.contains("ratio of processor time"))
      let refused = try ergon("compare", "subject:side A", "subject:alone")
      #expect(refused.status == 2 && refused.errors.contains("different origin"))
      #expect(try ergon("compare", "subject:side A", "subject:alone", "--force").status == 0)
      #expect(try ergon("compare", "last").status == 64)
      #expect(try ergon("compare", "last", "odd:x").status == 64)
      #expect(try ergon("compare", "last", "tag:none").status == 66)
    }
  }

  @Test("what is exported comes back, and importing it again changes nothing")
  func exchange() throws {
    try withLedger { ergon, folder in
      let file = folder + "/runs.jsonl"
      #expect(try ergon("export", "-o", file).status == 0)
      let other = folder + "/other.sqlite"
      let first = try ergon("import", file, "--ledger", other, "--json").json()
      #expect((first["imported"] as? [Any])?.count == 7)
      let again = try ergon("import", file, "--ledger", other)
      #expect(again.output.contains("0 of 7 rows imported as jsonl, 7 known already"))
      #expect(try ergon("export").output == ergon("export", "--ledger", other).output)
      let codecarbon = try ergon("export", "--format", "codecarbon").output
      #expect(codecarbon.hasPrefix("timestamp,project_name,run_id,experiment_id,duration,"))
      #expect(codecarbon.split(whereSeparator: \.isNewline).count == 8)
      #expect(
        try ergon("export", "--format", "prometheus").output
          .contains("ergon_energy_joules_total{component=\"cpu\",provenance=\"measured\"} 5.0"))
    }
  }

  @Test("a report is one page with every run, its joules and their origin")
  func report() throws {
    try withLedger { ergon, folder in
      let file = folder + "/report.html"
      #expect(try ergon("export", "-o", file).status == 0)
      let page = try String(contentsOfFile: file, encoding: .utf8)
      for part in ["<svg", "side A", "alone", "5.00 J (2.50 … 10.0)", "estimated: model (1)"] {
        #expect(page.contains(part), "\(part)")
      }
      #expect(!page.contains("<script") && !page.contains("http-equiv=\"refresh"))
      #expect(try ergon("export", "-o", folder + "/none/report.html").status == 73)
    }
  }

  @Test("a malformed file is one line with row and column, and nothing is kept")
  func malformed() throws {
    try withLedger(isFilled: false) { ergon, folder in
      let file = folder + "/emissions.csv"
      try "timestamp,duration,energy_consumed\n2026-05-01T12:00:00,soon,1\n"
        .write(toFile: file, atomically: true, encoding: .utf8)
      let outcome = try ergon("import", file)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("row 2, column duration: 'soon' is not a decimal number"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: folder + "/ledger.sqlite"))
      #expect(try ergon("import", folder + "/none.csv").status == 66)
    }
  }

  @Test("tags are put on and taken off; prune asks what to remove and can be tried first")
  func keeping() throws {
    try withLedger { ergon, _ in
      #expect(try ergon("tag", "last", "base", "task=x").output.contains("base, task=x"))
      #expect(try ergon("list", "--tag", "task").output.split(separator: "\n").count == 2)
      #expect(try ergon("tag", "last", "base", "--remove").output.contains(": task=x"))
      #expect(try ergon("prune").status == 64)
      let trial = try ergon("prune", "--keep", "5", "--dry-run")
      #expect(trial.output.contains("2 runs would be removed"))
      #expect(try ergon("prune", "--keep", "5").output.contains("2 runs removed"))
      #expect(try ergon("list", "--json").json()["matching"] as? Int == 5)
      #expect(try ergon("list", "--since", "soon").status == 64)
    }
  }

  @Test(
    "every command has an example in its help",
    arguments: ["list", "show", "compare", "export", "import", "tag", "prune"])
  func help(verb: String) throws {
    try withLedger(isFilled: false) { ergon, _ in
      let help = try ergon(verb, "--help")
      #expect(help.status == 0 && help.output.contains("$ ergon ledger \(verb)"))
    }
  }
}

/// What the built program did.
private struct Outcome {
  var status: Int32
  var output: String
  var errors: String

  init(running arguments: [String], in folder: String) throws {
    let process = Process()
    let program: URL = try #require(Self.executable, "ergon is not built beside the tests")
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "HOME": folder, "ERGON_LEDGER": folder + "/ledger.sqlite", "LC_ALL": "C.UTF-8",
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  func json() throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(object as? [String: Any])
  }

  /// On Linux beside the tests; on Apple systems the tests lie three folders deep in a bundle.
  private static let executable: URL? = {
    #if os(Linux)
      var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    #else
      var folder =
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        ?? Bundle.main.bundleURL
    #endif
    for _ in 0..<4 {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("ergon")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    return nil
  }()
}
