/// What re-running a claim showed.
///
/// It is computed from figures and bands, never typed.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// Ours lies inside the band.
  case reproduced
  /// Ours lies outside the band and inside the wider one, or our own spread reaches into the band.
  case partly
  /// Ours lies outside both.
  case notReproduced = "not reproduced"
  /// There is nothing to compare: no published figure, or none of ours.
  case notComparable = "not comparable"

  private var rank: Int { Self.allCases.firstIndex(of: self)! }
  /// Better verdicts are smaller.
  public static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }
}
