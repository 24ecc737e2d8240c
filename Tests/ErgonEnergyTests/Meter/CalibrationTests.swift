import ErgonEnergy
import Testing
import _ErgonTestSupport

@Suite("Calibration")
struct CalibrationTests {
  /// A machine of four processors whose package draws 12 W, and 4.5 W for each one that is busy.
  private struct Bench: CalibrationWorkload {
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    let source = ReplaySource("powercap", [.rapl("package-0")])
    let state = State()

    final class State: @unchecked Sendable {
      var busy = 0.0
      var joules = 100.0
    }

    init() {
      machine.setProcessors(busyTicks: [0, 0, 0, 0])
      machine.write("/proc/cpuinfo", "processor : 0\nmodel name\t: Test   CPU 1\n")
      source.set("package-0", joules: state.joules)
    }

    func run(threads: Int, for seconds: Double) {
      clock.advance(by: seconds)
      state.busy += Double(threads) * seconds
      state.joules += (12 + 4.5 * Double(threads)) * seconds
      machine.setProcessors(busyTicks: [Int((state.busy * 100).rounded()), 0, 0, 0])
      source.set("package-0", joules: state.joules)
    }

    var meter: Meter { Meter(sources: [source], host: machine.host, clock: clock) }
  }

  @Test("a run finds the watts that are there")
  func run() throws {
    let bench = Bench()
    var steps: [Int] = []
    let profile = try Calibration(step: Seconds(2), repeats: 2).run(
      on: bench.meter, workload: bench
    ) { done, threads in
      #expect(done >= 0 && done < 1)
      steps.append(threads)
    }
    #expect(steps == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    #expect(abs(profile.fit.idle.best.value - 12) < 1e-3)
    #expect(abs(profile.fit.perCore.best.value - 4.5) < 1e-3)
    #expect(profile.fit.residual < Watts(0.01))
    #expect(abs(profile.model.idleWattsPerCore.best.value - 3) < 1e-3)
    // The counter's own ±5 % is in the model's bounds.
    #expect(profile.model.wattsPerCore.high.value > 4.5 * 1.05 - 1e-3)
    #expect(profile.model.kind == .estimated && profile.source == "powercap/package-0")
    #expect(profile.fingerprint == "Test CPU 1 × 4" && profile.fits(bench.machine.host))
    #expect(abs(profile.idlePower["powercap/package-0"]!.best.value - 12) < 1e-3)
  }

  @Test("the fit is least squares with the textbook's intervals")
  func fit() throws {
    // R: summary(lm(c(10.2, 14.9, 21.1, 24.8) ~ c(0, 1, 2, 3))); qt(0.975, 2) = 4.303.
    let powers = [10.2, 14.9, 21.1, 24.8]
    let fit = try CalibrationFit(
      powers.enumerated().map { CalibrationPoint(busy: Double($0), power: Watts($1)) },
      source: "test")
    #expect(abs(fit.perCore.best.value - 5.0) < 1e-12)
    #expect(abs(fit.idle.best.value - 10.25) < 1e-12)
    // SSR = 0.05² + 0.35² + 0.85² + 0.45² = 1.05; s² = 0.525; Sxx = 5; 1/n + mean² / Sxx = 0.7.
    let slopeError: Double = 4.303 * (0.525 / 5).squareRoot()
    let interceptError: Double = 4.303 * (0.525 * 0.7).squareRoot()
    #expect(abs(fit.perCore.high.value - 5 - slopeError) < 1e-9)
    #expect(abs(fit.idle.high.value - 10.25 - interceptError) < 1e-9)
    #expect(abs(fit.residual.value - 0.2625.squareRoot()) < 1e-12)
  }

  @Test(
    "points that say nothing are refused",
    arguments: [
      [], [(0, 10), (1, 12)], [(1, 10), (1, 11), (1, 12)], [(0, 12), (1, 11), (2, 9)],
      [(0, .nan), (1, 2), (2, 3)],
    ] as [[(Double, Double)]])
  func useless(points: [(Double, Double)]) {
    #expect(throws: EnergyError.self) {
      try CalibrationFit(
        points.map { CalibrationPoint(busy: $0, power: Watts($1)) }, source: "test")
    }
  }

  @Test("without a counter there is nothing to calibrate against")
  func noCounter() throws {
    let bench = Bench()
    let meter = Meter(sources: [], host: bench.machine.host, clock: bench.clock)
    #expect(throws: EnergyError.self) { try Calibration().run(on: meter, workload: bench) }
  }

  @Test("impossible settings are refused before anything runs")
  func settings() throws {
    let bench = Bench()
    for bad in [
      Calibration(step: Seconds(0)), Calibration(step: Seconds(.nan)), Calibration(repeats: 0),
      Calibration(settling: Seconds(-1)), Calibration(loads: 1),
    ] {
      #expect(throws: EnergyError.self) { try bad.run(on: bench.meter, workload: bench) }
    }
    #expect(bench.clock.now == 1000)
  }
}
