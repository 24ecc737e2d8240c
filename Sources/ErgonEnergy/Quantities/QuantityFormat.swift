#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Numbers as a person would write them; no Foundation, no locale.
public enum QuantityFormat {
  /// A number with a given count of significant digits, never in exponent form between 1e-6 and
  /// 1e15: `0.0123`, `1.50`, `262143`.
  public static func number(_ x: Double, significantDigits digits: Int = 3) -> String {
    if x.isNaN { return "NaN" }
    if x.isInfinite { return x < 0 ? "-∞" : "∞" }
    if x == 0 { return "0" }
    let magnitude = abs(x)
    if magnitude >= 1e15 || magnitude < 1e-6 { return exponent(x, digits) }
    var decimals = max(0, digits - 1 - Int(floor(log10(magnitude))))
    // 9.996 rounds up to 10.0, which needs one decimal less.
    let scale = pow(10, Double(decimals))
    let rounded = (magnitude * scale).rounded() / scale
    if decimals > 0, floor(log10(rounded)) > floor(log10(magnitude)) { decimals -= 1 }
    return (x < 0 ? "-" : "") + fixed(magnitude, decimals: decimals)
  }

  /// A number with exactly so many decimals; `x` must be below 1e15 in magnitude.
  public static func fixed(_ x: Double, decimals: Int) -> String {
    guard x.isFinite, abs(x) < 1e15 else { return number(x) }
    let scale = UInt64(pow(10, Double(min(decimals, 15))).rounded())
    let whole = UInt64(abs(x))
    var fraction = UInt64(((abs(x) - Double(whole)) * Double(scale)).rounded())
    let carry: UInt64 = fraction >= scale ? 1 : 0
    if carry == 1 { fraction = 0 }
    let sign = x < 0 && (whole + carry > 0 || fraction > 0) ? "-" : ""
    if decimals == 0 { return "\(sign)\(whole + carry)" }
    let text = String(fraction)
    let padding = String(repeating: "0", count: max(0, min(decimals, 15) - text.count))
    return "\(sign)\(whole + carry).\(padding)\(text)"
  }

  private static func exponent(_ x: Double, _ digits: Int) -> String {
    var power = Int(floor(log10(abs(x))))
    var mantissa = x / pow(10, Double(power))
    if abs(mantissa) >= 10 - 0.5 * pow(10, Double(1 - digits)) {
      mantissa /= 10
      power += 1
    }
    return fixed(mantissa, decimals: max(0, digits - 1)) + "e\(power)"
  }

  /// The unit in which `x` (in base units) reads between 1 and the next unit's 1.
  static func unit<Q: PhysicalQuantity>(for x: Double, _: Q.Type) -> (
    symbol: String, scale: Double
  ) {
    let units = Q.displayUnits
    // The tiny slack keeps 0.9999999 J from being shown as 1000 mJ.
    return units.last { abs(x) >= $0.scale * 0.9995 }
      ?? (x == 0 ? (Q.symbol, 1) : units[0])
  }

  /// `12.3 mJ`.
  public static func string<Q: PhysicalQuantity>(_ quantity: Q, significantDigits: Int = 3)
    -> String
  {
    let (symbol, scale) = unit(for: quantity.value, Q.self)
    return number(quantity.value / scale, significantDigits: significantDigits) + " \(symbol)"
  }

  /// An amount with its error bar, always: `12.3 J ±5 %`, `12.3 J (6.2 … 24.6)`,
  /// `12.3 J (exact)`.
  public static func string<Q: PhysicalQuantity>(_ interval: Interval<Q>) -> String {
    let best = string(interval.best)
    let (low, high) = (interval.low.value, interval.high.value)
    if low == high { return best + " (exact)" }
    let value = interval.best.value
    let (below, above) = (value - low, high - value)
    if value > 0, abs(below - above) <= 0.02 * max(below, above), below < value {
      return best + " ±\(number(100 * above / value, significantDigits: 2)) %"
    }
    let (_, scale) = unit(for: value == 0 ? high : value, Q.self)
    return best + " (\(number(low / scale)) … \(number(high / scale)))"
  }

  /// `±5 %`, `×/÷ 2`, `-33 … +50 %`.
  public static func string(_ bar: ErrorBar) -> String {
    if bar.low == 1, bar.high == 1 { return "exact" }
    let (below, above) = (1 - bar.low, bar.high - 1)
    if abs(below - above) < 1e-9 { return "±\(number(100 * above, significantDigits: 2)) %" }
    if bar.low > 0, abs(bar.low * bar.high - 1) < 1e-9 {
      return "×/÷ \(number(bar.high, significantDigits: 2))"
    }
    return "-\(number(100 * below, significantDigits: 2)) … "
      + "+\(number(100 * above, significantDigits: 2)) %"
  }
}
