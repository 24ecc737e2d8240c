import ErgonEnergy
import ErgonLedger
import ErgonWorkload
import Synchronization
import Testing
import _ErgonTestSupport

@testable import ErgonLab

@Suite struct ObserverTests {
  struct Failure: Error, CustomStringConvertible { var description: String { "it broke" } }

  @Test("a workload that ends well leaves a complete run with its counts and figures")
  func complete() throws {
    let fixture = try LabFixture()
    let observed = try fixture.lab().run("count", settings: ["n": "3"], tags: ["t"]) { observer in
      for step in 1...3 {
        try observer.report(
          WorkloadProgress(
            completed: Double(step), total: 3, counts: WorkloadCounts(items: UInt64(step * 10)),
            figures: [("loss", 1 / Double(step))]))
      }
      observer.record("accuracy", 0.5)
      observer.record("accuracy", 0.9, higherIsBetter: true)
      return 7
    }
    #expect(observed.value == 7)
    let run = try #require(try fixture.runs().first)
    #expect(run == observed.run)
    #expect(run.state == .complete)
    #expect(run.kind == .window)
    #expect(run.settings == ["n": "3"])
    #expect(
      run.metrics == [
        Metric(name: "accuracy", value: 0.9, higherIsBetter: true),
        Metric(name: "items", value: 30), Metric(name: "loss", value: 1.0 / 3),
      ])
    #expect(run.bill?.energy != nil)
  }

  @Test("the counts of computations one after another under one observer add up")
  func counts() throws {
    let fixture = try LabFixture()
    let observed = try fixture.lab().run("train and test") { observer in
      let reports: [(items: UInt64, operations: UInt64, bytes: UInt64)] = [
        (100, 600, 0), (200, 1200, 0), (100, 200, 50), (150, 300, 75), (150, 10, 75),
      ]
      for (items, operations, bytes) in reports {
        try observer.report(
          WorkloadProgress(
            completed: 0,
            counts: WorkloadCounts(items: items, operations: operations, bytes: bytes)))
      }
    }
    #expect(
      observed.run.metrics == [
        Metric(name: "items", value: 500), Metric(name: "operations", value: 1510),
        Metric(name: "bytes", value: 150, unit: "B"),
      ])
  }

  @Test("an asynchronous workload is the same")
  func asynchronous() async throws {
    let fixture = try LabFixture()
    let observed = try await fixture.lab().run("wait") { observer in
      await Task.yield()
      try observer.report(WorkloadProgress(completed: 1))
      return "done"
    }
    #expect(observed.value == "done")
    #expect(try fixture.runs().map(\.state) == [.complete])
  }

  @Test("a workload that throws leaves a failed run that says why")
  func failed() throws {
    let fixture = try LabFixture()
    #expect(throws: Failure.self) {
      try fixture.lab().run("break") { _ in throw Failure() }
    }
    let run = try #require(try fixture.runs().first)
    #expect(run.state == .failed)
    #expect(run.settings["error"] == "it broke")
    #expect(run.bill != nil)
  }

  @Test("each stage has a reading of its own, in order, and the main window contains them")
  func stages() throws {
    let fixture = try LabFixture()
    let clock = VirtualClock()
    let observed = try fixture.lab(clock: clock).run("train") { observer in
      for (stage, seconds) in [("load", 2.0), ("epoch 1", 5), ("epoch 1", 5), ("epoch 2", 3)] {
        try observer.report(WorkloadProgress(stage: stage, completed: 0))
        clock.advance(by: seconds)
      }
    }
    let stages = observed.run.stages
    #expect(stages.map(\.name) == ["load", "epoch 1", "epoch 2"])
    #expect(stages.map(\.reading.duration.value) == [2, 10, 3])
    #expect(stages.allSatisfy { $0.reading.parent == "train" })
    #expect(observed.run.bill?.reading.duration == Seconds(15))
    #expect(observed.run.bill?.reading.notices.isEmpty == true)
  }

  @Test("a spent budget stops the workload at a report and the run is interrupted")
  func budget() throws {
    let fixture = try LabFixture(model: LabFixture.ravenous)
    let clock = VirtualClock()
    var steps = 0
    #expect(throws: WorkloadStopped(reason: "energy budget of 1.00 J spent")) {
      try fixture.lab(clock: clock).run("burn", budget: Joules(1)) { observer in
        while steps < 1000 {
          steps += 1
          try observer.report(WorkloadProgress(completed: Double(steps)))
          clock.advance(by: 1.0 / 64)
        }
      }
    }
    // A look falls due after a tenth of a second: at 7/64 s, the eighth report.
    #expect(steps == 8)
    let run = try #require(try fixture.runs().first)
    #expect(run.state == .interrupted)
    #expect(run.settings["budgetJ"] == "1.00000")
    #expect(run.settings["error"] == "stopped: energy budget of 1.00 J spent")
  }

  @Test("once stopped, every report throws")
  func stopsForGood() throws {
    let fixture = try LabFixture()
    let run = try? fixture.lab().run("stubborn") { observer in
      observer.stop(reason: "enough")
      observer.stop(reason: "later")
      for _ in 0..<3 {
        #expect(throws: WorkloadStopped(reason: "enough")) {
          try observer.report(WorkloadProgress(completed: 0))
        }
      }
    }
    #expect(run?.run.state == .complete)
  }

  @Test("a budget that is no budget is refused and nothing is written", arguments: [0, -1, .nan])
  func badBudget(joules: Double) throws {
    let fixture = try LabFixture()
    #expect(throws: LabError.self) {
      try fixture.lab().run("x", budget: Joules(joules)) { _ in }
    }
    #expect(!fixture.ledger.exists)
  }

  @Test("the line is renewed ten times a second at most, and taken away at the end")
  func rateLimit() throws {
    let fixture = try LabFixture()
    let clock = VirtualClock()
    let lines = Mutex<[String]>([])
    let printer = ProgressPrinter(isTerminal: true, width: { 200 }) { text in
      lines.withLock { $0.append(text) }
    }
    _ = try fixture.lab(printer: printer, clock: clock).run("steps") { observer in
      for step in 0..<1000 {
        try observer.report(
          WorkloadProgress(completed: Double(step), total: 1000, figures: [("loss", 0.5)]))
        clock.advance(by: 0.001)
      }
    }
    let shown = lines.withLock { $0 }
    #expect(shown.count == 10)
    #expect(shown.last == "\r\u{1B}[2K")
    #expect(shown.first?.hasPrefix("\r\u{1B}[2K10 %  1 s left  ") == true)
    #expect(shown.first?.hasSuffix("J estimated  loss 0.500") == true)
  }

  @Test("away from a terminal there is a plain line every ten seconds and none for short runs")
  func plain() throws {
    let fixture = try LabFixture()
    let clock = VirtualClock()
    let lines = Mutex<[String]>([])
    let printer = ProgressPrinter(isTerminal: false, width: { 80 }) { text in
      lines.withLock { $0.append(text) }
    }
    _ = try fixture.lab(printer: printer, clock: clock).run("steps") { observer in
      for step in 0..<250 {
        try observer.report(WorkloadProgress(completed: Double(step)))
        clock.advance(by: 0.1)
      }
    }
    let shown = lines.withLock { $0 }
    #expect(shown.count == 2)
    #expect(shown.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
  }

  @Test("a report when nothing is due looks at no counter")
  func cheapReports() throws {
    let clock = VirtualClock()
    let source = ReplaySource("replay", [.rapl("package-0")])
    source.set("package-0", joules: 1)
    let meter = Meter(sources: [source], clock: clock)
    let lab = Lab(
      meter: meter, ledger: nil,
      environment: RunEnvironment(logicalProcessors: 1, architecture: "", ergonVersion: ""),
      printer: ProgressPrinter(isTerminal: true, width: { 80 }, write: { _ in }), clock: clock)
    _ = try lab.run("steps") { observer in
      let before = source.reads
      for step in 0..<10_000 { try observer.report(WorkloadProgress(completed: Double(step))) }
      #expect(source.reads == before)
      clock.advance(by: 0.2)
      try observer.report(WorkloadProgress(completed: 0))
      #expect(source.reads == before + 1)
    }
  }
}
