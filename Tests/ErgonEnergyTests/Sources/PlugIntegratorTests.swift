import Testing

@testable import ErgonEnergy

struct PlugIntegratorTests {
  private func power(_ watts: Double, _ time: Double? = nil) -> PlugReading {
    PlugReading(time: time, amount: .power(Watts(watts)))
  }

  private func energy(_ joules: Double) -> PlugReading {
    PlugReading(amount: .energy(Joules(joules)))
  }

  @Test("a ramp integrates exactly at any rate of lines", arguments: [1, 2, 5, 10, 100])
  func ramp(lines: Int) throws {
    // From 0 to 100 W in 10 s: 500 J.
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    for line in 0...lines {
      let time = 10 * Double(line) / Double(lines)
      try integrator.add(power(10 * time), at: time)
      _ = integrator.ticks(at: time)
    }
    let ticks = integrator.ticks(at: 10)
    #expect(abs(Double(try #require(ticks)) - 500e6) <= 1)
  }

  @Test("between lines the last power is held")
  func held() throws {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    #expect(integrator.ticks(at: 0) == nil)
    try integrator.add(power(50), at: 1)
    #expect(integrator.ticks(at: 1) == 0)
    #expect(integrator.ticks(at: 1.5) == 25_000_000)
    #expect(integrator.ticks(at: 2) == 50_000_000)
  }

  @Test("a wrong guess never makes the total fall, and the next line makes it good")
  func corrected() throws {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    try integrator.add(power(100), at: 0)
    #expect(integrator.ticks(at: 1) == 100_000_000)
    try integrator.add(power(0), at: 1)
    #expect(integrator.ticks(at: 1) == 100_000_000)
    try integrator.add(power(20), at: 2)
    // 50 J of the first second and 10 J of the second are still below what was said.
    #expect(integrator.ticks(at: 2) == 100_000_000)
    try integrator.add(power(20), at: 5)
    #expect(integrator.ticks(at: 5) == 120_000_000)
  }

  @Test("no step is larger than the machine can draw, so that none is taken for a reset")
  func steps() throws {
    var integrator = PlugIntegrator(maximumPower: Watts(100))
    var accumulator = CounterAccumulator(
      EnergyCounter(
        name: "wall", component: .wall, reading: .energy(joulesPerTick: 1e-6, range: nil),
        maximumPower: Watts(100), error: .none,
        provenance: Provenance(.measured, source: "test"), resolution: .zero))
    var now = 0.0
    for line in 0..<50 {
      try integrator.add(power(line % 2 == 0 ? 0 : 100), at: now)
      for _ in 0..<10 {
        let ticks = integrator.ticks(at: now)
        accumulator.update(.energy(ticks: try #require(ticks)), at: now)
        now += 0.1
      }
    }
    #expect(accumulator.totals.resets == 0)
    // Every second lies between 0 and 100 W: 50 W on the mean, give or take the last guess.
    #expect(abs(Double(accumulator.totals.ticks) * 1e-6 - 50 * 49) <= 100)
  }

  @Test("the meter's own clock counts when lines arrive in a bunch, a leap of it does not")
  func ownClock() throws {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    for (time, arrival) in [(1000.0, 5.0), (1001, 6), (1002, 6), (1003, 6)] {
      try integrator.add(power(10, time), at: arrival)
    }
    #expect(integrator.ticks(at: 6) == 30_000_000)
    try integrator.add(power(10, 5_000_000), at: 7)
    #expect(integrator.ticks(at: 7) == 40_000_000)
    try integrator.add(power(10, 4), at: 8)
    #expect(integrator.ticks(at: 8) == 50_000_000)
  }

  @Test("energies pass through and a fall stays a fall")
  func energies() throws {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    try integrator.add(energy(1000), at: 0)
    #expect(integrator.ticks(at: 0.5) == 1_000_000_000)
    try integrator.add(energy(1050), at: 1)
    #expect(integrator.ticks(at: 1) == 1_050_000_000)
    try integrator.add(energy(2), at: 2)
    #expect(integrator.ticks(at: 2) == 2_000_000)
  }

  @Test("an impossible amount is refused", arguments: [-1.0, 3681, 1e300])
  func impossible(watts: Double) {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    #expect(throws: PlugLineError.self) { try integrator.add(power(watts), at: 0) }
    #expect(integrator.ticks(at: 1) == nil)
  }

  @Test("an impossible total is refused", arguments: [-1.0, 1e13, .infinity, .nan])
  func impossibleTotal(joules: Double) {
    var integrator = PlugIntegrator(maximumPower: Watts(3680))
    #expect(throws: PlugLineError.self) { try integrator.add(energy(joules), at: 0) }
  }
}
