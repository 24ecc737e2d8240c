extension VocabularyTrie {
  /// Allows the tokens below a node whose further bytes an automaton takes from a state.
  ///
  /// - Parameter visit: Called with each node whose state has marks, and with these.
  func walk(
    below node: Int, from state: UInt32, _ automaton: inout GrammarAutomaton,
    allowing words: inout [UInt64], visit: (Int, StackSets.Marks) -> Void = { _, _ in }
  ) {
    let last = Int(ends[node])
    let base = Int(depths[node])
    if node + 1 == last { return }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: deepest - base + 1) { states in
      states[0] = state
      words.withUnsafeMutableBufferPointer { words in
        bytes.withUnsafeBufferPointer { bytes in
          var at = node + 1
          while at < last {
            let depth = Int(depths[at]) - base
            let next = automaton.next(states[depth - 1], bytes[at])
            if next == StackSets.none {
              at = Int(ends[at])
              continue
            }
            for place in firstTokens[at]..<firstTokens[at + 1] {
              let token = tokens[Int(place)]
              words[Int(token) >> 6] |= 1 << UInt64(token & 63)
            }
            states[depth] = next
            let marks = automaton.sets.marks(next)
            if !marks.isEmpty { visit(at, marks) }
            at += 1
          }
        }
      }
    }
  }
}
