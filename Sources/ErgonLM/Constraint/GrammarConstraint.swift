/// Holds an answer to a grammar.
///
/// ```swift
/// let vocabulary = VocabularyTrie(model.tokenizer)            // once
/// let constraint = GrammarConstraint(grammar, vocabulary: vocabulary)
/// options.constraint = constraint                             // an answer of its own each time
/// ```
///
/// A copy is a branch and takes 16 bytes; what states allow is computed once for all copies of a
/// constraint, on whatever threads they are. Characters may be split between tokens. Tokens that
/// end the generation are allowed where the text is complete, other special tokens never.
///
/// - Cost: a mask known costs a pass over its bits; a new one as much of the vocabulary's tree as
///   depends on the stack.
public struct GrammarConstraint: TokenConstraint {
  private var masks: GrammarMasks
  private var state: UInt32

  public init(_ grammar: Grammar, vocabulary: VocabularyTrie) {
    masks = GrammarMasks(grammar.program, vocabulary)
    state = masks.start()
  }

  public mutating func restrict(_ mask: inout TokenMask) {
    renew()
    masks.restrict(&mask, in: state)
  }

  public mutating func accept(_ token: TokenID) -> Bool {
    if masks.vocabulary.endOfGeneration.contains(token) {
      guard isComplete else { return false }
      state = StackSets.bottom
      return true
    }
    let text = masks.vocabulary.bytes(of: token)
    if text.isEmpty { return false }
    renew()
    let next = masks.state(after: text, from: state)
    if next == StackSets.none { return false }
    state = next
    return true
  }

  public var isComplete: Bool { masks.isComplete(state) }

  /// Goes on with tables of its own where the shared ones have grown large.
  private mutating func renew() {
    if let anew = masks.renewed(state) { (masks, state) = anew }
  }
}
