import RealModule

/// Numbers written so that a column of them aligns, with four decimals at most.
enum NumberColumn {
  private static let decimals = 4

  /// With as many decimals as any of them needs, at least one; with powers of ten where the
  /// numbers are large, small or of very different sizes.
  static func words(_ numbers: [Double]) -> [String] {
    let sizes = numbers.lazy.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let greatest = sizes.max() ?? 1
    let least = sizes.min() ?? 1
    let isScientific =
      greatest >= 1e8 || greatest < 1e-3 || (least < 1e-4 && greatest / least > 1e4)
    if isScientific { return numbers.map { $0.isFinite ? scientific($0) : special($0) } }
    let words = numbers.map { $0.isFinite ? fixed($0) : special($0) }
    let spare =
      zip(words, numbers).filter { $1.isFinite }.map { word, _ in
        word.reversed().prefix(decimals - 1).prefix { $0 == "0" }.count
      }.min() ?? 0
    return zip(words, numbers).map { $1.isFinite ? String($0.dropLast(spare)) : $0 }
  }

  private static func fixed(_ number: Double) -> String {
    let scaled = Int((number.magnitude * 1e4).rounded())
    let fraction = String(scaled % 10_000)
    let sign = number.sign == .minus ? "-" : ""
    return "\(sign)\(scaled / 10_000)." + String(repeating: "0", count: 4 - fraction.count)
      + fraction
  }

  private static func scientific(_ number: Double) -> String {
    if number == 0 { return fixed(number) + "e+00" }
    var exponent = Int(Double.log10(number.magnitude).rounded(.down))
    // In two steps, because the power itself may be too small for a number.
    var mantissa = number * .pow(10, -(exponent / 2)) * .pow(10, -(exponent - exponent / 2))
    if mantissa.magnitude >= 9.99995 {
      mantissa /= 10
      exponent += 1
    }
    let digits = String(exponent.magnitude)
    return fixed(mantissa) + (exponent < 0 ? "e-" : "e+") + (digits.count < 2 ? "0" : "") + digits
  }

  private static func special(_ number: Double) -> String {
    number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
  }
}
