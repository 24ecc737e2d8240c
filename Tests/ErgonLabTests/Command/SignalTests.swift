import ErgonLedger
import Foundation
import Testing

extension ProcessTests {
  /// These run a program of their own, since signals and standard input belong to a process.
  @Suite struct SignalTests {
    private func probe(_ words: [String], input: Pipe? = nil) throws -> (Process, Pipe) {
      let process = Process()
      process.executableURL = Self.executable
      process.arguments = words
      let output = Pipe()
      process.standardOutput = output
      if let input { process.standardInput = input }
      try process.run()
      return (process, output)
    }

    /// The probe lies beside the test bundle, or a few folders above it.
    private static let executable: URL? = {
      var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      for _ in 0..<6 {
        let candidate = folder.appendingPathComponent("_ErgonLabProbe")
        if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        folder.deleteLastPathComponent()
      }
      return nil
    }()

    private func wait(for path: String, _ process: Process) {
      while process.isRunning, !FileManager.default.fileExists(atPath: path) { usleep(2000) }
    }

    @Test("standard input and output are the command's own")
    func standardInput() throws {
      let fixture = try LabFixture()
      let input = Pipe()
      let (process, output) = try probe(
        ["measure", fixture.ledger.path, "1", "tr", "a-z", "A-Z"], input: input)
      try input.fileHandleForWriting.write(contentsOf: Data("through\n".utf8))
      try input.fileHandleForWriting.close()
      let text = try output.fileHandleForReading.readToEnd()
      process.waitUntilExit()
      #expect(text == Data("THROUGH\n".utf8))
      #expect(process.terminationStatus == 0)
    }

    @Test(
      "a request to stop in the middle of a series keeps what is done",
      arguments: [SIGINT, SIGTERM, SIGHUP])
    func stopInSeries(signal: Int32) throws {
      let fixture = try LabFixture()
      let count = fixture.path("count")
      let ready = fixture.path("ready")
      let line =
        "n=$(cat \(count) 2>/dev/null || echo 0); echo $((n+1)) > \(count); "
        + "if [ $n -ge 2 ]; then touch \(ready); exec sleep 60; fi"
      let (process, _) = try probe(["measure", fixture.ledger.path, "9", "/bin/sh", "-c", line])
      wait(for: ready, process)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal)
      let runs = try fixture.runs()
      let children = runs.filter { $0.parent != nil }
        .sorted { $0.repetition!.index < $1.repetition!.index }
      #expect(children.map(\.state) == [.complete, .complete, .interrupted])
      #expect(runs.first { $0.parent == nil }?.state == .interrupted)
      #expect(runs.allSatisfy { $0.bill != nil })
    }

    @Test("other signals reach the command and it goes on", arguments: [SIGUSR1, SIGUSR2])
    func forwarded(signal: Int32) throws {
      let fixture = try LabFixture()
      let ready = fixture.path("ready")
      let name = signal == SIGUSR1 ? "USR1" : "USR2"
      let line = "trap 'exit 42' \(name); touch \(ready); while :; do sleep 0.01; done"
      let (process, _) = try probe(["measure", fixture.ledger.path, "1", "/bin/sh", "-c", line])
      wait(for: ready, process)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationStatus == 42)
      #expect(try fixture.runs().map(\.state) == [.failed])
    }

    @Test("a stopped job goes on where it was")
    func jobControl() throws {
      let fixture = try LabFixture()
      let ready = fixture.path("ready")
      let go = fixture.path("go")
      let line = "touch \(ready); until [ -e \(go) ]; do sleep 0.01; done; exit 5"
      let (process, _) = try probe(["measure", fixture.ledger.path, "1", "/bin/sh", "-c", line])
      wait(for: ready, process)
      kill(process.processIdentifier, SIGTSTP)
      kill(process.processIdentifier, SIGCONT)
      try Data().write(to: URL(fileURLWithPath: go))
      process.waitUntilExit()
      #expect(process.terminationStatus == 5)
    }

    @Test(
      "a workload in this process stops at its next report, and the one after it does not",
      arguments: [SIGINT, SIGTERM])
    func workload(signal: Int32) throws {
      let fixture = try LabFixture()
      let ready = fixture.path("ready")
      let (process, _) = try probe(["observe", fixture.ledger.path, ready])
      wait(for: ready, process)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 130)
      let run = try #require(try fixture.runs().first { $0.state == .interrupted })
      #expect(try fixture.runs().count == 2)
      #expect(run.state == .interrupted)
      #expect(run.stages.map(\.name) == ["work"])
      let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
      #expect(run.settings["error"] == "stopped: interrupted by \(name)")
    }
  }
}
