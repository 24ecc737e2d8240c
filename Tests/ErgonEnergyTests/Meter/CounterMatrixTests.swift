import ErgonEnergy
import Testing
import _ErgonTestSupport

/// One synthetic counter, one window over the whole machine, a clock of its own.
///
/// One of the machine's two processors is busy all the time.
struct CounterBench {
  let clock = VirtualClock()
  let machine = SyntheticMachine()
  let source: ReplaySource
  let meter: Meter

  init(_ counters: [EnergyCounter] = [.rapl("package-0")], name: String = "powercap") {
    machine.setProcessors(busyTicks: [0, 0])
    source = ReplaySource(name, counters)
    meter = Meter(sources: [source], host: machine.host, clock: clock)
  }

  func open(_ scope: WindowScope = .machine) throws -> EnergyWindow {
    try meter.open("w", scope: scope)
  }

  /// Lets time pass with one processor busy.
  func advance(by seconds: Double) {
    clock.advance(by: seconds)
    machine.setProcessors(busyTicks: [Int(((clock.now - 1000) * 100).rounded()), 0])
  }
}

@Suite("The counter matrix")
struct CounterMatrixTests {
  @Test(
    "two readings of a counter give its energy",
    arguments: [
      (200_000.0, 200_015.0, 1.0, 15.0, 0),
      (200_015.0, 5.0, 300.0, 62_133.328850, 1),
      (0.0, 0.001, 1.0, 0.001, 0),
      (262_143.0, 0.671150, 1.0, 1.0, 1),
    ])
  func plain(from: Double, to: Double, after: Double, expected: Double, wraps: Int) throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: from)
    let window = try bench.open()
    // The keep-alive would see the counter stand still and then jump; here only the ends count.
    bench.source.set("package-0", .unreadable("busy"))
    bench.advance(by: after)
    bench.source.set("package-0", joules: to)
    let component = try window.close().components[0]
    let total = try #require(component.total)
    #expect(abs(total.best.value - expected) < 1e-6)
    #expect(component.wraps == wraps)
    #expect(total.provenance.kind == .measured)
    #expect(component.isInHeadline)
  }

  @Test("a counter that wraps seven times in a window reads exactly right")
  func sevenWraps() throws {
    let range: UInt64 = 262_143_328_850
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    machine.setProcessors(busyTicks: [0, 0])
    // 200 W from 100 kJ on.
    let ticks = { @Sendable in 100_000_000_000 + UInt64(((clock.now - 1000) * 200e6).rounded()) }
    let source = ReplaySource("powercap", [.rapl("package-0", range: range)]) {
      [.energy(ticks: ticks() % range)]
    }
    let meter = Meter(sources: [source], host: machine.host, clock: clock)
    let window = try meter.open("long", scope: .machine)
    let start = ticks()
    clock.advance(by: 9_000)
    machine.setProcessors(busyTicks: [900_000, 0])
    let component = try window.close().components[0]
    #expect(ticks() / range == 7)
    #expect(component.wraps == 7)
    #expect(component.total?.best.value == Double(ticks() - start) * 1e-6)
    #expect(component.total?.best.value == 1_800_000)
    clock.advance(by: 60)
    #expect(clock.pendingTimers == 0, "the keep-alive ends with the last window")
  }

  @Test("an unreadable sample in the middle loses nothing")
  func unreadableMiddle() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 100)
    let window = try bench.open()
    bench.advance(by: 1)
    bench.source.set("package-0", .unreadable("EIO"))
    _ = window.peek()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 130)
    let component = try window.close().components[0]
    #expect(component.total?.best == Joules(30))
    #expect(component.missed == 1)
  }

  @Test("a fall beyond what the device can draw is a reset, reported and not added")
  func reset() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 250_000)
    let window = try bench.open()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 10)
    _ = window.peek()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 25)
    let reading = try window.close()
    #expect(reading.components[0].total?.best == Joules(15))
    #expect(reading.notices.contains(.counterReset(counter: "powercap/package-0")))
    #expect(reading.components[0].wraps == 0)
  }

  @Test("a counter without a range that falls was reset")
  func resetWithoutRange() throws {
    let bench = CounterBench([.rapl("gpu-0", .gpu, range: nil)], name: "nvml")
    bench.source.set("gpu-0", joules: 500)
    let window = try bench.open()
    bench.advance(by: 1)
    bench.source.set("gpu-0", joules: 499)
    let reading = try window.close()
    #expect(reading.components.first { $0.component == .gpu }?.total == nil)
    #expect(reading.notices.contains(.counterReset(counter: "nvml/gpu-0")))
  }

  @Test("what passed unseen widens the interval by all the device could have drawn")
  func unseen() throws {
    let bench = CounterBench([.rapl("package-0", maximumPower: 250)])
    bench.source.set("package-0", joules: 100)
    let window = try bench.open()
    bench.advance(by: 1)
    bench.source.set("package-0", joules: 130)
    _ = window.peek()
    bench.source.set("package-0", .unreadable("EIO"))
    bench.advance(by: 2)
    let total = try #require(try window.close().components[0].total)
    #expect(abs(total.best.value - 30) < 1e-9)
    #expect(abs(total.high.value - (30 * 1.05 + 61e-6 + 2 * 250)) < 1e-6)
  }

  @Test("a gap in which it could have gone half around is ambiguous, not a number")
  func ambiguous() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 100)
    let window = try bench.open()
    bench.source.set("package-0", .unreadable("EIO"))
    bench.advance(by: 600)
    bench.source.set("package-0", joules: 130)
    let reading = try window.close()
    #expect(reading.components[0].total == nil)
    #expect(reading.notices.contains(.ambiguousWrap(counter: "powercap/package-0")))
    #expect(reading.dynamic?.provenance.kind == .estimated, "the model stands in")
  }

  @Test("a zero counter that never moves under load is absent, and the model stands in")
  func dead() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 0)
    let window = try bench.open()
    bench.advance(by: 2)
    let reading = try window.close()
    let counter = try #require(reading.components.first { $0.counter == "powercap/package-0" })
    #expect(counter.total == nil && counter.dynamic == nil && !counter.isInHeadline)
    #expect(
      reading.notices.contains {
        if case .absent("powercap/package-0", _) = $0 { true } else { false }
      })
    // Two busy processor-seconds at 3 W.
    #expect(reading.dynamic?.best == Joules(6))
    #expect(reading.dynamic?.provenance.kind == .estimated)
  }

  @Test("a device that goes away is said to have gone")
  func gone() throws {
    let bench = CounterBench([.rapl("gpu-0", .gpu, range: nil)], name: "nvml")
    bench.source.set("gpu-0", joules: 100)
    let window = try bench.open()
    bench.advance(by: 1)
    bench.source.set("gpu-0", joules: 150)
    _ = window.peek()
    bench.advance(by: 1)
    bench.source.set("gpu-0", .gone("unplugged"))
    let reading = try window.close()
    #expect(reading.notices.contains(.sourceGone(counter: "nvml/gpu-0", reason: "unplugged")))
    #expect(reading.notices.contains(.partial(counter: "nvml/gpu-0")))
    #expect(reading.components.first { $0.component == .gpu }?.total?.best == Joules(50))
  }

  @Test("a device that comes back starts anew, whatever its counter says")
  func returned() throws {
    let bench = CounterBench([.rapl("gpu-0", .gpu, range: nil)], name: "nvml")
    bench.source.set("gpu-0", joules: 100)
    let window = try bench.open()
    bench.source.set("gpu-0", .gone("driver reloaded"))
    _ = window.peek()
    bench.advance(by: 1)
    bench.source.set("gpu-0", joules: 110)
    _ = window.peek()
    bench.advance(by: 1)
    bench.source.set("gpu-0", joules: 117)
    #expect(try window.close().components[0].total?.best == Joules(7))
  }

  @Test("a counter unreadable at the opening gives its part of the bridged step, and says so")
  func unreadableAtOpening() throws {
    let bench = CounterBench()
    bench.source.set("package-0", joules: 100)
    _ = try bench.open().close()
    bench.advance(by: 1)
    bench.source.set("package-0", .unreadable("EIO"))
    let window = try bench.open()
    bench.advance(by: 3)
    bench.source.set("package-0", joules: 140)
    let reading = try window.close()
    let total = try #require(reading.components[0].total)
    #expect(total.best == Joules(30))
    #expect(total.low == .zero && total.high >= Joules(40))
    #expect(reading.notices.contains(.partial(counter: "powercap/package-0")))
  }

  @Test("a counter never readable is absent, with the reason")
  func neverReadable() throws {
    let bench = CounterBench()
    bench.source.set("package-0", .unreadable("permission denied"))
    let window = try bench.open()
    bench.advance(by: 2)
    let reading = try window.close()
    #expect(reading.components[0].total == nil)
    #expect(
      reading.notices.contains(
        .absent(counter: "powercap/package-0", reason: "permission denied")))
  }

  @Test("a power counter is integrated, and polled while a long window is open")
  func power() throws {
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    machine.setProcessors(busyTicks: [0])
    // A ramp of 10 W per second from 100 W: 100 t + 5 t^2, which trapezia give exactly.
    let source = ReplaySource("hwmon", [.power("board")]) {
      [.power(Watts(100 + 10 * (clock.now - 1000)))]
    }
    let meter = Meter(sources: [source], host: machine.host, clock: clock)
    let window = try meter.open("ramp", scope: .machine)
    clock.advance(by: 10)
    machine.setProcessors(busyTicks: [1000])
    let component = try window.close().components[0]
    #expect(abs(component.total!.best.value - 1500) < 1e-9)
    #expect(component.samples > 9)
  }

  @Test(
    "impossible powers are missed samples, not energy",
    arguments: [-5.0, .nan, .infinity])
  func impossiblePower(watts: Double) throws {
    let bench = CounterBench([.power("board")], name: "hwmon")
    bench.source.set("board", .power(Watts(watts)))
    let window = try bench.open()
    bench.advance(by: 0.5)
    let reading = try window.close()
    #expect(reading.components[0].total == nil)
    #expect(reading.components[0].missed > 0)
  }

  @Test("any sequence of steps below half the range reconstructs exactly")
  func wrapProperty() throws {
    var random = SeededGenerator(seed: 42)
    for _ in 0..<200 {
      let range = UInt64.random(in: 1000...(1 << 34), using: &random)
      var counter = EnergyCounter.rapl("c", range: range, maximumPower: 1)
      // As fast as half the range in a second.
      counter.maximumPower = Watts(Double(range) * 1e-6 / 2)
      let source = ReplaySource("s", [counter])
      let clock = VirtualClock()
      let meter = Meter(sources: [source], clock: clock)
      var truth = UInt64.random(in: 0..<range, using: &random)
      let begin = truth
      source.set("c", .energy(ticks: truth % range))
      let window = try meter.open("w", scope: .machine)
      for _ in 0..<100 {
        let gap = Double.random(in: 0.01...0.99, using: &random)
        truth += UInt64.random(in: 0...UInt64(Double(range / 2) * gap), using: &random)
        // No time passes between the counter and its reading, and none for the timer.
        source.set("c", .unreadable("between"))
        clock.advance(by: gap)
        source.set("c", .energy(ticks: truth % range))
        _ = window.peek()
      }
      let component = try window.close().components[0]
      #expect(component.total?.best.value == Double(truth - begin) * 1e-6)
      #expect(component.wraps == Int(truth / range))
    }
  }
}
