import ErgonLM

/// A text's different words as characters, one after the other, those outside the alphabet left out.
struct CharacterWords {
  /// Places in ``alphabet``.
  private(set) var characters: [Int32] = []
  private(set) var ends: [Int] = []
  private(set) var counts: [Int64] = []
  /// The code points, in order.
  let alphabet: [UInt32]

  init(_ words: WordTable, alphabet: Set<UInt32>) {
    self.alphabet = alphabet.sorted()
    var places: [UInt32: Int32] = [:]
    for (place, point) in self.alphabet.enumerated() { places[point] = Int32(place) }
    places[0x20] = places[SymbolAlphabet.mark]
    characters.reserveCapacity(words.bytes.count)
    words.bytes.withUnsafeBufferPointer { bytes in
      for word in 0..<words.count {
        let range = words.range(at: word)
        var at = range.lowerBound
        var start = characters.count
        func end() {
          if characters.count == start { return }
          ends.append(characters.count)
          counts.append(words.counts[word])
          start = characters.count
        }
        while at < range.upperBound {
          let (point, length) = codePoint(bytes, at)
          if let place = places[point] { characters.append(place) } else { end() }
          at += length
        }
        end()
      }
    }
  }

  var count: Int { counts.count }
  func range(at word: Int) -> Range<Int> { (word == 0 ? 0 : ends[word - 1])..<ends[word] }

  /// A piece's text: of a character's number that, of others what stands at their place.
  func text(_ piece: Int, _ range: Range<Int>) -> String {
    if piece < alphabet.count { return SymbolAlphabet.text(alphabet[piece]) }
    return characters[range].reduce(into: "") { $0 += SymbolAlphabet.text(alphabet[Int($1)]) }
  }
}

/// The pieces that unigram training starts from: the characters, and the stretches of words that
/// stand twice or more in the text, those that save most characters first.
///
/// Stretches of n characters are counted from those of n - 1, as only what has frequent parts can be
/// frequent. One that the same character always follows says nothing that the longer one does not.
struct SeedPieces {
  struct Piece {
    /// Where it stands in the words' characters.
    var range: Range<Int>
    var count: Int64
  }

  /// The characters first, in the alphabet's order.
  private(set) var pieces: [Piece]

  static let longest = 16

  init(_ words: CharacterWords, limit: Int) {
    let size = words.alphabet.count
    pieces = Array(repeating: Piece(range: 0..<0, count: 0), count: size)
    // The number of the stretch of the length at hand that starts at each place; -1 for a rare one.
    var numbers = words.characters
    for word in 0..<words.count {
      for place in words.range(at: word) {
        let character = Int(words.characters[place])
        pieces[character].range = place..<place + 1
        pieces[character].count += words.counts[word]
      }
    }
    var found: [Piece] = []
    var previous: [Piece] = []
    var shorter = pieces.map(\.count)
    for length in 2...Self.longest {
      var level = PairCounts()
      Self.forEach(words, length, numbers) { place, word, key in
        level.add(words.counts[word], at: level.place(of: key))
      }
      var longer: [Piece] = []
      var parents: [Int32] = []
      var next = [Int32](repeating: -1, count: numbers.count)
      Self.forEach(words, length, numbers) { place, word, key in
        guard let slot = level.find(key), level.counts[slot] >= 2 else { return }
        if level.notes[slot] == 0 {
          longer.append(Piece(range: place..<place + length, count: level.counts[slot]))
          parents.append(numbers[place])
          level.notes[slot] = UInt64(longer.count)
        }
        next[place] = Int32(level.notes[slot] - 1)
      }
      // What this level continues in one way only goes from the level before.
      if length > 2 {
        var isContinued = [Bool](repeating: false, count: shorter.count)
        for (number, parent) in parents.enumerated()
        where longer[number].count == shorter[Int(parent)] { isContinued[Int(parent)] = true }
        found.removeLast(shorter.count)
        found += previous.enumerated().filter { !isContinued[$0.offset] }.map(\.element)
      }
      found += longer
      previous = longer
      shorter = longer.map(\.count)
      numbers = next
      if longer.isEmpty { break }
    }
    found.sort { one, other in
      let (gain, otherGain) = (
        one.count * Int64(one.range.count), other.count * Int64(other.range.count)
      )
      return gain == otherGain ? one.range.lowerBound < other.range.lowerBound : gain > otherGain
    }
    pieces += found.prefix(max(0, limit - size))
  }

  /// Calls `body` with each place at which two frequent stretches of `length - 1` overlap.
  private static func forEach(
    _ words: CharacterWords, _ length: Int, _ numbers: [Int32],
    _ body: (_ place: Int, _ word: Int, _ key: UInt64) -> Void
  ) {
    for word in 0..<words.count {
      let range = words.range(at: word)
      if range.count < length { continue }
      for place in range.lowerBound...range.upperBound - length
      where numbers[place] >= 0 && numbers[place + 1] >= 0 {
        body(place, word, PairCounts.key(numbers[place], numbers[place + 1]))
      }
    }
  }
}
