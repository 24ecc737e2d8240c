import Synchronization

/// All counters of all sources, read together and accumulated once for every window.
///
/// Windows hold no counter state of their own: each keeps the totals it saw at its two ends. So
/// concurrent and nested windows agree, and whichever window reads next also guards the others
/// against wraps.
final class CounterBank: Sendable {
  /// One counter's place among the sources.
  struct Slot: Sendable {
    let source: Int
    /// Its index in the source's own list.
    let index: Int
    /// `powercap/package-0`.
    let label: String
    let counter: EnergyCounter
    /// The provenance of a share of it by processor time.
    let attributed: Provenance
    /// What the source wants said beside every figure.
    let remark: ReadingNotice?
    /// What is said when a scope is given the device whole.
    let wholeDevice: ReadingNotice

    init(source: Int, index: Int, label: String, counter: EnergyCounter) {
      self.source = source
      self.index = index
      self.label = label
      self.counter = counter
      attributed = counter.provenance.attributed(by: "CPU time")
      remark = counter.remark.map { .remark("\(label): \($0)") }
      wholeDevice = .remark("\(label): the whole device, whoever else used it")
    }
  }

  /// One counter as an end of a window saw it.
  struct Mark: Sendable {
    var totals: CounterAccumulator.Totals
    /// When it was last read well; `nil` for never.
    var lastGood: Double?
    /// Why it could not be read this time.
    var failure: String?
    var goneReason: String?
    /// Whether it has ever shown anything but zero.
    var hasCounted: Bool
  }

  private struct State {
    var accumulators: [CounterAccumulator]
    /// Scratch for the sources' answers, so that reading allocates nothing.
    var samples: [[CounterSample]]
  }

  let sources: [any EnergySource]
  let slots: [Slot]
  /// The headline when every counter lives, which is nearly always.
  let fullHeadline: HeadlineSelection
  /// The source that knows single processes, where there is one.
  let processSource: (any ProcessEnergySource)?
  /// How often somebody must read while a window is open; `nil` when both ends are enough.
  let keepAlivePeriod: Double?
  private let clock: any MeterClock
  private let state: Mutex<State>

  /// Power counters are momentary: between two readings further apart than this they say little.
  static let powerPollPeriod = 1.0
  /// No counter is left alone for longer, whatever its declared range.
  static let longestPollPeriod = 30.0
  private static let shortestPollPeriod = 0.05

  init(sources: [any EnergySource], clock: any MeterClock) {
    self.sources = sources
    processSource = sources.lazy.compactMap { $0 as? any ProcessEnergySource }.first
    self.clock = clock
    var slots: [Slot] = []
    for (s, source) in sources.enumerated() {
      for (c, counter) in source.counters.enumerated() {
        slots.append(
          Slot(source: s, index: c, label: "\(source.name)/\(counter.name)", counter: counter))
      }
    }
    self.slots = slots
    fullHeadline = HeadlineSelection(slots, cpuIsCounted: false) { _ in true }
    keepAlivePeriod = slots.compactMap { Self.pollPeriod($0.counter) }.min()
    state = Mutex(
      State(
        accumulators: slots.map { CounterAccumulator($0.counter) },
        samples: sources.map { source in
          Array(repeating: .unreadable("never read"), count: source.counters.count)
        }))
  }

  private static func pollPeriod(_ counter: EnergyCounter) -> Double? {
    switch counter.reading {
    case .power: powerPollPeriod
    case .energy:
      // Half the safe period, so that a late timer still comes in time.
      counter.safePollPeriod.map {
        max(min($0.value / 2, longestPollPeriod), shortestPollPeriod)
      }
    }
  }

  var isEmpty: Bool { slots.isEmpty }

  /// Reads every counter now.
  ///
  /// - Cost: what the sources cost, and one array.
  func read() -> [Mark] {
    if slots.isEmpty { return [] }
    return state.withLock { state in
      take(&state)
      return state.accumulators.map {
        Mark(
          totals: $0.totals, lastGood: $0.lastGood, failure: $0.failure,
          goneReason: $0.goneReason, hasCounted: $0.hasCounted)
      }
    }
  }

  /// Reads every counter only so that no wrap is lost.
  func keepAlive() {
    if slots.isEmpty { return }
    state.withLock { take(&$0) }
  }

  private func take(_ state: inout State) {
    var slot = 0
    for s in sources.indices {
      let expected = state.samples[s].count
      sources[s].read(&state.samples[s])
      // The clock is read under the lock, so that an accumulator never sees time run backwards.
      let now = clock.awake()
      for c in 0..<expected {
        let sample =
          c < state.samples[s].count ? state.samples[s][c] : .unreadable("the source gave nothing")
        state.accumulators[slot].update(sample, at: now)
        slot += 1
      }
    }
  }
}

extension Provenance {
  /// What a share of such a figure may claim.
  func attributed(by rule: String) -> Provenance {
    Provenance(max(kind, .attributed), source: "\(source) by \(rule)", version: version)
  }
}
