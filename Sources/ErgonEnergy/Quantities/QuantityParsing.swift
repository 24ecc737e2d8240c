/// Amounts as a person writes them: `50J`, `1.5 kWh`, `10ms`.
extension PhysicalQuantity {
  /// Reads a number with a unit, with or without a space between.
  ///
  /// The micro sign may be written `u`. Upper and lower case are told apart where it matters
  /// (`mJ`, `MJ`) and forgiven where it does not (`50j`, `2kwh`).
  ///
  /// ```swift
  /// let budget = try Joules(parsing: "2kWh")        // 7.2 MJ
  /// let period = try Seconds(parsing: "10 ms")
  /// ```
  ///
  /// - Parameters:
  ///   - text: The amount, 0 or more.
  ///   - defaultUnit: The unit of a plain number; `nil` refuses one.
  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` for anything else.
  public init(parsing text: String, defaultUnit: String? = nil) throws(EnergyError) {
    let refusal = EnergyError.invalidParameter(
      name: Self.noun, value: String(text.prefix(40)),
      expected: "a number of 0 or more and a unit (\(Self.unitNames)), such as \(Self.sample)")
    let words = text.drop { $0 == " " }
    let digits = words.prefix { "0123456789.".contains($0) }
    var rest = words[digits.endIndex...]
    var number = String(digits)
    // An exponent belongs to the number only when digits follow it.
    if let power = Self.exponent(at: rest) {
      number += power
      rest = rest[power.endIndex...]
    }
    var unit = String(rest.drop { $0 == " " })
    while unit.last == " " { unit.removeLast() }
    guard let amount = Double(number), amount.isFinite,
      let scale = Self.scale(of: unit.isEmpty ? defaultUnit ?? "" : unit),
      (amount * scale).isFinite
    else { throw refusal }
    self.init(amount * scale)
  }

  private static func exponent(at text: Substring) -> Substring? {
    guard let first = text.first, first == "e" || first == "E" else { return nil }
    var rest = text.dropFirst()
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    let digits = rest.prefix { "0123456789".contains($0) }
    return digits.isEmpty ? nil : text[text.startIndex..<digits.endIndex]
  }

  /// How many base units a unit is; `nil` when unknown or, without regard to case, ambiguous.
  private static func scale(of unit: String) -> Double? {
    let plain = unit.spelledPlainly
    let units = displayUnits + Self.furtherUnits
    if let exact = units.first(where: { $0.symbol.spelledPlainly == plain }) { return exact.scale }
    let near = units.filter { $0.symbol.spelledPlainly.lowercased() == plain.lowercased() }
    return near.count == 1 ? near[0].scale : nil
  }

  private static var unitNames: String {
    (displayUnits + furtherUnits).sorted { $0.scale < $1.scale }.map(\.symbol)
      .joined(separator: ", ")
  }

  /// Units that are read although a person would not be shown them.
  private static var furtherUnits: [(symbol: String, scale: Double)] {
    switch symbol {
    case "J": [("MJ", 1e6), ("GJ", 1e9), ("mWh", 3.6), ("Wh", 3600)]
    case "gCO2e": [("g", 1), ("kg", 1e3), ("t", 1e6)]
    default: []
    }
  }

  private static var noun: String {
    switch symbol {
    case "J": "energy"
    case "W": "power"
    case "s": "time"
    default: "mass"
    }
  }

  private static var sample: String {
    switch symbol {
    case "J": "50J or 2kWh"
    case "W": "3.5W"
    case "s": "10ms"
    default: "1.2kg"
    }
  }
}

extension String {
  /// Both micro signs of Unicode, and the `u` of those who have neither, as one.
  fileprivate var spelledPlainly: String {
    String(map { $0 == "\u{B5}" || $0 == "\u{3BC}" ? "u" : $0 })
  }
}
