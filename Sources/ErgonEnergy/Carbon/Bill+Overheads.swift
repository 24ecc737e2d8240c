/// The columns beside the headline: each is absent until its convention is declared, and none is
/// ever added to the headline.
extension Bill {
  /// Energy of cooling and power conversion in the building for the headline energy:
  /// `energy * (PUE - 1)`.
  public var building: Figure<Joules>? {
    guard let energy, let pue = overheads.pue else { return nil }
    let declared = Provenance(.assumed, source: "PUE \(QuantityFormat.number(pue))")
    return Figure(
      energy.interval * (pue - 1), energy.provenance.combined(with: declared))
  }

  /// Greenhouse gas of ``building``.
  public var buildingCarbon: Figure<GramsCO2e>? {
    guard let grid, let building else { return nil }
    return grid.carbon(of: building)
  }

  /// Water used at the site for the headline energy; what power plants use is not in it.
  public var water: Figure<Litres>? {
    guard let energy, let litres = overheads.waterLitresPerKWh else { return nil }
    let declared = Provenance(
      .assumed, source: "water \(QuantityFormat.number(litres)) L/kWh")
    return Figure(
      Interval(
        low: Litres(max(energy.low.kilowattHours, 0) * litres),
        best: Litres(max(energy.best.kilowattHours, 0) * litres),
        high: Litres(max(energy.high.kilowattHours, 0) * litres)),
      energy.provenance.combined(with: declared))
  }

  /// The share of the hardware's manufacture that the window's duration uses up.
  public var embodied: Figure<GramsCO2e>? {
    guard let share = overheads.embodied else { return nil }
    return Figure(
      Interval(exactly: share.emissions(over: reading.duration)),
      Provenance(.assumed, source: "declared embodied share (SCI)"))
  }
}
