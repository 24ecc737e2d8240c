internal import ErgonEnergy

/// What two sides are compared by: one positive number of each run.
///
/// ```swift
/// ComparisonMetric("energy")      // .energy
/// ComparisonMetric("perplexity")  // .named("perplexity"), a metric the runs carry
/// ```
public enum ComparisonMetric: Sendable, Hashable, Codable, LosslessStringConvertible {
  /// The headline: dynamic energy in joules.
  case energy
  /// Wall clock in seconds.
  case duration
  /// Processor time in seconds.
  case cpu
  /// Grams of CO2 equivalent; it compares the grids along with the work.
  case carbon
  /// A metric of the runs by its name.
  case named(String)

  public init(_ description: String) {
    switch description {
    case "energy": self = .energy
    case "duration": self = .duration
    case "cpu": self = .cpu
    case "carbon": self = .carbon
    default: self = .named(description)
    }
  }

  public var description: String {
    switch self {
    case .energy: "energy"
    case .duration: "duration"
    case .cpu: "cpu"
    case .carbon: "carbon"
    case .named(let name): name
    }
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// As a noun in a sentence: "2 times the … of B".
  var noun: String {
    switch self {
    case .energy: "energy"
    case .duration: "time"
    case .cpu: "processor time"
    case .carbon: "greenhouse gas"
    case .named(let name): "'\(name)'"
    }
  }

  /// Whether the figure rests on joules, so that their provenance decides what it is worth.
  var restsOnEnergy: Bool { self == .energy || self == .carbon }

  /// The run's number; `nil` where it has none.
  func value(of run: RunSummary) -> Double? {
    switch self {
    case .energy: run.energy?.best.value
    case .duration: run.duration?.value
    case .cpu: run.cpu?.value
    case .carbon: run.carbon?.best.value
    case .named(let name): run.metrics.first { $0.name == name }?.value
    }
  }

  /// The unit's symbol, empty for a plain number.
  func unit(in runs: [RunSummary]) -> String {
    switch self {
    case .energy: Joules.symbol
    case .duration, .cpu: Seconds.symbol
    case .carbon: GramsCO2e.symbol
    case .named(let name): metric(name, in: runs)?.unit ?? ""
    }
  }

  /// Whether more is better; `false` for every cost, `nil` where neither is.
  func higherIsBetter(in runs: [RunSummary]) -> Bool? {
    if case .named(let name) = self { return metric(name, in: runs)?.higherIsBetter }
    return false
  }

  private func metric(_ name: String, in runs: [RunSummary]) -> Metric? {
    runs.lazy.compactMap { $0.metrics.first { $0.name == name } }.first
  }
}
