public import ErgonEnergy

/// When to start a job so that it meets the cleanest hours.
///
/// `C(s) = sum over h of E_h * I_(s+h)` for every start hour s; the scan is exhaustive, so the
/// answer is the optimum and not a guess.
///
/// ```swift
/// let shift = try TimeShift(energyKWh: [40, 40, 40], intensity: forecast)   // g/kWh an hour
/// shift.bestStart, shift.saving
/// ```
public struct TimeShift: Sendable, Hashable, Codable {
  /// Emissions for every start hour at which the whole job fits.
  public let carbon: [GramsCO2e]
  /// The cleanest start hour; the earliest among equals.
  public let bestStart: Int
  public let worstStart: Int

  /// - Parameters:
  ///   - energyKWh: The job's energy in each of its hours.
  ///   - intensity: Grams per kilowatt-hour in each hour of the series.
  /// - Throws: ``FootprintError/invalidParameter(name:value:expected:)`` for an empty job, a
  ///   series shorter than the job, or a value that is negative or not finite.
  public init(energyKWh: [Double], intensity: [Double]) throws(FootprintError) {
    guard !energyKWh.isEmpty else {
      throw .invalidParameter(name: "energy", value: "no hour", expected: "at least one hour")
    }
    guard intensity.count >= energyKWh.count else {
      throw .invalidParameter(
        name: "intensity", value: "\(intensity.count) hours",
        expected: "at least the job's \(energyKWh.count) hours")
    }
    for (name, values) in [("energy", energyKWh), ("intensity", intensity)] {
      if let bad = values.first(where: { !($0.isFinite && $0 >= 0) }) {
        throw .invalidParameter(name: name, value: "\(bad)", expected: "0 or more in every hour")
      }
    }
    let carbon = (0...intensity.count - energyKWh.count).map { start in
      GramsCO2e(
        energyKWh.indices.reduce(0.0) { $0 + energyKWh[$1] * intensity[start + $1] })
    }
    self.carbon = carbon
    bestStart = carbon.indices.min { carbon[$0] < carbon[$1] } ?? 0
    worstStart = carbon.indices.max { carbon[$0] < carbon[$1] } ?? 0
  }

  /// The share of an immediate start's emissions that the best start saves, 0 to 1.
  public var saving: Double {
    carbon[0].value > 0 ? 1 - carbon[bestStart] / carbon[0] : 0
  }
}
