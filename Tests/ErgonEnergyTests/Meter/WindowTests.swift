import ErgonEnergy
import Foundation
import Testing
import _ErgonTestSupport

@Suite("Windows")
struct WindowTests {
  /// Keeps a processor busy for some of its own time, whatever else the machine does.
  static func burn(_ seconds: Double) {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    let end = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 + seconds
    repeat {
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    } while Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 < end
  }

  /// Runs a body on a thread of its own.
  private static func onThread(
    _ body: @escaping @Sendable () throws -> Reading
  ) async throws -> Reading {
    try await withCheckedThrowingContinuation { done in
      Thread { done.resume(with: Result { try body() }) }.start()
    }
  }

  private struct Failure: Error {}

  @Test("a body's value comes back with its bill")
  func bill() async throws {
    let meter = Meter(sources: [], model: .synthetic)
    let grid = try Grid(gramsPerKWh: 100)
    let (value, bill) = await meter.bill("spin", grid: grid) {
      await Task.yield()
      Self.burn(0.02)
      return 7
    }
    #expect(value == 7)
    #expect(bill.reading.name == "spin" && bill.reading.scope == .process)
    #expect(bill.reading.cpu.total >= Seconds(0.02))
    let energy = try #require(bill.energy)
    #expect(energy.best == Watts(3) * bill.reading.cpu.total)
    #expect(energy.low == energy.best / 2 && energy.high == energy.best * 2)
    #expect(bill.carbon != nil)
  }

  @Test("windows opened inside a body know their parent, in tasks too")
  func nesting() async throws {
    let meter = Meter(sources: [], model: .synthetic)
    let (parents, bill) = try await meter.bill("outer") {
      let direct = try meter.open("a").close()
      let child = try await Task { try meter.open("b").close() }.value
      let (_, inner) = meter.bill("inner") { () }
      let deep = try meter.bill("inner") { try meter.open("c").close() }.value
      return [direct.parent, child.parent, inner.reading.parent, deep.parent]
    }
    #expect(parents == ["outer", "outer", "outer", "inner"])
    #expect(bill.reading.parent == nil)
    #expect(!bill.reading.notices.contains { if case .overlapping = $0 { true } else { false } })
  }

  @Test("a body that throws closes its window")
  func throwing() async throws {
    let clock = VirtualClock()
    let source = ReplaySource("powercap", [.rapl("package-0")])
    let meter = Meter(sources: [source], clock: clock)
    await #expect(throws: Failure.self) {
      try await meter.bill("fails", sampling: Seconds(0.1)) {
        await Task.yield()
        throw Failure()
      }
    }
    #expect(throws: Failure.self) {
      _ = try meter.bill("fails", sampling: Seconds(0.1)) { throw Failure() }
    }
    clock.advance(by: 100)
    #expect(clock.pendingTimers == 0)
  }

  @Test("a body whose scope cannot be metered still runs, and the bill says why")
  func unmetered() throws {
    let meter = Meter(sources: [], model: .synthetic)
    let (value, bill) = meter.bill("x", scope: .tree(pid: 999_999_999)) { 3 }
    #expect(value == 3)
    #expect(bill.energy == nil)
    #expect(bill.reading.notices.count == 1)
  }

  @Test("closing twice is an error, and so are impossible scopes and periods")
  func errors() throws {
    let meter = Meter(sources: [], model: .synthetic)
    let window = try meter.open("once")
    _ = try window.close()
    #expect(throws: EnergyError.windowClosed(name: "once")) { try window.close() }
    #expect(throws: EnergyError.noSuchProcess(pid: -4)) {
      try meter.open("x", scope: .tree(pid: -4))
    }
    for path in ["/no/such/group", "/../../etc"] {
      #expect(throws: EnergyError.noSuchCgroup(path: path)) {
        try meter.open("x", scope: .cgroup(path: path))
      }
    }
    for period in [0, -1, Double.nan, 1e9] {
      #expect(throws: EnergyError.self) { try meter.open("x", sampling: Seconds(period)) }
    }
  }

  @Test("two windows on two threads bill their own thread, and together not more than all")
  func threads() async throws {
    let meter = Meter(sources: [], model: .synthetic)
    let outer = try meter.open("outer")
    async let first = Self.onThread { try meter.half() }
    async let second = Self.onThread { try meter.half() }
    let halves = try await [first, second]
    let whole = try outer.close()
    for half in halves {
      #expect(half.cpu.total >= Seconds(0.05))
      #expect(half.cpu.total <= whole.cpu.total)
    }
    let sum = halves.reduce(0) { $0 + $1.dynamic!.best.value }
    #expect(sum <= whole.dynamic!.best.value * (1 + 1e-3))
  }

  @Test("nested windows over one counter see consistent totals")
  func consistentTotals() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 5)
    let outer = try bench.open()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 8)
    let inner = try bench.open()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 20)
    #expect(try inner.close().components[0].total?.best == Joules(12))
    #expect(try outer.close().components[0].total?.best == Joules(15))
  }

  @Test("overlapping windows of one scope are noted; windows of others are not")
  func overlapping() throws {
    let meter = Meter(sources: [], model: .synthetic)
    let a = try meter.open("a")
    let b = try meter.open("b")
    let c = try meter.open("c", scope: .thread)
    #expect(try a.close().notices == [.overlapping(windows: 1)])
    #expect(try b.close().notices == [.overlapping(windows: 1)])
    #expect(try c.close().notices == [])
    #expect(try meter.open("later").close().notices == [])
  }

  @Test("sleep of the machine is noticed and not counted as time")
  func suspended() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 5)
    let window = try bench.open()
    bench.advance(by: 2)
    bench.clock.suspend(for: 3600)
    bench.source.set("package-0", joules: 9)
    let reading = try window.close()
    #expect(reading.duration == Seconds(2))
    #expect(reading.suspended == Seconds(3600))
    #expect(reading.notices.contains(.suspended(Seconds(3600))))
  }

  @Test("a window shorter than the counter's step says so")
  func belowResolution() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 5)
    _ = try bench.open().close()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 6)
    let window = try bench.open()
    bench.advance(by: 0.001)
    let reading = try window.close()
    #expect(reading.notices.contains(.belowResolution(counter: "powercap/package-0")))
    #expect(reading.components[0].total?.best == .zero)
    #expect(reading.components[0].total!.high > .zero)
  }

  @Test("a dropped window ends its sampling and its keep-alive")
  func dropped() throws {
    let clock = VirtualClock()
    let source = ReplaySource("powercap", [.rapl("package-0")])
    let meter = Meter(sources: [source], clock: clock)
    do { _ = try meter.open("dropped", sampling: Seconds(0.1)) }
    clock.advance(by: 100)
    #expect(clock.pendingTimers == 0)
    #expect(try meter.open("next").close().notices.allSatisfy { $0 != .overlapping(windows: 1) })
  }

  @Test("nothing runs in the background unless asked for")
  func noTimer() throws {
    let clock = VirtualClock()
    let meter = Meter(sources: [], clock: clock)
    let window = try meter.open("quiet")
    #expect(clock.pendingTimers == 0)
    _ = try window.close()
  }

  @Test("the meter's own cost is stated")
  func cost() throws {
    let reading = try Meter(sources: [], model: .synthetic).open("w").close()
    #expect(reading.meterCost > .zero && reading.meterCost < Seconds(0.1))
  }
}

extension Meter {
  /// A window over the calling thread that uses 50 ms of it.
  fileprivate func half() throws -> Reading {
    let window = try open("half", scope: .thread)
    WindowTests.burn(0.05)
    return try window.close()
  }
}
