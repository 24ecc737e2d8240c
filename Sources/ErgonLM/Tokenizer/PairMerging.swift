/// Which two neighbours may become one piece.
///
/// A symbol is an id and a stretch of the text; -1 is the id of what no piece stands for.
protocol PairRule {
  /// The piece of two neighbours that stretch over `start..<end`, and its rank; the smallest rank
  /// goes first. ``PairMerging/none`` where they do not merge.
  func merge(_ left: TokenID, _ right: TokenID, _ start: Int, _ end: Int) -> UInt64
}

/// The merging of byte-pair encodings: again and again the neighbours of smallest rank, leftmost on
/// ties, become one.
///
/// Short texts look at all pairs each time, O(n²) in a few cache lines; long ones keep a heap,
/// O(n log n), so that a megabyte of one letter is no trap.
struct PairMerging {
  static let none = UInt64.max
  private static let short = 40
  private static let rankBits: UInt64 = 0xFFFF_FFFF_0000_0000

  private(set) var ids: [TokenID] = []
  /// Where each symbol starts, and the text's end.
  private(set) var starts: [Int32] = []
  var end: Int32 = 0

  static func pack(rank: UInt32, id: TokenID) -> UInt64 { UInt64(rank) << 32 | UInt64(id) }

  mutating func append(_ id: TokenID, start: Int) {
    ids.append(id)
    starts.append(Int32(start))
  }

  mutating func run(_ rule: some PairRule) {
    if ids.count < 2 { return }
    if ids.count <= Self.short { mergeShort(rule) } else { mergeLong(rule) }
  }

  @inline(__always)
  private mutating func mergeShort(_ rule: some PairRule) {
    let end = Int(end)
    var count = ids.count
    ids.withUnsafeMutableBufferPointer { ids in
      starts.withUnsafeMutableBufferPointer { starts in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { pairs in
          func pair(_ at: Int, _ count: Int) -> UInt64 {
            if at + 1 >= count { return Self.none }
            let pairEnd = at + 2 < count ? Int(starts[at + 2]) : end
            return rule.merge(ids[at], ids[at + 1], Int(starts[at]), pairEnd)
          }
          for at in 0..<count { pairs[at] = pair(at, count) }
          while count > 1 {
            var best = 0
            for at in 1..<count - 1 where pairs[at] >> 32 < pairs[best] >> 32 { best = at }
            if pairs[best] == Self.none { break }
            ids[best] = TokenID(truncatingIfNeeded: pairs[best])
            count -= 1
            for at in best + 1..<max(count, best + 1) {
              ids[at] = ids[at + 1]
              starts[at] = starts[at + 1]
              pairs[at] = pairs[at + 1]
            }
            pairs[best] = pair(best, count)
            if best > 0 { pairs[best - 1] = pair(best - 1, count) }
          }
        }
      }
    }
    ids.removeLast(ids.count - count)
    starts.removeLast(starts.count - count)
  }

  private struct Candidate: Comparable {
    /// Rank, then place: what the heap is ordered by.
    let key: UInt64
    let id: TokenID
    let end: Int32

    static func < (left: Candidate, right: Candidate) -> Bool { left.key < right.key }
  }

  private mutating func mergeLong(_ rule: some PairRule) {
    let count = ids.count
    var before = [Int32](unsafeUninitializedCapacity: count) { places, size in
      for at in 0..<count { places[at] = Int32(at - 1) }
      size = count
    }
    var after = before.map { $0 + 2 }
    var isGone = [Bool](repeating: false, count: count)
    var heap = MinimumHeap<Candidate>()
    let textEnd = end
    func endOfPair(_ at: Int) -> Int32 {
      let next = Int(after[Int(after[at])])
      return next < count ? starts[next] : textEnd
    }
    func propose(_ at: Int, _ ids: [TokenID], _ starts: [Int32]) {
      if at < 0 || Int(after[at]) >= count { return }
      let end = endOfPair(at)
      let merged = rule.merge(ids[at], ids[Int(after[at])], Int(starts[at]), Int(end))
      if merged == Self.none { return }
      heap.insert(
        Candidate(
          key: (merged & Self.rankBits) | UInt64(at), id: TokenID(truncatingIfNeeded: merged),
          end: end))
    }
    for at in 0..<count - 1 { propose(at, ids, starts) }
    while let next = heap.popFirst() {
      let at = Int(truncatingIfNeeded: next.key & 0xFFFF_FFFF)
      // Either neighbour may have become part of another piece since.
      if isGone[at] || Int(after[at]) >= count || endOfPair(at) != next.end { continue }
      let right = Int(after[at])
      ids[at] = next.id
      isGone[right] = true
      after[at] = after[right]
      if Int(after[right]) < count { before[Int(after[right])] = Int32(at) }
      propose(at, ids, starts)
      propose(Int(before[at]), ids, starts)
    }
    var kept = 0
    for at in 0..<count where !isGone[at] {
      ids[kept] = ids[at]
      starts[kept] = starts[at]
      kept += 1
    }
    ids.removeLast(count - kept)
    starts.removeLast(count - kept)
  }
}
