import Testing

@testable import ErgonEnergy

struct BreakEvenTests {
  private func figure(_ low: Double, _ best: Double, _ high: Double) -> Figure<Joules> {
    Figure(
      Interval(low: Joules(low), best: Joules(best), high: Joules(high)),
      Provenance(.measured, source: "test"))
  }

  private func exact(_ joules: Double) -> Figure<Joules> { figure(joules, joules, joules) }

  @Test(
    "the count is the energy of training over that of a use, rounded up",
    arguments: [(10.0, 3.0, 4), (9, 3, 3), (1, 1000, 1), (51_686 * 3.6e6, 3.6, 51_686_000_000)])
  func count(training: Double, use: Double, expected: Int) throws {
    let even = try BreakEven(training: exact(training), perUse: exact(use))
    #expect(even.uses == expected)
    #expect(even.low == expected && even.high == expected)
  }

  @Test("bounds pair cheap training with dear use and the other way round")
  func bounds() throws {
    let even = try BreakEven(training: figure(80, 100, 120), perUse: figure(8, 10, 16))
    #expect(even.low == 5)
    #expect(even.uses == 10)
    #expect(even.high == 15)
  }

  @Test("a use that may have cost nothing leaves the count without an upper bound")
  func unbounded() throws {
    let even = try BreakEven(training: exact(100), perUse: figure(0, 10, 20))
    #expect(even.high == nil)
    #expect(even.uses == 10)
  }

  @Test("an unknown, zero or negative energy is refused")
  func refused() {
    #expect(throws: EnergyError.self) { try BreakEven(training: exact(1), perUse: nil) }
    for (training, use) in [(1.0, 0.0), (0, 1), (1, -1), (-1, 1), (.infinity, 1), (1e300, 1e-300)] {
      #expect(throws: EnergyError.self) {
        try BreakEven(training: exact(training), perUse: exact(use))
      }
    }
  }
}
