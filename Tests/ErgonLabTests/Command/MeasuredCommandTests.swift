import ErgonEnergy
import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonLab

extension ProcessTests {
  @Suite struct MeasuredCommandTests {
    @Test(
      "the exit code is the one a shell would report",
      arguments: [
        ("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -TERM $$", 143),
        ("kill -KILL $$", 137), ("kill -SEGV $$", 139),
      ] as [(String, Int32)])
    func exitCodes(line: String, code: Int32) throws {
      let fixture = try LabFixture()
      let outcome = try fixture.sh(line).run(meter: fixture.meter)
      #expect(outcome.termination.exitCode == code)
    }

    @Test("a signal of the program's own making is no interruption, one that stops it is")
    func endings() throws {
      let fixture = try LabFixture()
      let crash = try fixture.sh("kill -SEGV $$").run(meter: fixture.meter)
      #expect(crash.ending == .byItself)
      let stopped = try fixture.sh("kill -TERM $$").run(meter: fixture.meter)
      #expect(stopped.ending == .interrupted(signal: "SIGTERM"))
    }

    @Test("what cannot be executed is named, with the code a shell would give")
    func refusals() throws {
      let fixture = try LabFixture()
      try Data("#!/bin/sh\n".utf8).write(to: URL(fileURLWithPath: fixture.path("plain")))
      let refusal = { (words: [String]) -> LabError? in
        do throws(LabError) {
          _ = try MeasuredCommand(words).run(meter: fixture.meter)
          return nil
        } catch { return error }
      }
      #expect(refusal([]) == .emptyCommand)
      #expect(refusal(["ergon-no-such-program"])?.shellExitCode == 127)
      #expect(refusal([fixture.path("missing")])?.shellExitCode == 127)
      #expect(refusal([fixture.path("plain")])?.shellExitCode == 126)
      #expect(refusal([fixture.folder])?.shellExitCode == 126)
      #expect(refusal(["/bin/sh", "-c", "true", "a\0b"])?.shellExitCode == 126)
      #expect(
        refusal(["ergon-no-such-program"])?.description
          == "command not found: ergon-no-such-program: check the spelling, or give its path")
    }

    @Test("an interpreter that is missing is an error, not an exit code")
    func missingInterpreter() throws {
      let fixture = try LabFixture()
      let script = fixture.path("script")
      try Data("#!/no/such/interpreter\n".utf8).write(to: URL(fileURLWithPath: script))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
      #expect(throws: LabError.commandNotFound(name: script)) {
        try MeasuredCommand([script]).run(meter: fixture.meter)
      }
    }

    @Test("a script without a first line is given to the shell, with its arguments")
    func bareScript() throws {
      let fixture = try LabFixture()
      let script = fixture.path("script")
      try Data("exit $1\n".utf8).write(to: URL(fileURLWithPath: script))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
      let outcome = try MeasuredCommand([script, "7"]).run(meter: fixture.meter)
      #expect(outcome.termination == .exit(7))
    }

    @Test("folder and environment are the ones that were asked for")
    func surroundings() throws {
      let fixture = try LabFixture()
      var command = fixture.sh("pwd -P > place; echo \"$NAME\" > name")
      command.environment = ["NAME": "Hero", "PATH": "/usr/bin:/bin"]
      _ = try command.run(meter: fixture.meter)
      #expect(fixture.text("place") == fixture.folder)
      #expect(fixture.text("name") == "Hero")
    }

    @Test("processor time is the program's own account of itself, children included")
    func processorTime() throws {
      let fixture = try LabFixture()
      let work = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"
      let outcome = try fixture.sh("\(work); ( \(work) ); times > times")
        .run(meter: fixture.meter)
      let told = try #require(fixture.text("times").map(Self.seconds))
      // The shell tells ticks of 10 ms for each of four figures; the rest is its own end.
      #expect(outcome.reading.cpu.total.value >= told - 0.04)
      #expect(outcome.reading.cpu.total.value <= told + 0.1)
      let joules = try #require(outcome.reading.dynamic?.best.value)
      #expect(abs(joules - 3 * outcome.reading.cpu.total.value) < 1e-9)
    }

    /// The sum of all `1m2.34s` in the text.
    static func seconds(_ text: String) -> Double {
      text.split(whereSeparator: \.isWhitespace).reduce(0) { sum, word in
        let parts = word.dropLast().split(separator: "m")
        guard parts.count == 2, let minutes = Double(parts[0]), let seconds = Double(parts[1])
        else { return sum }
        return sum + 60 * minutes + seconds
      }
    }

    #if os(Linux)
      @Test("an orphan of an orphan is counted")
      func orphans() throws {
        let fixture = try LabFixture()
        let work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; times > times; touch done"
        let outcome = try fixture.sh(
          "( ( \(work) ) & ) ; until [ -e done ]; do sleep 0.01; done"
        ).run(meter: fixture.meter)
        let told = try #require(fixture.text("times").map(Self.seconds))
        #expect(told > 0.02)
        #expect(outcome.reading.cpu.total.value >= told - 0.04)
      }
    #endif

    @Test("a process that outlives its command is left alone and said")
    func survivors() throws {
      let fixture = try LabFixture()
      let outcome = try fixture.sh("sleep 60 > /dev/null & echo $! > pid")
        .run(meter: fixture.meter)
      let pid = try #require(fixture.text("pid").flatMap { Int32($0) })
      defer { kill(pid, SIGKILL) }
      #expect(kill(pid, 0) == 0)
      #if os(Linux)
        #expect(outcome.survivors == 1)
        #expect(outcome.reading.notices.contains { $0.description.contains("outlived") })
      #endif
    }

    @Test("peak memory is the program's, not ours")
    func peakMemory() throws {
      let fixture = try LabFixture()
      // 64 MB in one shell variable.
      let outcome = try fixture.sh("x=$(head -c 64000000 /dev/zero | tr '\\0' a); : $x")
        .run(meter: fixture.meter)
      let peak = try #require(outcome.peakMemoryBytes)
      #expect(peak > 64_000_000)
    }

    @Test(
      "a line of plain words is executed without a shell",
      arguments: [
        ("true", ["true"]), ("  gzip -9\t a.tar ", ["gzip", "-9", "a.tar"]),
        (#"grep 'a | b' "c; d" e'f'"g""#, ["grep", "a | b", "c; d", "efg"]),
        ("printf '' \"\"", ["printf", "", ""]), ("cc --std=c11 ä.c", ["cc", "--std=c11", "ä.c"]),
        ("  ", []),
      ])
    func plainLines(line: String, words: [String]) {
      #expect(MeasuredCommand(line: line).words == words)
    }

    @Test(
      "what only a shell understands is left to one",
      arguments: [
        "a | b", "a & b", "a; b", "a < b", "a > b", "(a)", "a $B", "a `b`", "a *", "a ?", "a [b]",
        #"a\ b"#, "a # b", "~/a", "! a", "a {b,c}", "a\nb", #"a "$B""#, "a 'b", "A=1 b", "exit 3",
        "cd a",
      ])
    func shellLines(line: String) {
      #expect(MeasuredCommand(line: line).words == ["/bin/sh", "-c", line])
      #expect(MeasuredCommand(line: line).commandLine == line)
    }

    @Test("the command line can be pasted into a shell")
    func commandLine() {
      let command = MeasuredCommand(["grep", "it's", "a b", "", "--x=1", "$HOME"])
      #expect(command.commandLine == #"grep 'it'\''s' 'a b' '' --x=1 '$HOME'"#)
      #expect(MeasuredCommand(shell: "ls | wc -l").commandLine == "ls | wc -l")
    }
  }
}
