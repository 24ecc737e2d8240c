/// The UTF-8 bytes of code point sets as an automaton: a character cut between two tokens is a
/// place in it.
struct ByteAutomaton: Sendable {
  struct Edge: Sendable {
    var low: UInt8
    var high: UInt8
    /// The next node; ``done`` where the character is complete.
    var next: UInt32
  }

  static let done = UInt32.max
  private(set) var edges: [Edge] = []
  /// The edges of node n are `starts[n] ..< starts[n + 1]`.
  private(set) var starts: [UInt32] = [0]
  private var roots: [CodePointSet: UInt32] = [:]

  func edges(of node: UInt32) -> ArraySlice<Edge> {
    edges[Int(starts[Int(node)])..<Int(starts[Int(node) + 1])]
  }

  /// The node where a character of the set begins.
  mutating func root(of set: CodePointSet) -> UInt32 {
    if let root = roots[set] { return root }
    var tree: [[(low: UInt8, high: UInt8, next: Int)]] = [[]]
    for range in set.ranges { Self.split(range.lowerBound, range.upperBound, into: &tree) }
    // Children come after their parents, and are laid out first.
    var places = [UInt32](repeating: Self.done, count: tree.count)
    for node in tree.indices.reversed() {
      for edge in tree[node] {
        let next = edge.next == 0 ? Self.done : places[edge.next]
        edges.append(Edge(low: edge.low, high: edge.high, next: next))
      }
      places[node] = UInt32(starts.count - 1)
      starts.append(UInt32(edges.count))
    }
    roots[set] = places[0]
    return places[0]
  }

  /// Cuts a range of code points until each part is a product of byte ranges.
  private static func split(
    _ low: UInt32, _ high: UInt32, into tree: inout [[(low: UInt8, high: UInt8, next: Int)]]
  ) {
    for limit: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= limit && limit < high {
      split(low, limit, into: &tree)
      split(limit + 1, high, into: &tree)
      return
    }
    let length = low <= 0x7F ? 1 : low <= 0x7FF ? 2 : low <= 0xFFFF ? 3 : 4
    for place in 1..<max(length, 1) {
      // Below a leading byte that varies, the rest has to run over all its values.
      let rest = UInt32(1) << UInt32(6 * place) - 1
      guard low & ~rest != high & ~rest else { continue }
      if low & rest != 0 {
        split(low, low | rest, into: &tree)
        split((low | rest) + 1, high, into: &tree)
        return
      }
      if high & rest != rest {
        split(low, (high & ~rest) - 1, into: &tree)
        split(high & ~rest, high, into: &tree)
        return
      }
    }
    let first = UTF8.encode(Unicode.Scalar(low)!)!
    let last = UTF8.encode(Unicode.Scalar(high)!)!
    var node = 0
    for (place, pair) in zip(first, last).enumerated() {
      if place == length - 1 {
        tree[node].append((pair.0, pair.1, 0))
      } else if let edge = tree[node].last, edge.low == pair.0, edge.high == pair.1 {
        node = edge.next
      } else {
        tree.append([])
        tree[node].append((pair.0, pair.1, tree.count - 1))
        node = tree.count - 1
      }
    }
  }
}
