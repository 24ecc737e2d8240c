/// Divides a counter's energy between a scope, everybody else, and idleness.
///
/// With `E` the counter's energy over `t` seconds on `n` processors, of which `B` processor-seconds
/// were busy and `c` of those the scope's:
/// - idle is what the machine would have drawn anyway: `min(E, P_idle t)` where a calibration has
///   measured `P_idle`, otherwise the unused share `(1 - u) E` with `u = B / (t n)`;
/// - the scope gets `c / B` of the rest.
///
/// Scopes that share the machine between them, and idle, add up to the counter exactly.
///
/// Processor time is a proxy: the mix of instructions moves power by ±20 %, and `(1 - u)` takes all
/// processors to draw alike, while one busy core keeps the whole package awake. So without a
/// calibration the upper bound is the scope's share of the counter with no idle part at all.
struct Attribution: Sendable {
  /// How far the power of equal processor time differs with what is computed.
  static let mixError = 0.2

  /// Seconds the window lasted.
  let duration: Double
  let processors: Int
  /// Busy processor-seconds of the machine; `nil` where it does not tell.
  let busy: Double?
  /// Processor-seconds of the scope.
  let scope: Double
  /// Measured idle power of what the counter counts.
  let idlePower: Interval<Watts>?

  /// Shares of one counter.
  struct Shares: Sendable {
    var dynamic: Interval<Joules>
    var idle: Interval<Joules>
  }

  /// The share of processor capacity that was used, 0 to 1.
  var utilisation: Double {
    guard duration > 0 else { return 0 }
    return min(1, max(0, max(busy ?? 0, scope) / (duration * Double(processors))))
  }

  /// The scope's share of all processor time used, 0 to 1.
  var share: Double {
    let all = max(busy ?? scope, scope)
    return all > 0 ? min(1, max(0, scope / all)) : 0
  }

  func divide(_ total: Interval<Joules>) -> Shares {
    let energy = total.best.value
    let idle: Double
    let idleBounds: (low: Double, high: Double)
    if let idlePower {
      let atLeast = max(0, idlePower.low.value) * duration
      idle = min(energy, max(0, idlePower.best.value) * duration)
      idleBounds = (
        min(total.low.value, atLeast), min(total.high.value, idlePower.high.value * duration)
      )
    } else {
      idle = (1 - utilisation) * energy
      idleBounds = (0, max(idle, total.high.value * (1 - utilisation * (1 - Self.mixError))))
    }
    let dynamic = (energy - idle) * share
    let low = max(0, total.low.value - idleBounds.high) * share * (1 - Self.mixError)
    let high = max(0, total.high.value - idleBounds.low) * min(1, share * (1 + Self.mixError))
    return Shares(
      dynamic: Interval(
        low: Joules(min(low, dynamic)), best: Joules(dynamic), high: Joules(max(high, dynamic))),
      idle: Interval(
        low: Joules(min(idleBounds.low, idle)), best: Joules(idle),
        high: Joules(max(idleBounds.high, idle))))
  }
}
