import ErgonEnergy
import Testing
import _ErgonTestSupport

@Suite("Attribution")
struct AttributionTests {
  /// A machine whose busy time is that of its control groups.
  private struct Bench {
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    let source: ReplaySource
    let meter: Meter
    let processors: Int

    init(processors: Int, groups: Int, idlePower: [String: Interval<Watts>] = [:]) {
      self.processors = processors
      source = ReplaySource("powercap", [.rapl("package-0")])
      source.set("package-0", joules: 10)
      machine.setProcessors(busyTicks: Array(repeating: 0, count: processors))
      for group in 0..<groups { machine.setControlGroup("/g\(group)", userMicroseconds: 0) }
      meter = Meter(
        sources: [source], host: machine.host, idlePower: idlePower, clock: clock)
    }

    func run(_ ticks: [Int], joules: Double, seconds: Double) {
      var all = Array(repeating: 0, count: processors)
      all[0] = ticks.reduce(0, +)
      machine.setProcessors(busyTicks: all)
      for (group, used) in ticks.enumerated() {
        machine.setControlGroup("/g\(group)", userMicroseconds: used * 10_000)
      }
      source.set("package-0", joules: 10 + joules)
      clock.advance(by: seconds)
    }
  }

  @Test("the shares of all groups and idle add up to the counter", arguments: 1...20)
  func conservation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let groups = Int.random(in: 1...9, using: &random)
    let processors = Int.random(in: 1...64, using: &random)
    let seconds = Double.random(in: 1...20, using: &random)
    let bench = Bench(processors: processors, groups: groups)
    let windows = try (0..<groups).map {
      try bench.meter.open("g", scope: .cgroup(path: "/g\($0)"))
    }
    let capacity = Int(seconds * 100) * processors / groups
    bench.run(
      (0..<groups).map { _ in Int.random(in: 0...capacity, using: &random) },
      joules: Double.random(in: 1...200, using: &random), seconds: seconds)
    let readings = try windows.map { try $0.close().components[0] }
    let total = try #require(readings[0].total).best.value
    let idle = try #require(readings[0].idle).best.value
    let shares = readings.reduce(0) { $0 + $1.dynamic!.best.value }
    #expect(abs(shares + idle - total) <= 1e-12 * total)
    for reading in readings {
      let dynamic = try #require(reading.dynamic)
      #expect(dynamic.provenance.kind == .attributed)
      #expect(dynamic.low >= .zero && dynamic.high <= reading.total!.high)
    }
  }

  @Test("a group that did nothing gets nothing, and one that did all gets all that is not idle")
  func endPoints() throws {
    let bench = Bench(processors: 2, groups: 2)
    let none = try bench.meter.open("none", scope: .cgroup(path: "/g0"))
    let all = try bench.meter.open("all", scope: .cgroup(path: "/g1"))
    bench.run([0, 400], joules: 80, seconds: 2)
    #expect(try none.close().dynamic?.best == .zero)
    let reading = try all.close()
    #expect(abs(reading.dynamic!.best.value - 80) < 1e-9)
    #expect(reading.idle?.best == .zero)
  }

  @Test("a calibrated idle power replaces the share of unused capacity")
  func calibratedIdle() throws {
    let bench = Bench(
      processors: 4, groups: 2,
      idlePower: ["powercap/package-0": Interval(Watts(5), relative: 0.1)])
    let window = try bench.meter.open("w", scope: .cgroup(path: "/g0"))
    bench.run([50, 150], joules: 60, seconds: 2)
    let reading = try window.close()
    #expect(abs(reading.idle!.best.value - 10) < 1e-9)
    #expect(abs(reading.dynamic!.best.value - 12.5) < 1e-9)
    // (60 ± 5 %) less (5 ± 10 %) W for 2 s, a quarter of it, ±20 % for what was computed.
    #expect(abs(reading.dynamic!.low.value - (57 - 11) / 4 * 0.8) < 1e-3)
    #expect(abs(reading.dynamic!.high.value - (63 - 9) / 4 * 1.2) < 1e-3)
  }

  @Test("idle never exceeds what was counted")
  func idleBound() throws {
    let bench = Bench(
      processors: 1, groups: 1, idlePower: ["powercap/package-0": Interval(exactly: Watts(50))])
    let window = try bench.meter.open("w", scope: .cgroup(path: "/g0"))
    bench.run([10], joules: 60, seconds: 2)
    let reading = try window.close()
    #expect(reading.idle?.best == Joules(60))
    #expect(reading.dynamic?.best == .zero)
  }

  @Test("energy is additive over split windows, counted and estimated", arguments: [true, false])
  func additive(counted: Bool) throws {
    let bench = Bench(processors: 2, groups: 1)
    let meter =
      counted
      ? bench.meter : Meter(sources: [], host: bench.machine.host, clock: bench.clock)
    let scope = WindowScope.cgroup(path: "/g0")
    let whole = try meter.open("whole", scope: scope)
    var parts: [Reading] = []
    for step in 1...7 {
      let part = try meter.open("part", scope: scope)
      bench.run([step * 37], joules: Double(step * step), seconds: 0.73)
      parts.append(try part.close())
    }
    let reading = try whole.close()
    let sum = parts.reduce(0) { $0 + $1.dynamic!.best.value }
    if counted {
      let totals = parts.reduce(0) { $0 + $1.components[0].total!.best.value }
      #expect(abs(totals - reading.components[0].total!.best.value) < 1e-9)
    } else {
      #expect(abs(sum - reading.dynamic!.best.value) <= 1e-12 * sum)
      #expect(abs(sum - 7 * 37 * 0.01 * 3) < 1e-9)
    }
  }

  @Test("a device that knows its processes is believed; another is given whole")
  func deviceShare() throws {
    let clock = VirtualClock()
    let source = ReplaySource("nvml", [.rapl("gpu-0", .gpu, range: nil)])
    source.set("gpu-0", joules: 100)
    let meter = Meter(sources: [source], clock: clock)
    let said = ReadingNotice.remark("nvml/gpu-0: the whole device, whoever else used it")
    func use(
      _ share: Double?, _ scope: WindowScope, isSaid: Bool
    ) throws -> ComponentReading {
      source.setShare("gpu-0", share)
      source.set("gpu-0", joules: 100)
      let window = try meter.open("gpu", scope: scope)
      clock.advance(by: 1)
      source.set("gpu-0", joules: 180)
      defer { source.set("gpu-0", joules: 100) }
      let reading = try window.close()
      #expect(reading.notices.contains(said) == isSaid)
      return try #require(reading.components.first { $0.component == .gpu })
    }
    let shared = try use(0.25, .process, isSaid: false)
    #expect(shared.dynamic?.best == Joules(20))
    #expect(shared.dynamic?.provenance.kind == .attributed)
    let whole = try use(nil, .process, isSaid: true)
    #expect(whole.dynamic?.best == Joules(80))
    #expect(whole.dynamic?.provenance.kind == .measured)
    #expect(try use(0.25, .machine, isSaid: false).dynamic?.best == Joules(80))
  }
}
