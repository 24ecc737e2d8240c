import ErgonLM

/// The heart of byte-pair training: the most frequent pair of neighbours becomes one symbol, again
/// and again.
///
/// Pairs of equal counts go by their ids, smaller first. Words that have a pair are listed with it,
/// so that a merge touches these alone, and a pair waits in a queue under the count it had when it
/// was last looked at.
///
/// Two merges may come to the same piece (`in`+`g`, `i`+`ng`). A pair with it that was merged before
/// then comes up again in other words, under the count of all its occurrences, those that are gone
/// included, and its merge stands in the list a second time. Hugging Face's trainer has this order,
/// and equal vocabularies are worth more than a tidier one.
struct PairMerger {
  /// The symbols of all words, one word after the other; -1 is one that never merges.
  private var symbols: [Int32]
  private let starts: [Int]
  private var lengths: [Int32]
  private let counts: [Int64]
  private var pairs = PairCounts()
  private var queue = MinimumHeap<Waiting>()
  /// The words of queued pairs, one list after the other.
  private var lists: [Int32] = []
  private var turn: UInt64 = 0

  struct Merge {
    var left: Int32
    var right: Int32
    var count: Int64
    fileprivate var words: Range<Int>
  }

  private struct Waiting: Comparable {
    var count: Int64
    var key: UInt64
    /// Where its words are in `lists`; of equal pairs the older goes first.
    var start: Int
    var end: Int

    static func < (one: Waiting, other: Waiting) -> Bool {
      if one.count != other.count { return one.count > other.count }
      return one.key == other.key ? one.start < other.start : one.key < other.key
    }
  }

  /// - Parameters:
  ///   - symbols: The symbols of all words.
  ///   - ends: Where each word ends in them.
  ///   - counts: How often each word stands in the text.
  init(symbols: [Int32], ends: [Int], counts: [Int64]) {
    self.symbols = symbols
    self.counts = counts
    starts = [0] + ends.dropLast()
    lengths = zip(starts, ends).map { Int32($1 - $0) }
    queuePairs()
  }

  private mutating func queuePairs() {
    // First how many words have a pair, then which.
    var sizes: [Int] = []
    var places: [(key: UInt64, number: Int)] = []
    var last: [Int32] = []
    let counts = counts
    for word in counts.indices {
      forEachPair(of: word) { pairs, key in
        let place = pairs.place(of: key)
        pairs.add(counts[word], at: place)
        if pairs.notes[place] == 0 {
          sizes.append(0)
          last.append(-1)
          places.append((key, sizes.count - 1))
          pairs.notes[place] = UInt64(sizes.count)
        }
        let number = Int(pairs.notes[place]) - 1
        if last[number] != Int32(word) {
          last[number] = Int32(word)
          sizes[number] += 1
        }
      }
    }
    var next: [Int] = []
    var total = 0
    for size in sizes {
      next.append(total)
      total += size
    }
    var lists = [Int32](repeating: 0, count: total)
    last = last.map { _ in -1 }
    for word in counts.indices {
      forEachPair(of: word) { pairs, key in
        let number = Int(pairs.notes[pairs.place(of: key)]) - 1
        if last[number] == Int32(word) { return }
        last[number] = Int32(word)
        lists[next[number]] = Int32(word)
        next[number] += 1
      }
    }
    for (key, number) in places {
      let place = pairs.place(of: key)
      pairs.notes[place] = 0
      queue.insert(
        Waiting(
          count: pairs.counts[place], key: key, start: next[number] - sizes[number],
          end: next[number]))
    }
    self.lists = lists
  }

  private mutating func forEachPair(of word: Int, _ body: (inout PairCounts, UInt64) -> Void) {
    let start = starts[word]
    for place in start..<max(start, start + Int(lengths[word]) - 1)
    where symbols[place] >= 0 && symbols[place + 1] >= 0 {
      body(&pairs, PairCounts.key(symbols[place], symbols[place + 1]))
    }
  }

  /// The pair to merge next; nil where none is left.
  mutating func next() -> Merge? {
    while var top = queue.popFirst() {
      let count = pairs[top.key]
      if count != top.count {
        top.count = count
        queue.insert(top)
        continue
      }
      if count < 1 { return nil }
      return Merge(
        left: Int32(truncatingIfNeeded: top.key >> 32), right: Int32(truncatingIfNeeded: top.key),
        count: count, words: top.start..<top.end)
    }
    return nil
  }

  /// Merges a pair in its words and queues the pairs that come up.
  mutating func apply(_ merge: Merge, becoming id: Int32) {
    turn += 1
    var fresh: [(key: UInt64, last: Int32, size: Int)] = []
    var records: [(fresh: Int32, word: Int32)] = []
    for place in merge.words {
      let word = lists[place]
      self.merge(word, merge, id, &fresh, &records)
    }
    var next: [Int] = []
    var total = lists.count
    for pair in fresh {
      next.append(total)
      total += pair.size
    }
    lists.append(contentsOf: repeatElement(0, count: total - lists.count))
    for record in records {
      lists[next[Int(record.fresh)]] = record.word
      next[Int(record.fresh)] += 1
    }
    for (number, pair) in fresh.enumerated() {
      let count = pairs[pair.key]
      if count < 1 { continue }
      queue.insert(
        Waiting(count: count, key: pair.key, start: next[number] - pair.size, end: next[number]))
    }
  }

  private mutating func merge(
    _ word: Int32, _ merge: Merge, _ id: Int32,
    _ fresh: inout [(key: UInt64, last: Int32, size: Int)],
    _ records: inout [(fresh: Int32, word: Int32)]
  ) {
    let start = starts[Int(word)]
    let end = start + Int(lengths[Int(word)])
    let count = counts[Int(word)]
    let (left, right) = (merge.left, merge.right)
    var read = start
    while read + 1 < end && !(symbols[read] == left && symbols[read + 1] == right) { read += 1 }
    if read + 1 >= end { return }
    var write = read
    while read < end {
      guard symbols[read] == left, read + 1 < end, symbols[read + 1] == right else {
        symbols[write] = symbols[read]
        write += 1
        read += 1
        continue
      }
      if write > start, symbols[write - 1] >= 0 {
        let before = symbols[write - 1]
        lose(PairCounts.key(before, left), count)
        gain(PairCounts.key(before, id), count, word, &fresh, &records)
      }
      if read + 2 < end, symbols[read + 2] >= 0 {
        let after = symbols[read + 2]
        lose(PairCounts.key(right, after), count)
        gain(PairCounts.key(id, after), count, word, &fresh, &records)
      }
      symbols[write] = id
      write += 1
      read += 2
    }
    lengths[Int(word)] = Int32(write - start)
  }

  @inline(__always)
  private mutating func lose(_ key: UInt64, _ count: Int64) {
    pairs.add(-count, at: pairs.place(of: key))
  }

  @inline(__always)
  private mutating func gain(
    _ key: UInt64, _ count: Int64, _ word: Int32,
    _ fresh: inout [(key: UInt64, last: Int32, size: Int)],
    _ records: inout [(fresh: Int32, word: Int32)]
  ) {
    let place = pairs.place(of: key)
    pairs.add(count, at: place)
    // The note says in which turn the pair came up, and its number in it.
    if pairs.notes[place] >> 32 != turn {
      pairs.notes[place] = turn << 32 | UInt64(fresh.count)
      fresh.append((key, -1, 0))
    }
    let number = Int(pairs.notes[place] & 0xFFFF_FFFF)
    if fresh[number].last == word { return }
    fresh[number].last = word
    fresh[number].size += 1
    records.append((Int32(number), word))
  }
}
