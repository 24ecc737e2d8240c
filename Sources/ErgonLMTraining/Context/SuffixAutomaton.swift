import ErgonLM

/// All runs of tokens that some texts have, as the states of an automaton, and how much of each is
/// found elsewhere.
///
/// - Cost: at most two states and three transitions a token.
/// - Reference: A. Blumer and others, "The smallest automaton recognizing the subwords of a text",
///   1985.
struct SuffixAutomaton {
  private struct State {
    /// Of the longest run that leads here.
    var length: Int
    /// The state of the longest run's longest end that leads elsewhere.
    var link: Int
    var next: [TokenID: Int] = [:]
    /// The longest of its runs that was found.
    var found = 0
  }

  private var states = [State(length: 0, link: -1)]
  private var last = 0
  /// Where each token's whole beginning leads, text by text.
  private(set) var ends: [[Int]] = []

  init(_ texts: [[TokenID]]) {
    for (number, text) in texts.enumerated() {
      // No token is negative: what parts texts occurs nowhere else.
      if number > 0 { append(-1 - TokenID(number)) }
      ends.append(
        text.map { token in
          append(token)
          return last
        })
    }
  }

  private mutating func append(_ token: TokenID) {
    let new = states.count
    states.append(State(length: states[last].length + 1, link: 0))
    var state = last
    while state >= 0 && states[state].next[token] == nil {
      states[state].next[token] = new
      state = states[state].link
    }
    last = new
    guard state >= 0, let old = states[state].next[token] else { return }
    if states[old].length == states[state].length + 1 {
      states[new].link = old
      return
    }
    let copy = states.count
    var copied = states[old]
    copied.length = states[state].length + 1
    states.append(copied)
    while state >= 0 && states[state].next[token] == old {
      states[state].next[token] = copy
      state = states[state].link
    }
    states[old].link = copy
    states[new].link = copy
  }

  /// Looks for the runs in another text.
  ///
  /// - Cost: O(its tokens).
  mutating func find(in text: some Sequence<TokenID>) {
    var state = 0
    var length = 0
    for token in text {
      while state > 0 && states[state].next[token] == nil {
        state = states[state].link
        length = states[state].length
      }
      if let next = states[state].next[token] {
        state = next
        length += 1
      }
      if length > states[state].found { states[state].found = length }
    }
  }

  /// What is found of a run is found of its ends.
  mutating func spread() {
    for state in states.indices.sorted(by: { states[$0].length > states[$1].length })
    where states[state].found > 0 {
      let link = states[state].link
      if link > 0 { states[link].found = states[link].length }
    }
  }

  /// The longest found run that ends with a beginning that leads to a state.
  func longestFound(_ end: Int) -> Int {
    var state = end
    while state > 0 && states[state].found == 0 { state = states[state].link }
    return state > 0 ? states[state].found : 0
  }
}
