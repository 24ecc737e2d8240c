/// Turns one counter's raw samples into energy that never loses a wrap.
///
/// Counters of real machines are narrow (a busy server wraps RAPL in minutes), reset when a driver
/// is reloaded, and cannot always be read. The accumulator keeps the exact number of ticks in
/// integers and judges every step between two good samples:
///
/// | the counter | and the step implies | then it |
/// |---|---|---|
/// | rose | a power the device can draw | is added |
/// | fell, has a range | a power the device can draw, once around | wrapped |
/// | moved | more than the device can draw | was reset: the step is dropped |
/// | fell, has no range | | was reset: the step is dropped |
/// | any | a gap in which it could have gone half around | is ambiguous: no figure |
/// | could not be read | | is bridged by the next good sample |
/// | went away and came back | | starts anew: the gap is dropped |
///
/// Time is the meter's awake clock: a sleeping machine draws next to nothing, and a counter that
/// sleep has cleared shows itself as a reset.
struct CounterAccumulator: Sendable {
  /// Running totals; the difference of two of them is what a window saw.
  struct Totals: Sendable, Hashable {
    /// Ticks of an energy counter since the meter began.
    var ticks: UInt64 = 0
    /// Joules integrated from a power counter since the meter began.
    var joules = 0.0
    var wraps = 0
    var missed = 0
    var samples = 0
    var resets = 0
    var ambiguities = 0
    /// Seconds of dropped steps: how long the counter counted for nobody.
    var lostSeconds = 0.0
  }

  /// How long a device may take to publish what it has counted; a step shorter than this can hold
  /// the energy of this time.
  static let publishingDelay = 0.1

  let counter: EnergyCounter
  private(set) var totals = Totals()
  /// When the counter was last read well, in seconds of the meter's clock; `nil` before.
  private(set) var lastGood: Double?
  /// Why the device went away, while it is away.
  private(set) var goneReason: String?
  /// Why the last attempt gave nothing; `nil` when it was good.
  private(set) var failure: String?

  /// Whether the counter has ever shown anything but zero: a hypervisor's stand-in never does.
  private(set) var hasCounted = false

  private var lastTicks: UInt64 = 0
  private var lastPower = 0.0

  init(_ counter: EnergyCounter) { self.counter = counter }

  /// Takes one sample in.
  ///
  /// - Parameter time: Seconds of the meter's clock, never smaller than before.
  mutating func update(_ sample: CounterSample, at time: Double) {
    switch (sample, counter.reading) {
    case (.energy(let ticks), .energy(let joulesPerTick, let range)):
      accept(at: time) { $0.count(ticks, joulesPerTick: joulesPerTick, range: range, gap: $1) }
      lastTicks = ticks
      if ticks > 0 { hasCounted = true }
    case (.power(let power), .power) where power.value >= 0 && power.value.isFinite:
      accept(at: time) { $0.totals.joules += ($0.lastPower + power.value) / 2 * $1 }
      lastPower = power.value
    case (.unreadable(let reason), _):
      totals.missed += 1
      failure = reason
    case (.gone(let reason), _):
      totals.missed += 1
      goneReason = reason
      failure = reason
    case (.power(let power), .power):
      totals.missed += 1
      failure = "impossible power: \(QuantityFormat.number(power.value)) W"
    default:
      totals.missed += 1
      failure = "the source gave another kind of sample than it announced"
    }
  }

  private mutating func accept(
    at time: Double, _ step: (inout CounterAccumulator, _ gap: Double) -> Void
  ) {
    if let lastGood {
      if goneReason == nil {
        step(&self, time - lastGood)
      } else {
        // A device that was gone has lost its count; its old total is no baseline.
        totals.lostSeconds += time - lastGood
      }
    }
    totals.samples += 1
    lastGood = time
    failure = nil
    goneReason = nil
  }

  private mutating func count(
    _ ticks: UInt64, joulesPerTick: Double, range: UInt64?, gap: Double
  ) {
    // Without a known greatest power nothing is implausible.
    let maximumPower = counter.maximumPower.value > 0 ? counter.maximumPower.value : .infinity
    if let range, maximumPower.isFinite, gap * maximumPower > Double(range) * joulesPerTick / 2 {
      totals.ambiguities += 1
      return
    }
    let step: UInt64
    let wrapped: Bool
    if ticks >= lastTicks {
      (step, wrapped) = (ticks - lastTicks, false)
    } else if let range, lastTicks <= range {
      (step, wrapped) = (range - lastTicks &+ ticks, true)
    } else {
      totals.resets += 1
      totals.lostSeconds += gap
      return
    }
    let plausible = maximumPower * (gap + Self.publishingDelay) + counter.resolution.value
    guard Double(step) * joulesPerTick <= plausible else {
      totals.resets += 1
      totals.lostSeconds += gap
      return
    }
    totals.ticks &+= step
    if wrapped { totals.wraps += 1 }
  }

  /// The energy between two totals, in joules.
  static func joules(_ counter: EnergyCounter, from start: Totals, to end: Totals) -> Double {
    switch counter.reading {
    case .energy(let joulesPerTick, _): Double(end.ticks &- start.ticks) * joulesPerTick
    case .power: end.joules - start.joules
    }
  }
}
