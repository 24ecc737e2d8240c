/// Pre-tokens that came before in a text, and their ids: most words of a text are not new.
///
/// One place a hash, the newer word takes it; the cache lives as long as one call.
struct WordCache {
  private struct Entry {
    var hash: UInt64 = 0
    var word: Int32 = 0
    var length: Int32 = 0
    var ids: Int32 = 0
    var count: Int32 = 0
  }

  static let longestWord = 64
  private var entries: [Entry]
  private var words: [UInt8] = []
  private var ids: [TokenID] = []

  /// - Parameter bytes: The text's length.
  init(forTextOf bytes: Int) {
    var size = 16
    while size < bytes / 8 && size < 1 << 14 { size *= 2 }
    entries = Array(repeating: Entry(), count: size)
  }

  /// Adds a word's ids and returns true where it is known.
  @inline(__always)
  func find(
    _ word: UnsafeBufferPointer<UInt8>, hash: UInt64, into result: inout [TokenID]
  ) -> Bool {
    let entry = entries[Int(truncatingIfNeeded: hash) & (entries.count - 1)]
    guard entry.hash == hash, Int(entry.length) == word.count else { return false }
    let isSame = words.withUnsafeBufferPointer {
      let start = Int(entry.word)
      return sameBytes(UnsafeBufferPointer(rebasing: $0[start..<start + word.count]), word)
    }
    if !isSame { return false }
    for place in Int(entry.ids)..<Int(entry.ids + entry.count) { result.append(ids[place]) }
    return true
  }

  mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>, hash: UInt64, _ found: ArraySlice<TokenID>
  ) {
    entries[Int(truncatingIfNeeded: hash) & (entries.count - 1)] = Entry(
      hash: hash, word: Int32(words.count), length: Int32(word.count), ids: Int32(ids.count),
      count: Int32(found.count))
    words.append(contentsOf: word)
    ids.append(contentsOf: found)
  }
}
