/// What the special tokens of a vocabulary are for, by their names.
///
/// ```swift
/// TokenRoles(beginning: "<s>", end: "</s>", unknown: "<unk>")
/// ```
public struct TokenRoles: Sendable, Hashable {
  /// Stands before every text.
  public var beginning: String?
  /// Ends a text and an answer.
  public var end: String?
  /// Stands for what the vocabulary cannot write.
  public var unknown: String?
  public var padding: String?

  public init(
    beginning: String? = nil, end: String? = nil, unknown: String? = nil, padding: String? = nil
  ) {
    self.beginning = beginning
    self.end = end
    self.unknown = unknown
    self.padding = padding
  }

  /// The names in use, each once.
  package var names: [String] {
    var names: [String] = []
    for name in [unknown, beginning, end, padding].compactMap(\.self) where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}
