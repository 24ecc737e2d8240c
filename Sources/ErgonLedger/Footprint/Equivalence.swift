public import ErgonEnergy

/// Emissions as something else, never shown unless asked for, always with the constant.
public struct Equivalence: Sendable, Hashable, Codable, CustomStringConvertible {
  public let amount: Double
  public let unit: String
  /// The constant and where it comes from.
  public let constant: String

  /// Kilometres of an average new car of the EU fleet in 2023 (0.12 kg CO2 a kilometre).
  public static func carKilometres(_ carbon: GramsCO2e) -> Equivalence {
    Equivalence(
      amount: carbon.value / 120, unit: "km by car",
      constant: "0.12 kg CO2 per km, EU fleet 2023")
  }

  public var description: String {
    "\(QuantityFormat.number(amount)) \(unit) (at \(constant))"
  }
}
