import ErgonLedger
import Foundation
import Testing

@Suite struct MeasureCommandTests {
  @Test("the command keeps its streams, and the bill is one line on standard error")
  func streams() async throws {
    let result = try await ErgonProcess().run(
      "measure", "--source", "model", "--", "sh", "-c", "cat; echo error >&2", input: "through")
    #expect(result.exitCode == 0)
    #expect(result.output == "through")
    let lines = result.error.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == "error")
    #expect(lines.last?.hasPrefix("ergon: ") == true)
    #expect(lines.last?.contains(" estimated · ") == true)
    #expect(lines.last?.contains(" · run ") == true)
  }

  @Test(
    "the command's own exit code is passed on, as a shell would name it",
    arguments: [
      (["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -TERM $$"], 143),
      (["sh", "-c", "kill -PIPE $$"], 141), (["no-such-command-anywhere"], 127), (["/"], 126),
    ])
  func exitCodes(command: [String], code: Int) async throws {
    let result = try await ErgonProcess().run(["measure", "--no-save", "--"] + command)
    #expect(Int(result.exitCode) == code)
  }

  @Test("everything behind '--' is the command's")
  func passthrough() async throws {
    let result = try await ErgonProcess().run(
      "measure", "--no-save", "-q", "--", "printf", "%s|", "--json", "-v", "--")
    #expect(result.output == "--json|-v|--|")
    #expect(result.error.isEmpty)
  }

  @Test("the object has stable keys")
  func json() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(
      "measure", "--json", "--source", "model", "--watts-per-core", "10", "--grid", "100",
      "--name", "spin", "--tag", "a=b", "--", "sh", "-c",
      "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
    let object = try result.json()
    #expect(result.error.isEmpty)
    #expect(
      Set(object.keys) == [
        "schemaVersion", "runs", "parentRunId", "comparisons", "stoppedEarly", "exitCode",
      ])
    let run = try #require((object["runs"] as? [[String: Any]])?.first)
    #expect(
      Set(run.keys) == [
        "runId", "parentRunId", "subject", "kind", "state", "startedAtUnixS", "exitCode", "bill",
        "settings", "tags", "metrics",
      ])
    #expect(run["tags"] as? [String] == ["a=b"])
    let bill = try #require(run["bill"] as? [String: Any])
    #expect(
      Set(bill.keys) == [
        "energyJ", "idleEnergyJ", "meanPowerW", "carbonGCO2e", "durationS", "suspendedS",
        "cpuUserS", "cpuSystemS", "machineBusyS", "processors", "meterCpuS", "components",
        "notices", "grid", "buildingEnergyJ", "buildingCarbonGCO2e", "waterL", "embodiedGCO2e",
      ])
    // Ten watts a processor: ten joules for each second of processor time, and 100 g a kWh.
    let energy = try #require((bill["energyJ"] as? [String: Any])?["best"] as? Double)
    let cpu = try #require(bill["cpuUserS"] as? Double) + (bill["cpuSystemS"] as? Double ?? 0)
    #expect(cpu > 0)
    #expect(abs(energy - 10 * cpu) < 1e-9 * energy)
    let carbon = try #require((bill["carbonGCO2e"] as? [String: Any])?["best"] as? Double)
    #expect(abs(carbon - energy / 3.6e6 * 100) < 1e-9 * carbon)
  }

  @Test("a run is in the ledger, and only there when it is to be kept")
  func kept() async throws {
    let ergon = try ErgonProcess()
    #expect(try await ergon.run("measure", "--no-save", "--", "true").exitCode == 0)
    #expect(!FileManager.default.fileExists(atPath: ergon.ledgerPath))
    #expect(try await ergon.run("measure", "--", "sh", "-c", "exit 3").exitCode == 3)
    let runs = try Ledger(path: ergon.ledgerPath).summaries()
    #expect(runs.map(\.subject) == ["sh -c 'exit 3'"])
    #expect(runs.first?.state == .failed)
    #expect(runs.first?.exitCode == 3)
    #expect(runs.first?.energy != nil)
  }

  @Test(
    "a bill that cannot be kept is shown all the same, behind the command's own exit code",
    arguments: [("exit 7", 7), ("exit 0", 65)] as [(String, Int32)])
  func notKept(end: String, code: Int32) async throws {
    let ergon = try ErgonProcess()
    #expect(try await ergon.run("measure", "--source", "model", "--", "true").exitCode == 0)
    // The command spoils the ledger that its own run stands in.
    let spoil = "for file in \"$0\" \"$0-wal\"; do head -c 200000 /dev/zero 1<>\"$file\"; done; "
    let result = try await ergon.run(
      "measure", "--source", "model", "--", "sh", "-c", spoil + end, ergon.ledgerPath)
    #expect(result.exitCode == code)
    let lines = result.error.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(" estimated · ") == true)
    #expect(lines.last?.hasPrefix("ergon: this bill was not kept: ") == true)
  }

  @Test("what makes a figure weaker is said without being asked for")
  func notices() async throws {
    let ergon = try ErgonProcess()
    let command = ["--source", "model", "--", "sh", "-c", "sleep 1 > /dev/null 2>&1 &"]
    let result = try await ergon.run(["measure"] + command)
    #if os(Linux)
      #expect(result.error.contains("notice: 1 process of the command outlived it"))
    #endif
    #expect(try await ergon.run(["measure", "-q"] + command).error.isEmpty)
  }

  @Test("a mean says which of its runs failed")
  func failedRuns() async throws {
    let result = try await ErgonProcess().run(
      "measure", "--no-save", "--repeat", "3", "--", "false")
    #expect(result.exitCode == 1)
    #expect(result.error.contains(" of 3, 3 failed, "))
  }

  @Test("the object can be written apart from the command's output")
  func outputFile() async throws {
    let ergon = try ErgonProcess()
    let file = ergon.home.path + "/bill.json"
    let result = try await ergon.run("measure", "--output", file, "--", "echo", "hello")
    #expect(result.output == "hello\n")
    let data = try #require(FileManager.default.contents(atPath: file))
    #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
  }

  @Test(
    "what is wrong is said before anything runs",
    arguments: [
      (["--grid", "Atlantis"], 64), (["--budget", "lots"], 64), (["--budget", "0J"], 64),
      (["--sample", "0ms"], 64), (["--source", "warp-core"], 64), (["--repeat", "0"], 64),
      (["--pue", "0.5"], 64), (["--interleave", ""], 64),
      (["--interleave", "no-such-command-anywhere -x"], 127), (["--tag", ""], 64),
      (["--tag", "a\nb"], 64), (["--output", "no/such/folder/bill.json"], 73),
      (["--embodied-share", "0.5"], 64), (["--embodied-kg", "100"], 64),
    ])
  func refusedFirst(options: [String], code: Int) async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(["measure"] + options + ["--", "touch", "ran"])
    #expect(Int(result.exitCode) == code)
    #expect(result.error.hasPrefix("ergon: "))
    #expect(!FileManager.default.fileExists(atPath: ergon.home.path + "/ran"))
  }

  @Test(
    "a command line that says too little or too much is a usage error",
    arguments: [
      [], ["true"], ["--bogus", "--", "true"], ["--attach", "1", "--", "true"],
      ["--attach", "1", "--repeat", "2"],
      ["--for", "1s", "--", "true"],
    ])
  func usage(arguments: [String]) async throws {
    #expect(try await ErgonProcess().run(["measure"] + arguments).exitCode == 64)
  }

  @Test("a damaged settings file stops it with 78 and names the file")
  func damagedSettings() async throws {
    let ergon = try ErgonProcess()
    let file = try ergon.home.write("{", to: ".ergon.json")
    let result = try await ergon.run("measure", "--", "touch", "ran")
    #expect(result.exitCode == 78)
    #expect(result.error.contains(".ergon.json"))
    #expect(!FileManager.default.fileExists(atPath: ergon.home.path + "/ran"))
    _ = file
  }

  @Test("Ctrl-C ends the command, keeps what was done, and exits with 130")
  func interrupted() async throws {
    let ergon = try ErgonProcess()
    let running = try ergon.start(["measure", "--", "sh", "-c", "echo ready; exec sleep 600"])
    try await waitUntil { running.outputSoFar == "ready\n" }
    running.signal(SIGINT)
    let result = try await running.finish()
    #expect(result.exitCode == 130)
    let runs = try Ledger(path: ergon.ledgerPath).summaries()
    #expect(runs.map(\.state) == [.interrupted])
  }

  @Test("a spent budget stops the command and says so")
  func budget() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(
      "measure", "--source", "model", "--watts-per-core", "10", "--budget", "100mJ", "--", "sh",
      "-c", "while :; do :; done")
    #expect(result.exitCode == 143)
    #expect(result.error.contains("budget of 100 mJ spent"))
    #expect(try Ledger(path: ergon.ledgerPath).summaries().map(\.state) == [.interrupted])
  }

  @Test("commands run in turn are compared, and the verdict is a sentence")
  func interleaved() async throws {
    let ergon = try ErgonProcess()
    let arguments = [
      "measure", "--source", "model", "--repeat", "3", "--warmup", "1", "--interleave", "true",
    ]
    let text = try await ergon.run(arguments + ["--", "sh", "-c", "echo x"])
    #expect(text.exitCode == 0)
    #expect(text.output == "x\nx\nx\nx\n")
    for place in ["A 1/3", "B 1/3", "A 3/3", "A: mean", "B: mean"] {
      #expect(text.error.contains(place))
    }
    let object = try await ergon.run(arguments + ["--json", "--", "true"]).json()
    #expect((object["runs"] as? [Any])?.count == 6)
    let comparison = try #require((object["comparisons"] as? [[String: Any]])?.first)
    #expect((comparison["verdict"] as? String)?.isEmpty == false)
    #expect(comparison["paired"] as? Bool == true)
  }

  @Test("a process that runs already is watched and left alone")
  func attach() async throws {
    let ergon = try ErgonProcess()
    let sleeper = try Running(
      executable: "/bin/sleep", arguments: ["600"], environment: [:], input: "",
      folder: ergon.home.path)
    let result = try await ergon.run(
      "measure", "--json", "--attach", String(sleeper.identifier), "--for", "50ms")
    let run = try #require((try result.json()["runs"] as? [[String: Any]])?.first)
    #expect(run["kind"] as? String == "attached")
    sleeper.signal(SIGTERM)
    #expect(try await sleeper.finish().exitCode == -SIGTERM)
    #expect(try await ergon.run("measure", "--attach", "999999999").exitCode == 66)
  }

  @Test("verbose adds the table by component and what a reader must know")
  func verbose() async throws {
    let result = try await ErgonProcess().run(
      "measure", "-v", "--source", "model", "--grid", "FR", "--", "true")
    for word in ["COMPONENT", "DYNAMIC", "IDLE", "headline", "meter: used", "grid: France"] {
      #expect(result.error.contains(word), "\(word)")
    }
  }

  @Test("on a terminal the live line is shown while the command runs, and wiped behind it")
  func liveLine() async throws {
    let result = try await ErgonProcess().runInTerminal(
      ["measure", "--source", "model", "--sample", "10ms", "--", "sleep", "0.3"])
    #expect(result.exitCode == 0)
    #expect(result.output.contains("\r\u{1B}[Kergon: "))
    #expect(result.output.components(separatedBy: "\r\u{1B}[K").last?.contains("run") == true)
  }
}
