internal import ErgonEnergy
internal import ErgonNumerics

extension Comparison {
  /// Compares runs in memory; ``Ledger/compare(_:with:by:isForced:confidence:)`` looks them up.
  ///
  /// - Parameters:
  ///   - names: What the sides are called; their subjects by default, or `A` and `B`.
  ///   - seed: For the resampling: equal seeds give equal bounds.
  /// - Throws: ``LedgerError/incomparable(reasons:)`` when provenance differs, a side has no
  ///   usable value, or a run stands on both sides.
  /// - Cost: up to 10,000 resamples, fewer for many runs.
  public init(
    of first: [RunSummary], to second: [RunSummary], by metric: ComparisonMetric = .energy,
    isForced: Bool = false, names: (String, String)? = nil, confidence: Double = 0.95,
    seed: UInt64 = 1
  ) throws(LedgerError) {
    guard confidence > 0, confidence < 1 else {
      throw .invalidQuery(
        name: "confidence", value: "\(confidence)", expected: "a share between 0 and 1, as 0.95")
    }
    var notices: [String] = []
    let names = names ?? Self.names(first, second)
    let shared = Set(first.map(\.id)).intersection(second.map(\.id))
    if let both = shared.min() {
      throw .incomparable(reasons: ["the run \(both) stands on both sides"])
    }
    var sides = (
      try Self.usable(first, metric, names.0, isForced, &notices),
      try Self.usable(second, metric, names.1, isForced, &notices)
    )

    let conflicts = ComparisonChecks.conflicts(sides.0, sides.1, metric: metric)
    if !conflicts.isEmpty, !isForced { throw .incomparable(reasons: conflicts) }
    notices += conflicts.map { "forced: \($0)" }
    notices += ComparisonChecks.remarks(sides.0, sides.1, metric: metric)

    let pairs = Self.paired(sides.0, sides.1)
    if let pairs {
      let lost = sides.0.count + sides.1.count - 2 * pairs.count
      if lost > 0 {
        notices.append("\(lost) repeat\(lost == 1 ? "" : "s") without a partner left out")
      }
      sides = (pairs.map(\.0), pairs.map(\.1))
    }
    let values = (
      sides.0.compactMap(metric.value(of:)), sides.1.compactMap(metric.value(of:))
    )
    let estimate: RatioEstimate
    do {
      // Bounds from many runs are narrow; they need no fine resampling.
      let resamples = min(10_000, max(1000, 20_000_000 / (values.0.count + values.1.count)))
      estimate = try Bootstrap.ratio(
        of: values.0, to: values.1, paired: pairs != nil, confidence: confidence,
        resamples: resamples, seed: seed)
    } catch {
      throw .incomparable(reasons: ["\(error)"])
    }
    let runs = sides.0 + sides.1
    self.metric = metric
    unit = metric.unit(in: runs)
    self.first = Side(name: names.0, sides.0, values.0, metric)
    self.second = Side(name: names.1, sides.1, values.1, metric)
    ratio = estimate.ratio
    ratioLow = estimate.interval?.low
    ratioHigh = estimate.interval?.high
    self.confidence = confidence
    isPaired = estimate.isPaired
    isInsideNoise = estimate.isInsideNoise
    noiseFloor = estimate.noiseFloor
    pValue = estimate.pValue
    higherIsBetter = metric.higherIsBetter(in: runs)
    self.isForced = isForced
    verdict = ""
    self.notices = notices
    verdict = sentence
  }

  /// The runs of a side that have a value fit for a ratio.
  private static func usable(
    _ runs: [RunSummary], _ metric: ComparisonMetric, _ name: String, _ isForced: Bool,
    _ notices: inout [String]
  ) throws(LedgerError) -> [RunSummary] {
    let ended = isForced ? runs.filter { $0.state != .open } : runs.filter { $0.state == .complete }
    if ended.count < runs.count {
      notices.append(
        "\(name): \(runs.count - ended.count) of \(runs.count) runs did not end well and are left "
          + "out")
    }
    let usable = ended.filter { metric.value(of: $0).map { $0 > 0 && $0.isFinite } ?? false }
    if usable.count < ended.count {
      notices.append(
        "\(name): \(ended.count - usable.count) of \(ended.count) runs have no positive "
          + "\(metric.noun) and are left out")
    }
    guard !usable.isEmpty else {
      throw .incomparable(
        reasons: ["\(name) has no complete run with a positive \(metric.noun)"])
    }
    return usable
  }

  /// Pairs by index, when both sides belong to one group and were run in turn.
  private static func paired(_ first: [RunSummary], _ second: [RunSummary]) -> [(
    RunSummary, RunSummary
  )]? {
    func byIndex(_ runs: [RunSummary]) -> [Int: RunSummary]? {
      var table: [Int: RunSummary] = [:]
      for run in runs {
        guard let place = run.repetition, place.isInterleaved,
          place.group == first.first?.repetition?.group,
          table.updateValue(run, forKey: place.index) == nil
        else { return nil }
      }
      return table
    }
    guard let a = byIndex(first), let b = byIndex(second) else { return nil }
    let shared = a.keys.filter { b[$0] != nil }.sorted()
    let pairs = shared.compactMap { index in a[index].flatMap { x in b[index].map { (x, $0) } } }
    return pairs.isEmpty ? nil : pairs
  }

  private static func names(_ first: [RunSummary], _ second: [RunSummary]) -> (String, String) {
    let (a, b) = (Set(first.map(\.subject)), Set(second.map(\.subject)))
    guard let x = a.first, let y = b.first, a.count == 1, b.count == 1, x != y else {
      return ("A", "B")
    }
    return (x, y)
  }
}

extension Comparison.Side {
  fileprivate init(
    name: String, _ runs: [RunSummary], _ values: [Double], _ metric: ComparisonMetric
  ) {
    self.name = name
    self.runs = runs.map(\.id)
    self.values = values
    mean = Statistics.mean(values) ?? .nan
    if metric.restsOnEnergy {
      // Runs of one machine share one provenance; combining each distinct one keeps this linear.
      provenance = Set(runs.compactMap(\.energy?.provenance))
        .sorted { "\($0)" < "\($1)" }
        .reduce(nil) { (sum: Provenance?, next) in sum?.combined(with: next) ?? next }
    }
  }
}
