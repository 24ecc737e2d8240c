/// The merges of a byte-pair encoding: of two ids the id they become and the merge's place in the
/// list, one probe into one flat table.
struct MergeTable: PairRule, Sendable {
  /// Open addressing: left and right id, then rank and id; `.max` in the first is free.
  private var slots: [(pair: UInt64, merged: UInt64)]
  private(set) var count = 0

  init(capacity: Int) {
    slots = Array(repeating: (.max, .max), count: slotCount(for: capacity))
  }

  /// Adds the next merge of the list; of one pair the last counts.
  mutating func append(_ left: TokenID, _ right: TokenID, becoming id: TokenID) {
    precondition(count * 3 <= slots.count * 2, "MergeTable: more merges than its capacity")
    let pair = UInt64(UInt32(left)) << 32 | UInt64(UInt32(right))
    var slot = place(of: pair)
    while slots[slot].pair != .max && slots[slot].pair != pair {
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = (pair, PairMerging.pack(rank: UInt32(count), id: id))
    count += 1
  }

  @inline(__always)
  private func place(of pair: UInt64) -> Int {
    Int(truncatingIfNeeded: mixed(pair ^ 0x9E37_79B9_7F4A_7C15)) & (slots.count - 1)
  }

  @inline(__always)
  func merge(_ left: TokenID, _ right: TokenID, _ start: Int, _ end: Int) -> UInt64 {
    let pair = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    var slot = place(of: pair)
    return slots.withUnsafeBufferPointer { slots in
      while slots[slot].pair != .max {
        if slots[slot].pair == pair { return slots[slot].merged }
        slot = (slot + 1) & (slots.count - 1)
      }
      return PairMerging.none
    }
  }
}
