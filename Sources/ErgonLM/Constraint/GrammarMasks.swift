import Synchronization

/// Which tokens each state of a grammar allows, kept once computed and shared by all copies of a
/// constraint.
///
/// Most of what a state allows does not depend on its stack: tokens that stay within the rule on
/// top. These are found once for each place of the grammar. Only where such a rule ends within a
/// token, the rest of the token is tried with the stack at hand.
final class GrammarMasks: Sendable {
  let vocabulary: VocabularyTrie
  private let content: Mutex<Content>

  init(_ program: GrammarProgram, _ vocabulary: VocabularyTrie) {
    self.vocabulary = vocabulary
    content = Mutex(Content(automaton: GrammarAutomaton(program)))
  }

  private init(_ vocabulary: VocabularyTrie, _ automaton: GrammarAutomaton) {
    self.vocabulary = vocabulary
    content = Mutex(Content(automaton: automaton))
  }

  /// The state before any text.
  func start() -> UInt32 { content.withLock { $0.automaton.start() } }

  func isComplete(_ state: UInt32) -> Bool {
    content.withLock { $0.automaton.isComplete(state) }
  }

  /// The state after a text; ``StackSets/none`` where it is not allowed.
  func state(after text: ArraySlice<UInt8>, from state: UInt32) -> UInt32 {
    content.withLock { content in
      var state = state
      for byte in text where state != StackSets.none {
        state = content.automaton.next(state, byte)
      }
      return state
    }
  }

  /// Takes away what a state does not allow.
  func restrict(_ mask: inout TokenMask, in state: UInt32) {
    content.withLock { content in
      let allowed = content.mask(of: state, vocabulary)
      for word in mask.words.indices {
        mask.words[word] &= word < allowed.count ? allowed[word] : 0
      }
    }
  }

  /// What goes on from a state with nothing else kept, where too much is.
  func renewed(_ state: UInt32) -> (masks: GrammarMasks, state: UInt32)? {
    content.withLock { content in
      guard content.automaton.isLarge else { return nil }
      var anew = GrammarAutomaton(content.automaton.program)
      let state = anew.adopt(state, from: content.automaton)
      return (GrammarMasks(vocabulary, anew), state)
    }
  }
}

/// What one place of a grammar allows, whatever its stack.
private struct PlaceMask {
  /// The tokens, one by one where they are few.
  var tokens: [TokenID] = []
  var words: [UInt64] = []
  /// Nodes of the vocabulary at which the rule may end, with tokens below them.
  var escapes: [UInt32] = []
  /// Whether its tokens take so many frames that the limit on depth has to be watched.
  var isDeep = false

  static let few = 512

  func allow(in mask: inout [UInt64]) {
    for token in tokens { mask[Int(token) >> 6] |= 1 << UInt64(token & 63) }
    for word in words.indices { mask[word] |= words[word] }
  }

  var size: Int { 4 * tokens.count + 8 * words.count + 4 * escapes.count }
}

private struct Content: ~Copyable {
  private struct Place: Hashable {
    var step: UInt32
    var node: UInt32
  }

  var automaton: GrammarAutomaton
  private var masks: [UInt32: [UInt64]] = [:]
  private var placeMasks: [Place: PlaceMask] = [:]
  private var placeMaskBytes = 0

  private static let mostMaskBytes = 8 << 20
  private static let mostPlaceMaskBytes = 32 << 20

  init(automaton: GrammarAutomaton) { self.automaton = automaton }

  mutating func mask(of state: UInt32, _ vocabulary: VocabularyTrie) -> [UInt64] {
    if let known = masks[state] { return known }
    var words = [UInt64](repeating: 0, count: (vocabulary.vocabularySize + 63) / 64)
    if !allowByPlaces(state, vocabulary, &words) {
      words = [UInt64](repeating: 0, count: words.count)
      vocabulary.walk(below: 0, from: state, &automaton, allowing: &words)
    }
    if automaton.isComplete(state) {
      for token in vocabulary.endOfGeneration where Int(token) >> 6 < words.count {
        words[Int(token) >> 6] |= 1 << UInt64(token & 63)
      }
    }
    if (masks.count + 1) * words.count * 8 > Self.mostMaskBytes {
      masks.removeAll(keepingCapacity: true)
    }
    masks[state] = words
    return words
  }

  /// Puts a mask together from those of the state's places; false where the stack is so deep that
  /// its limit may be met within a token.
  private mutating func allowByPlaces(
    _ state: UInt32, _ vocabulary: VocabularyTrie, _ words: inout [UInt64]
  ) -> Bool {
    if automaton.sets.marks(state).contains(.deep) { return false }
    for place in Array(automaton.sets[state]) where place.step < GrammarPlace.escape.step {
      let known = placeMask(Place(step: place.step, node: place.node), vocabulary)
      if known.isDeep { return false }
      known.allow(in: &words)
      if known.escapes.isEmpty { continue }
      let below = automaton.state(opening: place.below)
      for node in known.escapes {
        vocabulary.walk(below: Int(node), from: below, &automaton, allowing: &words)
      }
    }
    return true
  }

  private mutating func placeMask(_ place: Place, _ vocabulary: VocabularyTrie) -> PlaceMask {
    if let known = placeMasks[place] { return known }
    var found = PlaceMask()
    var words = [UInt64](repeating: 0, count: (vocabulary.vocabularySize + 63) / 64)
    let state = automaton.state(step: place.step, node: place.node)
    vocabulary.walk(below: 0, from: state, &automaton, allowing: &words) { node, marks in
      if marks.contains(.deep) { found.isDeep = true }
      if marks.contains(.escape), Int(vocabulary.ends[node]) > node + 1 {
        found.escapes.append(UInt32(node))
      }
    }
    if words.reduce(0, { $0 + $1.nonzeroBitCount }) > PlaceMask.few {
      found.words = words
    } else {
      for (place, word) in words.enumerated() {
        var rest = word
        while rest != 0 {
          found.tokens.append(TokenID(64 * place + rest.trailingZeroBitCount))
          rest &= rest - 1
        }
      }
    }
    if placeMaskBytes + found.size > Self.mostPlaceMaskBytes {
      placeMasks.removeAll(keepingCapacity: true)
      placeMaskBytes = 0
    }
    placeMaskBytes += found.size
    placeMasks[place] = found
    return found
  }
}
