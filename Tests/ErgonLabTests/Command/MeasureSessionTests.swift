import ErgonEnergy
import ErgonLedger
import Foundation
import Synchronization
import Testing
import _ErgonTestSupport

@testable import ErgonLab

extension ProcessTests {
  @Suite struct MeasureSessionTests {
    private func session(
      _ fixture: LabFixture, _ plan: MeasurePlan
    ) -> MeasureSession {
      MeasureSession(
        plan, meter: fixture.meter, ledger: fixture.ledger, environment: fixture.environment)
    }

    @Test("sides take turns in going first")
    func order() {
      let plan = MeasurePlan([MeasuredCommand(["a"]), MeasuredCommand(["b"])], repeats: 3)
      let names = plan.steps.map { "\(MeasurePlan.sideName($0.side))\($0.index)" }
      #expect(names == ["A0", "B0", "B1", "A1", "A2", "B2"])
    }

    @Test(
      "every ending leaves its row",
      arguments: [
        ("exit 0", RunState.complete, 0), ("exit 9", .failed, 9),
        ("kill -TERM $$", .interrupted, 143),
      ] as [(String, RunState, Int32)])
    func rows(line: String, state: RunState, code: Int32) throws {
      let fixture = try LabFixture()
      let plan = MeasurePlan([fixture.sh(line)], tags: ["b", "a"], settings: ["seed": "1"])
      let summary = try session(fixture, plan).run()
      #expect(summary.exitCode == code)
      let runs = try fixture.runs()
      #expect(runs.count == 1)
      let run = try #require(runs.first)
      #expect(run.state == state)
      #expect(run.exitCode == code)
      #expect(run.subject == line)
      #expect(run.parent == nil)
      #expect(run.tags == ["a", "b"])
      #expect(run.settings["seed"] == "1")
      #expect(run.bill?.energy?.provenance.kind == .estimated)
      #expect(Set(run.metrics.map(\.name)).isSuperset(of: ["duration", "cpuUser", "cpuSystem"]))
    }

    @Test("a spent budget is an interrupted run with its overshoot")
    func budget() throws {
      let fixture = try LabFixture(model: LabFixture.ravenous)
      var plan = MeasurePlan([fixture.sh("while :; do :; done")], repeats: 3)
      plan.budget = EnergyBudget(Joules(1), grace: .zero)
      let summary = try session(fixture, plan).run()
      #expect(summary.isStoppedEarly)
      let run = try #require(try fixture.runs().first { $0.repetition != nil })
      #expect(run.state == .interrupted)
      #expect(run.settings["budgetJ"] == "1.00000")
      #expect(run.metrics.contains { $0.name == "budgetOvershoot" && $0.unit == "J" })
    }

    @Test("a budget cuts no warm-up short")
    func unlimitedWarmups() throws {
      let fixture = try LabFixture(model: LabFixture.ravenous)
      let plan = MeasurePlan(
        [fixture.sh("echo begun >> log; sleep 0.1; echo ended >> log")], warmups: 1,
        budget: EnergyBudget(Joules(1), grace: .zero))
      _ = try session(fixture, plan).run()
      #expect(fixture.text("log")?.hasPrefix("begun\nended\nbegun") == true)
    }

    @Test("nothing is run or written when one of the commands is not there")
    func refusedBefore() throws {
      let fixture = try LabFixture()
      let plan = MeasurePlan(
        [fixture.sh("touch ran"), MeasuredCommand(["ergon-no-such-program"])], repeats: 2)
      #expect(throws: LabError.commandNotFound(name: "ergon-no-such-program")) {
        try session(fixture, plan).run()
      }
      #expect(fixture.text("ran") == nil)
      #expect(!fixture.ledger.exists)
    }

    @Test(
      "a plan that makes no sense is refused",
      arguments: [(0, 0, 0.1), (1, -1, 0.1), (1, 0, 0.0001), (1, 0, .nan)])
    func badPlans(repeats: Int, warmups: Int, sampling: Double) throws {
      let fixture = try LabFixture()
      let plan = MeasurePlan(
        [fixture.sh("true")], repeats: repeats, warmups: warmups, sampling: Seconds(sampling))
      #expect(throws: LabError.self) { try plan.validate() }
    }

    @Test("a comparison is one parent with paired, interleaved children; warm-ups are not kept")
    func interleaved() throws {
      let fixture = try LabFixture()
      let plan = MeasurePlan(
        [fixture.sh("echo A >> log"), fixture.sh("echo B >> log")], repeats: 2, warmups: 1)
      let events = Mutex<[String]>([])
      let summary = try session(fixture, plan).run { event in
        events.withLock {
          switch event {
          case .warmup(let side, _): $0.append("warm \(side)")
          case .started(let step, _): $0.append("start \(step.side)\(step.index)")
          case .finished(let step, let run, _):
            $0.append("end \(step.side)\(step.index) \(run.state)")
          case .sample: break
          }
        }
      }
      #expect(fixture.text("log") == "A\nB\nA\nB\nB\nA")
      #expect(
        events.withLock { $0 } == [
          "warm 0", "warm 1", "start 00", "end 00 complete", "start 10", "end 10 complete",
          "start 11", "end 11 complete", "start 01", "end 01 complete",
        ])
      let parent = try #require(summary.parent)
      let children = try fixture.runs(RunQuery(parent: parent.id, order: .oldest))
      #expect(children.count == 4)
      #expect(children.allSatisfy { $0.repetition?.group == parent.id })
      #expect(children.allSatisfy { $0.repetition?.isInterleaved == true })
      #expect(Set(children.map { "\($0.repetition!.side)\($0.repetition!.index)" }).count == 4)
      #expect(parent.state == .complete)
      let sum = children.compactMap { $0.bill?.energy?.best.value }.reduce(0, +)
      #expect(abs((parent.bill?.energy?.best.value ?? -1) - sum) < 1e-9)
      #expect(summary.runs(ofSide: 1).map(\.repetition?.side) == ["B", "B"])
    }

    @Test("an attached process is watched, recorded and left alone")
    func attached() throws {
      let fixture = try LabFixture()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sleep")
      process.arguments = ["60"]
      try process.run()
      defer { process.terminate() }
      let run = try AttachedProcess(pid: process.processIdentifier).watch(
        meter: fixture.meter, ledger: fixture.ledger, environment: fixture.environment,
        limit: Seconds(0.01))
      #expect(process.isRunning)
      #expect(run.kind == .attached)
      #expect(run.state == .complete)
      #expect(run.settings["ended"] == "limit")
      #expect(try fixture.runs().map(\.id) == [run.id])
    }

    @Test("watching ends with the process")
    func attachedEnds() throws {
      let fixture = try LabFixture()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "read line"]
      let input = Pipe()
      process.standardInput = input
      try process.run()
      let attached = try AttachedProcess(pid: process.processIdentifier)
      try input.fileHandleForWriting.close()
      let run = try attached.watch(
        meter: fixture.meter, ledger: nil, environment: fixture.environment)
      #expect(run.settings["ended"] == "process")
      process.waitUntilExit()
    }

    @Test("there is nothing to watch where there is no process", arguments: [0, -1, Int32.max])
    func noProcess(pid: Int32) {
      #expect(throws: LabError.noSuchProcess(pid: pid)) { try AttachedProcess(pid: pid) }
    }
  }
}
