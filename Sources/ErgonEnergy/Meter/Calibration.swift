import Dispatch
import Synchronization

/// Finds a machine's idle power and its power per busy core, against a counter that knows.
///
/// It keeps 0, 1, … all processors busy for a while each, several times over, and fits a straight
/// line to power over busy processors.
///
/// ```swift
/// let profile = try Calibration().run(on: meter)
/// print(profile.model.wattsPerCore)
/// ```
///
/// - Cost: `repeats × (processors + 1) × step`, all processors busy for half of it. Anything else
///   that runs meanwhile is counted as busy too, so it widens the interval but does not bias it.
public struct Calibration: Sendable {
  /// How long each load is held.
  public var step: Seconds
  /// How often all loads are gone through.
  public var repeats: Int
  /// How long each load is held before it counts, so that clocks and fans have settled.
  public var settling: Seconds
  /// No more loads than this are tried, spread evenly between idle and all processors.
  public var loads: Int

  public init(
    step: Seconds = Seconds(3), repeats: Int = 3, settling: Seconds = Seconds(0.5),
    loads: Int = 9
  ) {
    self.step = step
    self.repeats = repeats
    self.settling = settling
    self.loads = loads
  }

  /// Runs it.
  ///
  /// - Parameter progress: Called before each step with the share done and the load that follows.
  /// - Throws: ``EnergyError/sourceUnusable(name:reason:remedy:)`` where no counter measures the
  ///   processor or the machine, or the fit is no use;
  ///   ``EnergyError/invalidParameter(name:value:expected:)`` for impossible settings.
  public func run(
    on meter: Meter, progress: (_ done: Double, _ threads: Int) -> Void = { _, _ in }
  ) throws(EnergyError) -> CalibrationProfile {
    try run(on: meter, workload: BusyThreads(), progress: progress)
  }

  package func run(
    on meter: Meter, workload: any CalibrationWorkload,
    progress: (_ done: Double, _ threads: Int) -> Void = { _, _ in }
  ) throws(EnergyError) -> CalibrationProfile {
    try check()
    var points: [CalibrationPoint] = []
    var byCounter: [String: [CalibrationPoint]] = [:]
    var bar = ErrorBar.none
    let plan = (0..<repeats).flatMap { _ in threads(upTo: meter.machine.processors) }
    for (index, threads) in plan.enumerated() {
      progress(Double(index) / Double(plan.count), threads)
      workload.run(threads: threads, for: settling.value)
      let window = try meter.open("calibration", scope: .machine)
      workload.run(threads: threads, for: step.value)
      let reading = try window.close()
      let counters = Self.counters(reading)
      guard !counters.isEmpty, reading.duration.value > 0 else {
        throw .sourceUnusable(
          name: "calibration",
          reason: "no counter measures the processor or the whole machine; 'ergon sources' says "
            + "what is missing, and a plug meter will do",
          remedy: nil)
      }
      let busy = (reading.machineBusy ?? reading.duration * Double(threads)) / reading.duration
      var power = Watts.zero
      for (name, energy) in counters {
        let part = energy.best / reading.duration
        byCounter[name, default: []].append(CalibrationPoint(busy: busy, power: part))
        power = power + part
        bar = Self.wider(bar, energy.interval)
      }
      points.append(CalibrationPoint(busy: busy, power: power))
    }
    return try profile(meter, points, byCounter, bar)
  }

  private func check() throws(EnergyError) {
    if !(step.value >= 0.05 && step.value <= 600) {
      throw .invalidParameter(
        name: "step", value: step.description, expected: "50 ms to 10 min")
    }
    if !(1...1000).contains(repeats) {
      throw .invalidParameter(name: "repeats", value: "\(repeats)", expected: "1 to 1000")
    }
    if !(settling.value >= 0 && settling.value <= 600) {
      throw .invalidParameter(
        name: "settling", value: settling.description, expected: "0 to 10 min")
    }
    if loads < 2 {
      throw .invalidParameter(name: "loads", value: "\(loads)", expected: "at least 2")
    }
  }

