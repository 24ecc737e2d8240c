public import ErgonEnergy
internal import GRDB

/// How many times as much one side costs as another, and whether that can be told from noise.
///
/// ```swift
/// let comparison = try ledger.compare(.runs(["01J9"]), with: .query(RunQuery(tags: ["base"])))
/// print(comparison.verdict)   // gzip -9 takes 2.31 times the energy of gzip -1 (…)
/// ```
///
/// The ratio is the first side's over the second's. Repeats that were run in turn are compared
/// pair by pair, which cancels the machine's slow drift.
public struct Comparison: Sendable, Hashable, Codable {
  /// What the sides are compared by.
  public var metric: ComparisonMetric
  /// The unit of the values; empty for a plain number.
  public var unit: String
  public var first: Side
  public var second: Side
  /// The first side's value over the second's.
  public var ratio: Double
  /// The bounds that hold the true ratio in ``confidence`` of all repetitions; `nil` with a single
  /// run on a side.
  public var ratioLow: Double?
  public var ratioHigh: Double?
  public var confidence: Double
  public var isPaired: Bool
  /// Whether a ratio of 1 lies inside the bounds; `nil` without bounds.
  public var isInsideNoise: Bool?
  /// The smallest relative difference these repeats could have told from none.
  public var noiseFloor: Double?
  /// The chance of values at least this different if nothing differed, by a rank test.
  public var pValue: Double?
  /// Whether more of the metric is better; `nil` where neither is.
  public var higherIsBetter: Bool?
  /// Whether a comparison that would have been refused was asked for all the same.
  public var isForced: Bool
  /// The outcome in a sentence.
  public var verdict: String
  /// What a reader must know beside it, each a sentence.
  public var notices: [String]

  /// One side: the runs that counted and their values, in the order in which they are paired.
  public struct Side: Sendable, Hashable, Codable {
    public var name: String
    public var runs: [RunID]
    public var values: [Double]
    public var mean: Double
    /// Provenance of the energy the values rest on; `nil` for other metrics.
    public var provenance: Provenance?
  }
}

/// The runs that stand on one side of a comparison.
public enum RunSelection: Sendable, Hashable {
  /// By the beginnings of their names.
  case runs([String])
  /// One side of a group of repeats, by the beginning of the group's name.
  case group(String, side: String)
  /// Every run that matches.
  case query(RunQuery)
}

extension Ledger {
  /// Compares two sides; see ``Comparison``.
  ///
  /// - Parameters:
  ///   - metric: What is compared.
  ///   - isForced: Compare even what would mislead; the refusal's reasons become notices.
  ///   - confidence: How sure the bounds are to be.
  /// - Throws: ``LedgerError/incomparable(reasons:)``; ``LedgerError/unknownRun(_:)`` and its
  ///   like for a selection that finds nothing.
  public func compare(
    _ first: RunSelection, with second: RunSelection, by metric: ComparisonMetric = .energy,
    isForced: Bool = false, confidence: Double = 0.95
  ) throws(LedgerError) -> Comparison {
    try Comparison(
      of: select(first), to: select(second), by: metric, isForced: isForced,
      confidence: confidence)
  }

  /// The runs of a selection, oldest first; never none.
  ///
  /// The sum of a series is no value beside its repeats and is left out there.
  public func select(_ selection: RunSelection) throws(LedgerError) -> [RunSummary] {
    var query = RunQuery()
    let reason: String
    switch selection {
    case .runs(let prefixes):
      reason = "no run was named"
      var ids: [RunID] = []
      for prefix in prefixes { ids.append(try id(prefix)) }
      query.ids = ids
    case .group(let prefix, let side):
      reason = "group '\(prefix)' has no side '\(side)'"
      query.group = try group(prefix)
      query.side = side
    case .query(let given):
      reason =
        given.tags.first.map { "no run has the tag '\($0)'" }
        ?? given.subject.map { "no run has '\($0)' in its subject" } ?? "no run matches"
      query = given
    }
    query.order = .oldest
    let found = try summaries(matching: query)
    guard !found.isEmpty else { throw .nothingSelected(reason) }
    let series = Set(found.lazy.compactMap(\.repetition?.group))
    return found.filter { !series.contains($0.id) }
  }

  /// The whole name of the group of repeats that begins with `prefix`.
  public func group(_ prefix: String) throws(LedgerError) -> RunID {
    let beginning = prefix.uppercased()
    let ids =
      try read { db in
        try String.fetchAll(
          db,
          sql: "SELECT DISTINCT repetition FROM run WHERE repetition >= ? AND repetition < ? "
            + "ORDER BY repetition DESC LIMIT 6", arguments: [beginning, beginning + "~"])
      }?.compactMap { RunID($0) } ?? []
    guard !beginning.isEmpty, let first = ids.first else { throw .unknownRun(prefix) }
    guard ids.count == 1 else {
      throw .ambiguousRun(prefix: prefix, candidates: ids, count: ids.count)
    }
    return first
  }
}
