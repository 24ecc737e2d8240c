#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Numbers as text, the same on every platform and in every locale.
enum NumberText {
  /// A coordinate: at most two decimals, none where they are zero.
  static func coordinate(_ x: Double) -> String {
    guard x.isFinite else { return "0" }
    let rounded = (x * 100).rounded() / 100
    if rounded == rounded.rounded(), abs(rounded) < 1e15 { return "\(Int(rounded))" }
    return "\(rounded)"
  }

  /// Exactly so many decimals; at most 12, and plain notation below 1e15 only.
  static func fixed(_ x: Double, decimals: Int) -> String {
    guard x.isFinite else { return x.isNaN ? "–" : x < 0 ? "−∞" : "∞" }
    guard abs(x) < 1e15 else { return powerOfTen(x, digits: 3) }
    let places = min(max(decimals, 0), 12)
    let scale = pow(10, Double(places))
    // Beyond 2^63 the digits after the point mean nothing any more.
    guard abs(x) * scale < 9e18 else { return fixed(x, decimals: places - 1) }
    let units = Int((abs(x) * scale).rounded())
    let whole = units / Int(scale)
    let sign = x < 0 && units != 0 ? "−" : ""
    if places == 0 { return sign + grouped(whole) }
    let fraction = String(units % Int(scale))
    return "\(sign)\(grouped(whole))."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// Thin spaces between groups of three digits, from five digits on.
  private static func grouped(_ whole: Int) -> String {
    let digits = String(whole)
    if digits.count < 5 { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append("\u{2009}") }
      text.append(digit)
    }
    return text
  }

  /// So many significant digits, trailing zeros dropped: `12.5`, `0.002`, `3×10⁹`.
  static func short(_ x: Double, digits: Int = 3) -> String {
    guard x.isFinite, x != 0 else { return fixed(x, decimals: 0) }
    let magnitude = floor(log10(abs(x)))
    if magnitude >= 6 || magnitude < -4 { return powerOfTen(x, digits: digits) }
    let text = significant(x, digits: digits)
    guard text.contains(".") else { return text }
    var trimmed = text[...]
    while trimmed.last == "0" { trimmed.removeLast() }
    if trimmed.last == "." { trimmed.removeLast() }
    return String(trimmed)
  }

  /// So many significant digits, trailing zeros kept, so that columns of numbers line up.
  static func significant(_ x: Double, digits: Int) -> String {
    guard x.isFinite, x != 0 else { return fixed(x, decimals: x == 0 ? digits - 1 : 0) }
    let magnitude = floor(log10(abs(x)))
    if magnitude >= 6 || magnitude < -4 { return powerOfTen(x, digits: digits) }
    return fixed(x, decimals: decimals(of: x, digits: digits))
  }

  /// How many decimals show so many significant digits of a number.
  static func decimals(of x: Double, digits: Int) -> Int {
    guard x.isFinite, x != 0 else { return digits - 1 }
    return max(0, digits - 1 - Int(floor(log10(abs(x)))))
  }

  /// `2.5×10⁶`, and `10⁶` for a mantissa of one.
  static func powerOfTen(_ x: Double, digits: Int) -> String {
    var power = Int(floor(log10(abs(x))))
    var mantissa = abs(x) / pow(10, Double(power))
    if mantissa >= 10 - 0.5 * pow(10, Double(1 - digits)) {
      mantissa /= 10
      power += 1
    }
    let sign = x < 0 ? "−" : ""
    let exponent = "10" + superscript(power)
    let text = short(mantissa, digits: digits)
    return text == "1" ? sign + exponent : "\(sign)\(text)×\(exponent)"
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let text = String(abs(number)).compactMap(\.wholeNumberValue).map { digits[$0] }
    return (number < 0 ? "⁻" : "") + String(text)
  }
}
