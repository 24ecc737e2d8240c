/// Which tokens may come next, given those that came: a grammar, a schema, a list of choices.
///
/// A value type: a copy is a branch, which is what speculation needs to try tokens it may take back.
public protocol TokenConstraint: Sendable {
  /// Clears the bits of tokens that may not come next. Ends of generation are allowed only where
  /// what has been generated is complete.
  mutating func restrict(_ mask: inout TokenMask)
  /// Takes note of a generated token; false where it was not allowed (and nothing has changed).
  mutating func accept(_ token: TokenID) -> Bool
  /// Whether what has been generated may end here.
  var isComplete: Bool { get }
}
