import ErgonEnergy
import Testing
import _ErgonTestSupport

@Suite("Intervals")
struct IntervalTests {
  /// A random interval and an amount inside it.
  private func sample(_ random: inout SeededGenerator) -> (Interval<Joules>, Joules) {
    let ends = (0..<4).map { _ in Double.random(in: -1e6...1e6, using: &random) }.sorted()
    let interval = Interval(low: Joules(ends[0]), best: Joules(ends[1]), high: Joules(ends[3]))
    return (interval, Joules(ends[2]))
  }

  @Test("whatever the operands inside their bounds, the result lies inside its own")
  func containment() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let (a, x) = sample(&random)
      let (b, y) = sample(&random)
      let factor = Double.random(in: -100...100, using: &random)
      #expect((a + b).contains(x + y))
      #expect((a - b).contains(x - y))
      #expect((a * factor).contains(x * factor))
      if factor != 0 { #expect((a / factor).contains(x / factor)) }
    }
  }

  @Test("a long sum is as wide as its parts together")
  func sumWidth() {
    let part = Interval(Joules(2), relative: 0.05)
    let sum = (0..<1000).reduce(Interval<Joules>.zero) { total, _ in total + part }
    #expect(abs(sum.low.value - 1900) < 1e-9)
    #expect(abs(sum.best.value - 2000) < 1e-9)
    #expect(abs(sum.high.value - 2100) < 1e-9)
  }

  @Test("power times time and energy over time undo each other")
  func powerAndTime() {
    let power = Interval(Watts(40), factor: 2)
    let energy = power * Seconds(3600)
    #expect(energy == Interval(low: Joules(72_000), best: Joules(144_000), high: Joules(288_000)))
    #expect(energy / Seconds(3600) == power)
  }

  @Test("error bars enclose the reading and multiply")
  func errorBars() {
    let bar = ErrorBar.relative(0.05).combined(with: .factor(2))
    #expect(abs(bar.low - 0.475) < 1e-12)
    #expect(abs(bar.high - 2.1) < 1e-12)
    let interval = Interval(Joules(10), error: bar)
    #expect(interval.contains(Joules(4.75)) && interval.contains(Joules(21)))
    #expect(ErrorBar.relative(2).low == 0)
  }

  @Test("a sum claims the weaker provenance and names both sources once")
  func figureSum() {
    let counter = Figure(
      Interval(Joules(1), relative: 0.1), Provenance(.measured, source: "powercap"))
    let model = Figure(
      Interval(Joules(2), factor: 2), Provenance(.estimated, source: "core table", version: "1"))
    let sum = counter + model + counter
    #expect(sum.provenance.kind == .estimated)
    #expect(sum.provenance.source == "powercap + core table")
    #expect(sum.best == Joules(4))
  }
}
