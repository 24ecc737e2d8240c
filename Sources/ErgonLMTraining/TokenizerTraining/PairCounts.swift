import ErgonLM

/// How often each pair of neighbouring symbols stands in a text, by open addressing.
struct PairCounts {
  private var keys = [UInt64](repeating: .max, count: 1 << 14)
  private(set) var counts = [Int64](repeating: 0, count: 1 << 14)
  /// A note of whoever walks over the pairs: a number kept with each, 0 at first.
  var notes = [UInt64](repeating: 0, count: 1 << 14)
  private var used = 0

  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Where a pair's numbers are until the next pair is added.
  @inline(__always)
  mutating func place(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: mixed(key ^ 0x9E37_79B9_7F4A_7C15)) & (keys.count - 1)
    while keys[slot] != key {
      if keys[slot] == .max {
        if (used + 1) * 3 > keys.count * 2 {
          grow()
          return place(of: key)
        }
        used += 1
        keys[slot] = key
        return slot
      }
      slot = (slot + 1) & (keys.count - 1)
    }
    return slot
  }

  /// Where a pair's numbers are; nil where it was never added.
  @inline(__always)
  func find(_ key: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: mixed(key ^ 0x9E37_79B9_7F4A_7C15)) & (keys.count - 1)
    while keys[slot] != key {
      if keys[slot] == .max { return nil }
      slot = (slot + 1) & (keys.count - 1)
    }
    return slot
  }

  @inline(__always)
  mutating func add(_ change: Int64, at place: Int) { counts[place] += change }

  subscript(key: UInt64) -> Int64 {
    mutating get { counts[place(of: key)] }
  }

  private mutating func grow() {
    let (oldKeys, oldCounts, oldNotes) = (keys, counts, notes)
    let size = keys.count * 2
    keys = Array(repeating: .max, count: size)
    counts = Array(repeating: 0, count: size)
    notes = Array(repeating: 0, count: size)
    for old in oldKeys.indices where oldKeys[old] != .max {
      var slot =
        Int(truncatingIfNeeded: mixed(oldKeys[old] ^ 0x9E37_79B9_7F4A_7C15)) & (size - 1)
      while keys[slot] != .max { slot = (slot + 1) & (size - 1) }
      keys[slot] = oldKeys[old]
      counts[slot] = oldCounts[old]
      notes[slot] = oldNotes[old]
    }
  }
}
