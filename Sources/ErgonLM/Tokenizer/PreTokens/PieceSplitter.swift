/// Cuts one piece of a text by the stages of a ``PreTokenizer`` that leave the text as it is.
struct PieceSplitter {
  let text: UnsafeBufferPointer<UInt8>
  let piece: Range<Int>

  func split(by stage: PreTokenizer.Stage, into pieces: inout [Range<Int>]) {
    let classes = UnicodeTables.shared.classes
    switch stage {
    case .pattern(let pattern):
      pattern.forEach(in: text, piece) { pieces.append($0) }
    case .numbers(let longest):
      let parts = runs(longest: longest) { classes[$0].contains(.number) }
      SplitBehavior.isolated.pieces(parts, into: &pieces)
    case .eastAsian:
      let parts = runs(longest: .max) {
        $0 >= 0x4E00 && $0 <= 0x9FA5 || $0 >= 0x3040 && $0 <= 0x30FF
      }
      SplitBehavior.isolated.pieces(parts, into: &pieces)
    case .punctuation(let behavior):
      behavior.pieces(runs(longest: 1, isPunctuation), into: &pieces)
    case .whiteSpace:
      let parts = runs(longest: 1) { classes[$0].contains(.blank) }
      SplitBehavior.removed.pieces(parts, into: &pieces)
    case .words: splitWords(into: &pieces)
    case .bert:
      var words: [Range<Int>] = []
      split(by: .whiteSpace, into: &words)
      for word in words {
        PieceSplitter(text: text, piece: word).split(by: .punctuation(.isolated), into: &pieces)
      }
    case .literal(let literal, let behavior):
      behavior.pieces(matches(of: literal), into: &pieces)
    case .beforeSpaces(let space):
      splitBeforeSpaces(space, into: &pieces)
    case .spaceBefore, .metaspace: pieces.append(piece)
    }
  }

  /// The piece as runs of characters that match, each of at most `longest`, and what is between.
  private func runs(
    longest: Int, _ isMatch: (UInt32) -> Bool
  ) -> [SplitBehavior.Part] {
    var parts: [SplitBehavior.Part] = []
    var inLast = 0
    var at = piece.lowerBound
    while at < piece.upperBound {
      let (point, length) = codePoint(text, at)
      let matches = isMatch(point)
      if let last = parts.last, last.isMatch == matches, !matches || inLast < longest {
        parts[parts.count - 1].range = last.range.lowerBound..<at + length
        inLast += 1
      } else {
        parts.append(SplitBehavior.Part(range: at..<at + length, isMatch: matches))
        inLast = 1
      }
      at += length
    }
    return parts
  }

  private func matches(of literal: [UInt8]) -> [SplitBehavior.Part] {
    var parts: [SplitBehavior.Part] = []
    var start = piece.lowerBound
    var at = start
    while at + literal.count <= piece.upperBound && !literal.isEmpty {
      if !starts(with: literal, at: at) {
        at += 1
        continue
      }
      if at > start { parts.append(SplitBehavior.Part(range: start..<at, isMatch: false)) }
      parts.append(SplitBehavior.Part(range: at..<at + literal.count, isMatch: true))
      at += literal.count
      start = at
    }
    if start < piece.upperBound {
      parts.append(SplitBehavior.Part(range: start..<piece.upperBound, isMatch: false))
    }
    return parts
  }

  private func starts(with literal: [UInt8], at place: Int) -> Bool {
    place + literal.count <= piece.upperBound
      && text[place] == literal[0] && text[place..<place + literal.count].elementsEqual(literal)
  }

  private func splitWords(into pieces: inout [Range<Int>]) {
    let kind = { (point: UInt32) -> Int in
      UnicodeTables.shared.characterClass(point).contains(.blank)
        ? 0 : isWordCharacter(point) ? 1 : 2
    }
    var lastKind = 0
    var at = piece.lowerBound
    while at < piece.upperBound {
      let (point, length) = codePoint(text, at)
      let now = kind(point)
      if now != 0 && now == lastKind, let last = pieces.popLast() {
        pieces.append(last.lowerBound..<at + length)
      } else if now != 0 {
        pieces.append(at..<at + length)
      }
      lastKind = now
      at += length
    }
  }

  private func splitBeforeSpaces(_ space: [UInt8], into pieces: inout [Range<Int>]) {
    var start = piece.lowerBound
    var at = start
    var isAfterSpace = true
    while at < piece.upperBound {
      let isSpace = starts(with: space, at: at)
      if isSpace && !isAfterSpace {
        pieces.append(start..<at)
        start = at
      }
      isAfterSpace = isSpace
      at += isSpace ? space.count : 1
    }
    if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
  }
}

/// ASCII signs and `\p{P}`, what BERT calls punctuation.
func isPunctuation(_ point: UInt32) -> Bool {
  switch point {
  case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
  case 0..<0x80: false
  default: UnicodeTables.shared.characterClass(point).contains(.punctuation)
  }
}

/// `\w` as Unicode Technical Standard 18 has it: letters, marks, decimal and letter numbers,
/// connectors, joiners and circled or squared letters.
func isWordCharacter(_ point: UInt32) -> Bool {
  switch point {
  case 0x200C, 0x200D, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189:
    return true
  default: break
  }
  let category = UnicodeTables.shared.category(point)
  return switch category {
  case .decimalNumber, .letterNumber, .connector: true
  default: !category.characterClass.isDisjoint(with: [.letter, .mark])
  }
}
