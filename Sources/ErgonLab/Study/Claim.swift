import ErgonEnergy

/// One statement of a paper, beside what we found.
///
/// The verdict follows from the figures and the tolerance; nobody writes it down.
///
/// ```swift
/// Claim("energy.bert", "Training BERT base takes 1,507 kWh", published: 1507, ours: 1506.8,
///   unit: "kWh", tolerance: .relative(0.001)).verdict      // reproduced
/// ```
public struct Claim: Sendable, Hashable, Codable, Identifiable {
  /// Short and lasting, unique in its study: `energy.bert`.
  public let id: String
  /// What the paper says, in a sentence.
  public let statement: String
  /// The paper's figure; `nil` for "not stated".
  public let published: Double?
  /// Our figure; `nil` where it could not be had.
  public let ours: Double?
  /// Where ours may lie, from repeats or resampling.
  public let spread: ClosedRange<Double>?
  /// The unit's symbol; empty for a plain number.
  public let unit: String
  public let tolerance: Tolerance
  /// A wider band that counts as partly reproduced, where the study defines one.
  public let partly: Tolerance?
  /// The verdict a working study reaches; anything worse is a failure of the study.
  public let expected: Verdict
  /// What a reader must know: why there is no figure, what was simplified.
  public let remark: String?

  public init(
    _ id: String, _ statement: String, published: Double?, ours: Double?,
    spread: ClosedRange<Double>? = nil, unit: String = "", tolerance: Tolerance,
    partly: Tolerance? = nil, expected: Verdict = .reproduced, remark: String? = nil
  ) {
    self.id = id
    self.statement = statement
    self.published = published.flatMap { $0.isFinite ? $0 : nil }
    self.ours = ours.flatMap { $0.isFinite ? $0 : nil }
    self.spread = spread
    self.unit = unit
    self.tolerance = tolerance
    self.partly = partly
    self.expected = expected
    self.remark = remark
  }

  /// A statement that cannot be compared here, and why; kept in the table so that nobody takes
  /// silence for success.
  public static func notComparable(
    _ id: String, _ statement: String, published: Double?, unit: String = "", because reason: String
  ) -> Claim {
    Claim(
      id, statement, published: published, ours: nil, unit: unit, tolerance: .absolute(0),
      expected: .notComparable, remark: reason)
  }

  /// Reproduced inside the band, partly inside the wider band or where our spread reaches the
  /// band, not comparable without both figures that the tolerance needs.
  public var verdict: Verdict {
    guard let ours, let band = tolerance.band(around: published) else { return .notComparable }
    if band.contains(ours) { return .reproduced }
    if let spread, spread.overlaps(band) { return .partly }
    if let wider = partly?.band(around: published), wider.contains(ours) { return .partly }
    return .notReproduced
  }

  /// The published figure with its unit, or `not stated`.
  public var publishedText: String { published.map(text) ?? "not stated" }

  /// Our figure with its unit and spread, or `none`.
  public var oursText: String {
    guard let ours else { return "none" }
    guard let spread else { return text(ours) }
    let (low, high) = (spread.lowerBound, spread.upperBound)
    return "\(text(ours)) (\(QuantityFormat.number(low)) … \(QuantityFormat.number(high)))"
  }

  private func text(_ value: Double) -> String {
    QuantityFormat.number(value, significantDigits: 4) + (unit.isEmpty ? "" : " \(unit)")
  }

  /// Whether the verdict is at least as good as a working study reaches.
  public var meetsExpectation: Bool { verdict <= expected }
}
