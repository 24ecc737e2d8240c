/// Water in litres.
public struct Litres: PhysicalQuantity {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "L"
  public static let displayUnits: [(symbol: String, scale: Double)] = [
    ("µL", 1e-6), ("mL", 1e-3), ("L", 1), ("m³", 1e3),
  ]
}
