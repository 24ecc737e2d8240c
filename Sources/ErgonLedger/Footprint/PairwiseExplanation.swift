#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why one record emitted more than another, as factors that multiply to the ratio.
///
/// `C_a / C_b = (P_a / P_b) (T_a / T_b) (I_a / I_b)`; the extended chain divides P further.
///
/// ```swift
/// let why = try PairwiseExplanation(of: a, against: b)
/// why.factors      // power x1.3, time x12, intensity x0.1
/// ```
public struct PairwiseExplanation: Sendable, Hashable, Codable {
  /// One factor's part of the ratio.
  public struct Part: Sendable, Hashable, Codable {
    public let factor: String
    /// In the first record, in the chain's own unit.
    public let first: Double
    public let second: Double
    public let ratio: Double
  }

  public let first: String
  public let second: String
  /// They multiply to ``ratio``.
  public let factors: [Part]
  /// Emissions of the first over those of the second.
  public let ratio: Double
  /// Multiplicative 68 % spread of ``ratio``, the two records taken as independent.
  public let spread: Double

  /// Explains the ratio of two footprints.
  ///
  /// - Parameters:
  ///   - first: The record whose emissions stand above the line, with its id.
  ///   - second: The one below.
  ///   - chain: How finely the ratio is divided.
  /// - Throws: ``FootprintError/figureMissing(id:figure:)`` where a factor is not known or zero,
  ///   and when one carbon figure is market-based and the other is not.
  public init(
    of first: (id: String, footprint: Footprint),
    against second: (id: String, footprint: Footprint),
    chain: FactorChain = .powerTimeIntensity
  ) throws(FootprintError) {
    let a = try chain.factors(of: first.footprint, id: first.id)
    let b = try chain.factors(of: second.footprint, id: second.id)
    if (first.footprint.basis == .market) != (second.footprint.basis == .market) {
      let market = first.footprint.basis == .market ? first.id : second.id
      throw .figureMissing(id: market, figure: "location-based intensity")
    }
    self.first = first.id
    self.second = second.id
    factors = zip(chain.names, zip(a, b)).map { name, values in
      Part(factor: name, first: values.0, second: values.1, ratio: values.0 / values.1)
    }
    ratio = a.reduce(1, *) / b.reduce(1, *)
    spread = FootprintSpread.product([
      first.footprint.carbonSpread, second.footprint.carbonSpread,
    ])
  }
}

/// Into which factors emissions are divided.
public enum FactorChain: String, Sendable, Hashable, Codable, CaseIterable {
  /// The paper's three: power with everything that multiplies it, time, carbon intensity.
  case powerTimeIntensity
  /// Design power, utilisation, time, building overhead, carbon intensity.
  case extended

  public var names: [String] {
    switch self {
    case .powerTimeIntensity: ["power", "time", "intensity"]
    case .extended: ["design power", "utilisation", "time", "PUE", "intensity"]
    }
  }

  /// The factors in the order of ``names``, or the reason why there are none.
  func values(of footprint: Footprint) -> Result<[Double], ExclusionReason> {
    guard let energy = footprint.energy else { return .failure(.noEnergy) }
    guard energy.value > 0 else { return .failure(.zeroEnergy) }
    guard let power = footprint.powerW, let hours = footprint.hours else {
      return .failure(.noHours)
    }
    guard let intensity = footprint.gramsPerKWh else { return .failure(.noIntensity) }
    guard intensity.value > 0 else { return .failure(.zeroIntensity) }
    let utilisation = footprint.utilisation?.value ?? 1
    switch self {
    case .powerTimeIntensity:
      let kW = power.value * utilisation * footprint.pue.value / 1000
      return .success([kW, hours.value, intensity.value])
    case .extended:
      return .success([
        power.value / 1000, utilisation, hours.value, footprint.pue.value, intensity.value,
      ])
    }
  }

  func factors(of footprint: Footprint, id: String) throws(FootprintError) -> [Double] {
    switch values(of: footprint) {
    case .success(let values): return values
    case .failure(let reason): throw .figureMissing(id: id, figure: reason.missing)
    }
  }
}

/// Why a row cannot enter the analysis of logarithms.
public enum ExclusionReason: String, Error, Sendable, Hashable, Codable, CaseIterable {
  case noEnergy, zeroEnergy, noHours, noIntensity, zeroIntensity, marketBased

  public var words: String {
    switch self {
    case .noEnergy: "no energy stated"
    case .zeroEnergy: "an energy of zero has no logarithm"
    case .noHours: "no duration stated"
    case .noIntensity: "no place and no intensity"
    case .zeroIntensity: "an intensity of zero has no logarithm"
    case .marketBased: "market-based figures are not ranked with location-based ones"
    }
  }

  var missing: String {
    switch self {
    case .noEnergy: "energy"
    case .zeroEnergy: "energy above zero"
    case .noHours: "duration"
    case .noIntensity: "place or intensity"
    case .zeroIntensity: "intensity above zero"
    case .marketBased: "location-based intensity"
    }
  }
}
