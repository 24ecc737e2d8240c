/// Declared conventions that stand beside a bill's headline, each off until given.
public struct Overheads: Sendable, Hashable, Codable {
  /// Power usage effectiveness of the building, at least 1.
  public var pue: Double?
  /// Litres of water per kilowatt-hour at the site.
  public var waterLitresPerKWh: Double?
  /// Share of the hardware's manufacture.
  public var embodied: EmbodiedShare?

  public init(
    pue: Double? = nil, waterLitresPerKWh: Double? = nil, embodied: EmbodiedShare? = nil
  ) {
    self.pue = pue
    self.waterLitresPerKWh = waterLitresPerKWh
    self.embodied = embodied
  }
}

/// The share of a device's manufacture that a computation uses up.
///
/// Software Carbon Intensity: `M = TE * (TiR / EL) * (RR / ToR)`.
public struct EmbodiedShare: Sendable, Hashable, Codable {
  /// `TE`: total embodied emissions of the hardware.
  public var total: GramsCO2e
  /// `EL`: the hardware's expected life.
  public var lifetime: Seconds
  /// `RR / ToR`: the share of the hardware that was reserved, 0 to 1.
  public var reservedShare: Double

  public init(total: GramsCO2e, lifetime: Seconds, reservedShare: Double = 1) {
    self.total = total
    self.lifetime = lifetime
    self.reservedShare = reservedShare
  }
}
