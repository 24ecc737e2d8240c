import ErgonLM

/// The different words of a text and how often each stands in it, in one piece of memory.
struct WordTable: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = []
  private(set) var counts: [Int64] = []
  /// Open addressing: the upper half of a word's hash, and its place plus 1 (0: free).
  private var slots = [UInt64](repeating: 0, count: 1024)

  var count: Int { counts.count }

  func range(at place: Int) -> Range<Int> { (place == 0 ? 0 : ends[place - 1])..<ends[place] }

  mutating func add(_ word: UnsafeBufferPointer<UInt8>, count: Int64 = 1) {
    if word.isEmpty { return }
    let hash = hashBytes(word)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let place = Int(slots[slot] & 0xFFFF_FFFF) - 1
        let isSame = bytes.withUnsafeBufferPointer {
          sameBytes(UnsafeBufferPointer(rebasing: $0[range(at: place)]), word)
        }
        if isSame {
          counts[place] += count
          return
        }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    bytes.append(contentsOf: word)
    ends.append(bytes.count)
    counts.append(count)
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(counts.count)
    if counts.count * 3 > slots.count * 2 { grow() }
  }

  mutating func add(_ other: WordTable) {
    other.bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<other.count {
        add(
          UnsafeBufferPointer(rebasing: bytes[other.range(at: place)]), count: other.counts[place])
      }
    }
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<count {
        let hash = hashBytes(UnsafeBufferPointer(rebasing: bytes[range(at: place)]))
        var slot = Int(truncatingIfNeeded: hash) & (larger.count - 1)
        while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
        larger[slot] = hash & ~0xFFFF_FFFF | UInt64(place + 1)
      }
    }
    slots = larger
  }

  /// The table without its rarest words, at most `limit` of them left.
  func rarestDropped(downTo limit: Int) -> WordTable {
    // How many words stand so often; what stands more often than any of these stays.
    var sizes = [Int](repeating: 0, count: 1 << 16)
    for count in counts where count < sizes.count { sizes[Int(count)] += 1 }
    var left = count
    var least = 0
    while left > limit && least < sizes.count {
      left -= sizes[least]
      least += 1
    }
    var kept = WordTable()
    bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<count where counts[place] >= Int64(least) && kept.count < limit {
        kept.add(UnsafeBufferPointer(rebasing: bytes[range(at: place)]), count: counts[place])
      }
    }
    return kept
  }
}
