public import ErgonEnergy

/// What every energy source must keep to, whatever it reads.
///
/// ```swift
/// #expect(SourceCheck.complaints(about: source).isEmpty)
/// ```
public enum SourceCheck {
  /// Everything a source does wrong, each in one sentence; empty for a good one.
  ///
  /// - Parameter rounds: How often it is read.
  public static func complaints(about source: any EnergySource, rounds: Int = 3) -> [String] {
    var complaints: [String] = []
    if source.name.isEmpty || source.name.contains(where: { $0 == "/" || $0.isWhitespace }) {
      complaints.append("its name '\(source.name)' is empty or holds a slash or space")
    }
    if source.counters.isEmpty { complaints.append("it has no counter") }
    let names = source.counters.map(\.name)
    if Set(names).count < names.count { complaints.append("two counters have one name") }
    for counter in source.counters { complaints += self.complaints(about: counter, among: names) }
    for round in 1...max(1, rounds) {
      complaints += self.complaints(reading: source, round: round)
    }
    return complaints
  }

  private static func complaints(
    about counter: EnergyCounter, among names: [String]
  ) -> [String] {
    var complaints: [String] = []
    let say = { (text: String) in complaints.append("\(counter.name): \(text)") }
    if counter.name.isEmpty { say("it has no name") }
    if !(counter.maximumPower.value > 0 && counter.maximumPower.value.isFinite) {
      say("its greatest power is \(counter.maximumPower)")
    }
    if !(counter.resolution.value >= 0 && counter.resolution.value.isFinite) {
      say("its resolution is \(counter.resolution)")
    }
    if counter.provenance.source.isEmpty { say("its provenance names no source") }
    if let outer = counter.containedIn, outer == counter.name || !names.contains(outer) {
      say("it is contained in '\(outer)', which is not another counter of this source")
    }
    if case .energy(let joulesPerTick, let range) = counter.reading {
      if !(joulesPerTick > 0 && joulesPerTick.isFinite) { say("a tick is \(joulesPerTick) J") }
      if let range, range < 2 { say("its range is \(range) ticks") }
      if let period = counter.safePollPeriod, period.value < 1 {
        say("it would have to be read every \(period)")
      }
    }
    return complaints
  }

  private static func complaints(reading source: any EnergySource, round: Int) -> [String] {
    var complaints: [String] = []
    let untouched = CounterSample.unreadable("not set by the source")
    var samples = Array(repeating: untouched, count: source.counters.count)
    source.read(&samples)
    if samples.count != source.counters.count {
      return ["reading \(round): \(samples.count) answers for \(source.counters.count) counters"]
    }
    for (counter, sample) in zip(source.counters, samples) {
      let say = { (text: String) in
        complaints.append("reading \(round): \(counter.name): \(text)")
      }
      switch (sample, counter.reading) {
      case (untouched, _): say("no answer")
      case (.energy(let ticks), .energy(_, let range)):
        if let range, ticks > range { say("\(ticks) ticks are beyond its range \(range)") }
      case (.power(let power), .power):
        if !(power.value >= 0 && power.value <= counter.maximumPower.value) {
          say("\(power) is not between 0 and \(counter.maximumPower)")
        }
      case (.unreadable(let reason), _), (.gone(let reason), _):
        if reason.isEmpty { say("it does not say why") }
      default: say("another kind of sample than announced")
      }
    }
    return complaints
  }
}
