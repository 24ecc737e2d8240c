import ErgonLM

/// All runs of up to some number of tokens that documents have, with their counts, as sorted arrays.
///
/// A run of k tokens is a node of level k - 1, whose number is its place there; its key is the
/// number of the run without its last token, and this token. A node's children stand together.
/// Every document begins with a boundary, 0; the tokens themselves are numbered from 1.
struct NGramTrie: Sendable {
  struct Level: Sendable {
    /// Parent and last token, ascending.
    var keys: [UInt64] = []
    /// How often a run occurs, where it is of the greatest length or begins a document; else how
    /// many different tokens stand before it.
    var counts: [UInt32] = []
    /// Where the children of each node of the level above begin, and their end.
    var firstChild: [Int] = []

    func token(_ node: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[node]) }
  }

  static let boundary: UInt32 = 0
  private static let none = UInt32.max

  private(set) var levels: [Level] = []

  /// - Precondition: `order` is positive.
  /// - Cost: O(order × tokens × log tokens); 12 bytes a node, and 24 a token while it is made.
  init(order: Int, documents: some Sequence<[TokenID]>) {
    precondition(order > 0, "NGramTrie: runs of \(order) tokens")
    var stream: [UInt32] = []
    for document in documents where !document.isEmpty {
      stream.append(Self.boundary)
      stream += document.lazy.map { UInt32($0) + 1 }
    }
    precondition(stream.count < Int(Self.none), "NGramTrie: \(stream.count) tokens are too many")
    // The node of the run of the level's length that begins at each place; none where it would
    // reach into the next document. Above the first level there is one node.
    var nodes = [UInt32](repeating: 0, count: stream.count)
    var parents = 1
    for length in 1...order {
      let starts = stream.indices.filter { start in
        let end = start + length - 1
        return nodes[start] != Self.none && end < stream.count
          && (length == 1 || stream[end] != Self.boundary)
      }
      var runs = starts.map { start in
        (key: UInt64(nodes[start]) << 32 | UInt64(stream[start + length - 1]), start: start)
      }
      runs.sort { $0.key < $1.key }
      var level = Level()
      var next = [UInt32](repeating: Self.none, count: stream.count)
      // Each new run adds a token that stands before the run without its first.
      var varieties = [UInt32](repeating: 0, count: levels.last?.keys.count ?? 0)
      for run in runs {
        if level.keys.last != run.key {
          level.keys.append(run.key)
          level.counts.append(0)
          if length > 1 { varieties[Int(nodes[run.start + 1])] += 1 }
        }
        level.counts[level.counts.count - 1] += 1
        next[run.start] = UInt32(level.keys.count - 1)
      }
      level.firstChild = Self.firstChildren(level.keys, parents: parents)
      if length > 1 { levels[length - 2].useVarieties(varieties, nodes, stream) }
      parents = level.keys.count
      levels.append(level)
      nodes = next
    }
    // A boundary is never to be predicted.
    if !stream.isEmpty { levels[0].counts[0] = 0 }
  }

  private static func firstChildren(_ keys: [UInt64], parents: Int) -> [Int] {
    var first = [Int](repeating: keys.count, count: parents + 1)
    for node in keys.indices.reversed() { first[Int(keys[node] >> 32)] = node }
    // A parent without children ends where it begins.
    for parent in (0..<parents).reversed() where first[parent] == keys.count {
      first[parent] = first[parent + 1]
    }
    return first
  }

  /// The node of a token below a node of the level above; nil where that run does not occur.
  func child(_ level: Int, of parent: Int, _ token: UInt32) -> Int? {
    let children = children(level, of: parent)
    var (low, high) = (children.lowerBound, children.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if levels[level].token(middle) < token { low = middle + 1 } else { high = middle }
    }
    return low < children.upperBound && levels[level].token(low) == token ? low : nil
  }

  func children(_ level: Int, of parent: Int) -> Range<Int> {
    levels[level].firstChild[parent]..<levels[level].firstChild[parent + 1]
  }
}

extension NGramTrie.Level {
  /// Counts what stands before each run, but for runs that begin a document, where nothing does.
  fileprivate mutating func useVarieties(
    _ varieties: [UInt32], _ nodes: [UInt32], _ stream: [UInt32]
  ) {
    let counts = counts
    self.counts = varieties
    for start in stream.indices where stream[start] == NGramTrie.boundary {
      if nodes[start] < UInt32.max { self.counts[Int(nodes[start])] = counts[Int(nodes[start])] }
    }
  }
}
