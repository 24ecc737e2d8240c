/// Turns a plug meter's readings into one running total, whatever its rate and whenever it is asked.
///
/// Power is integrated by the trapezoid as it arrives. Between two lines the last power is held, so
/// that a window may end at any moment; what that guessed wrongly is made good by the next line.
/// Energy passes through as the meter gives it, and a fall stays a fall: the meter was reset.
struct PlugIntegrator {
  /// Greatest power the machine behind the plug can draw.
  let maximumPower: Watts

  /// Everything counted up to the latest line.
  private var joules = 0.0
  /// The latest power; `nil` for a stream of energies, which must not be held.
  private var power: Double?
  private var time: Double?
  /// When the latest line came, in the meter room's clock; `nil` before the first.
  private(set) var arrival: Double?

  /// What was last said, and when: the total must neither fall by a wrong guess nor jump faster
  /// than the machine can draw.
  private var reported: (joules: Double, at: Double)?

  /// Slack for the time between two reads, so that a correction is not taken for a reset.
  private static let slack = 0.05
  /// Gaps in the meter's own clock beyond this are clock changes, and the arrival decides.
  private static let longestGap = 3600.0

  init(maximumPower: Watts) { self.maximumPower = maximumPower }

  /// The power of the latest line, where lines tell power.
  var latestPower: Watts? { power.map(Watts.init) }

  /// Takes a line's reading in.
  ///
  /// - Throws: ``PlugLineError`` for an amount that no machine behind a plug can have.
  mutating func add(_ reading: PlugReading, at now: Double) throws(PlugLineError) {
    switch reading.amount {
    case .power(let watts):
      guard watts.value >= 0, watts <= maximumPower else {
        throw PlugLineError(
          reason: "\(QuantityFormat.number(watts.value)) W is not between 0 and "
            + "\(maximumPower)")
      }
      if let power, let arrival {
        var gap = now - arrival
        if let last = time, let next = reading.time, next > last, next - last < Self.longestGap {
          gap = next - last
        }
        joules += (power + watts.value) / 2 * max(gap, 0)
      }
      power = watts.value
    case .energy(let total):
      guard total.value >= 0, total.value < 1e12 else {
        throw PlugLineError(reason: "\(QuantityFormat.number(total.value)) J is no meter's total")
      }
      if total.value < joules { reported = nil }
      joules = total.value
    }
    time = reading.time
    arrival = now
  }

  /// The total at a moment in microjoules; `nil` before the first line.
  mutating func ticks(at now: Double) -> UInt64? {
    guard let arrival else { return nil }
    var total = joules + (power ?? 0) * max(0, now - arrival)
    if let reported {
      let fastest = maximumPower.value * (max(0, now - reported.at) + Self.slack)
      total = min(max(total, reported.joules), reported.joules + fastest)
    }
    reported = (total, now)
    return UInt64(min(total, 1e12) * 1e6)
  }
}
