import ErgonEnergy

/// A record's footprint beside what it would have been.
///
/// ```swift
/// let moved = try WhatIf.moving(record, to: "SE")
/// moved.before.carbon      // 61.5 t on Poland's grid
/// moved.after.carbon       // 3.6 t on Sweden's
/// ```
public struct WhatIf: Sendable, Hashable, Codable {
  /// What was changed, in words.
  public var question: String
  public var before: Footprint
  public var after: Footprint

  /// How many times smaller the emissions become; `nil` without carbon on both sides.
  public var reduction: Double? {
    guard let before = before.carbon, let after = after.carbon, after.value > 0 else { return nil }
    return before / after
  }

  /// The same energy drawn elsewhere.
  ///
  /// Both intensities are annual averages of generation; ``Footprint/intensityYear`` of either
  /// side says of which year, and they may differ.
  ///
  /// - Throws: ``FootprintError``: an unknown place, or a record without energy.
  public static func moving(
    _ record: FootprintRecord, to code: String, tables: FootprintTables = .standard
  ) throws(FootprintError) -> WhatIf {
    let before = record.resolved(tables: tables)
    guard let energy = before.energy else {
      throw .figureMissing(id: record.id, figure: "energy")
    }
    let grid: Grid
    do {
      grid = try tables.grid(code)
    } catch {
      throw .place(error)
    }
    let intensity = Footprint.Factor(
      grid.gramsPerKWh.best.value, spread: grid.spread, origin: .gridTable)
    var after = before
    after.gramsPerKWh = intensity
    after.intensityYear = grid.year
    after.basis = .location
    after.carbon = GramsCO2e(energy.kilowattHours * intensity.value)
    after.carbonSpread = FootprintSpread.product([before.energySpread, intensity.spread])
    let year = grid.year.map { ", \($0)" } ?? ""
    return WhatIf(
      question: "moved to \(grid.name) (\(QuantityFormat.number(intensity.value)) g/kWh\(year))",
      before: before, after: after)
  }

  /// The same work on other devices: `T' = T / r`.
  ///
  /// - Parameters:
  ///   - devices: The devices that would do it.
  ///   - throughputRatio: How many times faster all of them together finish the work.
  /// - Throws: ``FootprintError``: a ratio that is not positive, an unknown device, or a record
  ///   without hours.
  public static func swapping(
    _ record: FootprintRecord, to devices: [FootprintRecord.Device], throughputRatio: Double,
    tables: FootprintTables = .standard
  ) throws(FootprintError) -> WhatIf {
    guard throughputRatio.isFinite, throughputRatio > 0 else {
      throw .invalidParameter(
        name: "throughput ratio", value: "\(throughputRatio)", expected: "a number above 0")
    }
    guard let hours = record.hours else {
      throw .figureMissing(id: record.id, figure: "duration")
    }
    let before = record.resolved(tables: tables)
    var swapped = record
    swapped.devices = devices
    swapped.hours = hours / throughputRatio
    swapped.measuredJoules = nil
    swapped.measuredSpread = nil
    // The grid stays: the implied intensity of a printed pair becomes a stated one.
    if swapped.intensity == nil, let intensity = before.gramsPerKWh {
      swapped.intensity = FootprintRecord.Intensity(
        value: intensity.value, year: before.intensityYear, source: intensity.origin.words,
        basis: before.basis)
    }
    swapped.published = nil
    swapped.provenance = .declared
    if let problem = swapped.problems(tables: tables, rule: .tableYear)
      .first(where: { !$0.isConflict })
    {
      throw .refused([problem])
    }
    let names = devices.map { "\($0.count) x \($0.model)" }.joined(separator: " + ")
    return WhatIf(
      question: "on \(names), \(QuantityFormat.number(throughputRatio)) times as fast",
      before: before, after: swapped.resolved(tables: tables))
  }

  /// The same power for another time: `0.8` is a fifth shorter.
  ///
  /// - Throws: ``FootprintError``: a factor that is not positive, or a record without energy.
  public static func scalingTime(
    _ record: FootprintRecord, by factor: Double, tables: FootprintTables = .standard
  ) throws(FootprintError) -> WhatIf {
    guard factor.isFinite, factor > 0 else {
      throw .invalidParameter(name: "time", value: "\(factor)", expected: "a factor above 0")
    }
    let before = record.resolved(tables: tables)
    guard let energy = before.energy else {
      throw .figureMissing(id: record.id, figure: "energy")
    }
    var after = before
    after.hours?.value *= factor
    after.energy = energy * factor
    after.carbon = before.carbon.map { $0 * factor }
    return WhatIf(
      question: "\(QuantityFormat.number(factor)) times as long", before: before, after: after)
  }
}