  private func threads(upTo processors: Int) -> [Int] {
    let steps = min(loads - 1, processors)
    return (0...steps).map { Int((Double($0 * processors) / Double(steps)).rounded()) }
  }

  /// What the headline's counters of processor or machine counted; none where the model stood in.
  private static func counters(_ reading: Reading) -> [(String, Figure<Joules>)] {
    let kinds: Set<EnergyComponent> = [.cpu, .platform, .wall]
    return reading.components.compactMap { part in
      guard part.isInHeadline, kinds.contains(part.component), let total = part.total else {
        return nil
      }
      return (part.counter, total)
    }
  }

  private static func wider(_ bar: ErrorBar, _ interval: Interval<Joules>) -> ErrorBar {
    guard interval.best.value > 0 else { return bar }
    return ErrorBar(
      low: max(0, min(bar.low, interval.low / interval.best)),
      high: max(bar.high, interval.high / interval.best))
  }

  private func profile(
    _ meter: Meter, _ points: [CalibrationPoint], _ byCounter: [String: [CalibrationPoint]],
    _ bar: ErrorBar
  ) throws(EnergyError) -> CalibrationProfile {
    let source = byCounter.keys.sorted().joined(separator: " + ")
    let fit = try CalibrationFit(points, source: source)
    var idlePower: [String: Interval<Watts>] = [:]
    for (name, points) in byCounter {
      // A second package may stay idle throughout; then its own line is no use, and its unused
      // share is divided as without a calibration.
      if let own = try? CalibrationFit(points, source: name) { idlePower[name] = own.idle }
    }
    let madeAt = meter.clock.wall()
    // The counter's own error comes on top of the fit's.
    let widened = { (interval: Interval<Watts>, share: Double) in
      Interval(
        low: interval.low * bar.low * share, best: interval.best * share,
        high: interval.high * bar.high * share)
    }
    return CalibrationProfile(
      model: CPUPowerModel(
        name: "calibrated: \(source)", version: "\(Int64(madeAt))",
        wattsPerCore: widened(fit.perCore, 1),
        idleWattsPerCore: widened(fit.idle, 1 / Double(meter.machine.processors)),
        kind: .estimated),
      source: source, idlePower: idlePower, madeAt: madeAt,
      fingerprint: CalibrationProfile.fingerprint(of: meter.host), fit: fit)
  }
}

/// Something that keeps so many processors busy for so long; a test pretends to.
package protocol CalibrationWorkload: Sendable {
  func run(threads: Int, for seconds: Double)
}

/// Threads that compute and touch nothing but their own registers.
struct BusyThreads: CalibrationWorkload {
  private final class Job: Sendable {
    let isOver = Atomic(false)
    let sink = Atomic<UInt64>(0)
  }

  func run(threads: Int, for seconds: Double) {
    let job = Job()
    let running = DispatchGroup()
    for _ in 0..<threads {
      running.enter()
      let started = SystemThread.start {
        Self.spin(job)
        running.leave()
      }
      if !started { running.leave() }
    }
    // A semaphore nobody signals is a sleep that ends in time.
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + seconds)
    job.isOver.store(true, ordering: .relaxed)
    running.wait()
  }

  private static func spin(_ job: Job) {
    var x: UInt64 = 0x9E37_79B9_7F4A_7C15
    var y = 1.0
    while !job.isOver.load(ordering: .relaxed) {
      // Integer and floating-point units alike, about 10 µs between two looks.
      for _ in 0..<4096 {
        x ^= x << 13
        x ^= x >> 7
        x ^= x << 17
        y = y * 0.999_999 + Double(x & 0xFF)
      }
    }
    job.sink.wrappingAdd(x ^ y.bitPattern, ordering: .relaxed)
  }
}
