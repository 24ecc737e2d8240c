internal import ErgonEnergy

/// What stands against a comparison, and what must be said beside it.
enum ComparisonChecks {
  /// Reasons to refuse: joules made in different ways say more about the meters than the work.
  static func conflicts(
    _ first: [RunSummary], _ second: [RunSummary], metric: ComparisonMetric
  ) -> [String] {
    guard metric.restsOnEnergy else { return [] }
    func origins(_ runs: [RunSummary]) -> Set<String> {
      Set(
        runs.compactMap(\.energy?.provenance).map { "\($0.kind.rawValue) by \($0.source)" })
    }
    let (a, b) = (origins(first), origins(second))
    guard a != b || a.count > 1 else { return [] }
    func list(_ origins: Set<String>) -> String { origins.sorted().joined(separator: " and ") }
    return [
      a == b
        ? "energy of different origin is mixed on both sides (\(list(a)))"
        : "energy of different origin (\(list(a)) against \(list(b)))"
    ]
  }

  /// What weakens the comparison without ruining it.
  static func remarks(
    _ first: [RunSummary], _ second: [RunSummary], metric: ComparisonMetric
  ) -> [String] {
    var remarks: [String] = []
    func differ(_ what: String, _ part: (RunSummary) -> String?) {
      let (a, b) = (Set(first.compactMap(part)), Set(second.compactMap(part)))
      guard a.union(b).count > 1 else { return }
      let (x, y) = (list(a), list(b))
      remarks.append(
        x == y ? "\(what) differs between runs (\(x))" : "\(what) differs (\(x) against \(y))")
    }
    if metric.restsOnEnergy { differ("the meter's version") { $0.energy?.provenance.version } }
    if metric == .carbon { differ("the grid") { $0.grid } }
    differ("the processor") { $0.environment.cpuModel }
    differ("the number of processors") { "\($0.environment.logicalProcessors)" }
    differ("the architecture") { $0.environment.architecture }
    differ("the operating system") { $0.environment.operatingSystem }
    differ("the virtual machine") { $0.environment.virtualMachine }
    differ("Ergon's version") { $0.environment.ergonVersion }
    if metric.restsOnEnergy, let remark = estimateRemark(first + second) { remarks.append(remark) }
    if first.count == 1 || second.count == 1 {
      remarks.append("a single run on a side gives no interval; repeat it to learn the noise")
    }
    return remarks
  }

  /// What a ratio of joules means when no counter counted them.
  private static func estimateRemark(_ runs: [RunSummary]) -> String? {
    let kinds = Set(runs.compactMap(\.energy?.provenance.kind))
    guard kinds.contains(.estimated) || kinds.contains(.assumed) else { return nil }
    return runs.contains { $0.kind == .imported }
      ? "the energy is another program's estimate; the ratio is worth what its model is worth"
      : "the energy is estimated from processor time, so the ratio is a ratio of processor time"
  }

  private static func list(_ values: Set<String>) -> String {
    let shown = values.sorted().prefix(3).joined(separator: ", ")
    return values.isEmpty ? "unknown" : shown + (values.count > 3 ? ", …" : "")
  }
}
