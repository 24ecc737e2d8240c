/// What can be wrong with the numbers handed to a statistical method, each as
/// "what: where: what to do".
public enum NumericsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There are too few values for the method.
  case tooFew(what: String, count: Int, needed: Int)
  /// Two lists that belong together differ in length.
  case unequalCounts(what: String, first: Int, second: Int)
  /// A value is zero, negative or not finite where a logarithm or a ratio needs it positive.
  case notPositive(what: String, index: Int, value: Double)
  /// A value is not finite.
  case notFinite(what: String, index: Int, value: Double)
  /// The columns depend on each other, so that no unique solution exists.
  case singular(what: String)

  public var description: String {
    switch self {
    case .tooFew(let what, let count, let needed):
      "too few values: \(what): \(count) given, at least \(needed) needed; add repeats"
    case .unequalCounts(let what, let first, let second):
      "counts differ: \(what): \(first) against \(second); give one partner for each value"
    case .notPositive(let what, let index, let value):
      "value not positive: \(what): value \(index) is \(value); leave it out or correct it"
    case .notFinite(let what, let index, let value):
      "value not finite: \(what): value \(index) is \(value); leave it out or correct it"
    case .singular(let what):
      "no unique solution: \(what): a column is constant or a mixture of others; remove one"
    }
  }
}
