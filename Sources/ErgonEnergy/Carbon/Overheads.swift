/// Declared conventions that stand beside a bill's headline, each off until given.
///
/// ```swift
/// let overheads = try Overheads(pue: 1.2, waterLitresPerKWh: 0.4)
/// let bill = Bill(reading: reading, grid: grid, overheads: overheads)   // bill.building, bill.water
/// ```
public struct Overheads: Sendable, Hashable, Codable {
  /// Power usage effectiveness of the building, at least 1.
  public let pue: Double?
  /// Litres of water per kilowatt-hour at the site.
  public let waterLitresPerKWh: Double?
  /// Share of the hardware's manufacture.
  public let embodied: EmbodiedShare?

  /// No conventions at all.
  public init() {
    pue = nil
    waterLitresPerKWh = nil
    embodied = nil
  }

  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` for a PUE below 1, negative
  ///   water, or a number that is not finite.
  public init(
    pue: Double? = nil, waterLitresPerKWh: Double? = nil, embodied: EmbodiedShare? = nil
  ) throws(EnergyError) {
    if let pue { try Self.check("PUE", pue, in: 1...10, expected: "1 to 10") }
    if let waterLitresPerKWh {
      try Self.check("water", waterLitresPerKWh, in: 0...1000, expected: "0 to 1000 L/kWh")
    }
    self.pue = pue
    self.waterLitresPerKWh = waterLitresPerKWh
    self.embodied = embodied
  }

  /// Reads a stored value and holds it to the same rules, since files are not trusted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      pue: container.decodeIfPresent(Double.self, forKey: .pue),
      waterLitresPerKWh: container.decodeIfPresent(Double.self, forKey: .waterLitresPerKWh),
      embodied: container.decodeIfPresent(EmbodiedShare.self, forKey: .embodied))
  }

  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` outside the range or for NaN.
  static func check(
    _ name: String, _ value: Double, in range: ClosedRange<Double>, expected: String
  ) throws(EnergyError) {
    guard range.contains(value) else {
      throw .invalidParameter(name: name, value: QuantityFormat.number(value), expected: expected)
    }
  }
}

/// The share of a device's manufacture that a computation uses up.
///
/// Software Carbon Intensity: `M = TE * (TiR / EL) * (RR / ToR)`, where `TiR` is the time the
/// computation took.
///
/// ```swift
/// // A developer's machine: 181 kg over four years is 1.43 mg a second.
/// let share = try EmbodiedShare(total: GramsCO2e(181_000), lifetime: Seconds(4 * 365.25 * 86400))
/// ```
///
/// - Reference: Software Carbon Intensity specification, ISO/IEC 21031:2024.
public struct EmbodiedShare: Sendable, Hashable, Codable {
  /// `TE`: total embodied emissions of the hardware.
  public let total: GramsCO2e
  /// `EL`: the hardware's expected life.
  public let lifetime: Seconds
  /// `RR / ToR`: the share of the hardware that was reserved, 0 to 1.
  public let reservedShare: Double

  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` for a negative total, a life
  ///   that is not positive, or a share outside 0 to 1.
  public init(
    total: GramsCO2e, lifetime: Seconds, reservedShare: Double = 1
  ) throws(EnergyError) {
    let most = Double.greatestFiniteMagnitude
    try Overheads.check(
      "embodied total", total.value, in: 0...most, expected: "grams of CO2e, 0 or more")
    try Overheads.check(
      "hardware lifetime", lifetime.value, in: 1...most, expected: "seconds, 1 or more")
    try Overheads.check("reserved share", reservedShare, in: 0...1, expected: "0 to 1")
    self.total = total
    self.lifetime = lifetime
    self.reservedShare = reservedShare
  }

  /// Reads a stored value and holds it to the same rules, since files are not trusted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      total: container.decode(GramsCO2e.self, forKey: .total),
      lifetime: container.decode(Seconds.self, forKey: .lifetime),
      reservedShare: container.decode(Double.self, forKey: .reservedShare))
  }

  /// `M` for a computation that took this long.
  public func emissions(over duration: Seconds) -> GramsCO2e {
    total * (max(duration, .zero) / lifetime * reservedShare)
  }
}
