/// Cuts normalized text into the pre-tokens that a model encodes one by one.
package struct PreTokenizer: Sendable {
  package enum Stage: Sendable, Hashable {
    case pattern(PreTokenPattern)
    /// Runs of numbers of at most `longest` digits on their own.
    case numbers(longest: Int)
    /// Runs of Chinese characters and kana on their own, as DeepSeek-V3 has it.
    case eastAsian
    case punctuation(SplitBehavior)
    /// At white space, which goes.
    case whiteSpace
    /// `\w+|[^\w\s]+`.
    case words
    /// At white space, which goes, and punctuation on its own.
    case bert
    case literal([UInt8], SplitBehavior)
    /// A space before each pre-token that has none.
    case spaceBefore
    /// Spaces become `replacement`, before which it is cut if `cuts`.
    case metaspace(replacement: [UInt8], prepend: PrependScheme, cuts: Bool)
    /// Before each run of `▁`: pieces that no merge of this vocabulary crosses.
    case beforeSpaces([UInt8])
  }

  package enum PrependScheme: String, Sendable {
    case always, never, first
  }

  var stages: [Stage]

  /// Calls `body` with each pre-token.
  ///
  /// - Parameter isStart: the text starts the caller's whole text.
  func forEach(
    in text: [UInt8], isStart: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var text = text
    var pieces = [0..<text.count]
    var last: PreTokenPattern?
    for (place, stage) in stages.enumerated() {
      if case .pattern(let pattern) = stage, place == stages.count - 1 {
        last = pattern
      } else {
        split(&text, &pieces, by: stage, isStart: isStart)
      }
    }
    text.withUnsafeBufferPointer { text in
      for piece in pieces {
        if let last {
          last.forEach(in: text, piece) { body(UnsafeBufferPointer(rebasing: text[$0])) }
        } else if !piece.isEmpty {
          body(UnsafeBufferPointer(rebasing: text[piece]))
        }
      }
    }
  }

  private func split(
    _ text: inout [UInt8], _ pieces: inout [Range<Int>], by stage: Stage, isStart: Bool
  ) {
    switch stage {
    case .spaceBefore:
      rewrite(&text, &pieces) { (piece, _, text) in
        if piece.first != 0x20 { text.append(0x20) }
        text.append(contentsOf: piece)
      }
    case .metaspace(let replacement, let prepend, let cuts):
      rewrite(&text, &pieces) { (piece, place, text) in
        let isWanted = prepend == .always || prepend == .first && isStart && place == 0
        if isWanted && piece.first != 0x20 && !piece.starts(with: replacement) {
          text.append(contentsOf: replacement)
        }
        for byte in piece {
          if byte == 0x20 { text.append(contentsOf: replacement) } else { text.append(byte) }
        }
      }
      if cuts {
        split(&text, &pieces, by: .literal(replacement, .mergedWithNext), isStart: isStart)
      }
    default:
      var cut: [Range<Int>] = []
      text.withUnsafeBufferPointer { text in
        for piece in pieces { PieceSplitter(text: text, piece: piece).split(by: stage, into: &cut) }
      }
      pieces = cut
    }
  }

  /// Writes each piece anew.
  private func rewrite(
    _ text: inout [UInt8], _ pieces: inout [Range<Int>],
    _ write: (ArraySlice<UInt8>, Int, inout [UInt8]) -> Void
  ) {
    var written: [UInt8] = []
    written.reserveCapacity(text.count + pieces.count)
    for place in pieces.indices {
      let start = written.count
      write(text[pieces[place]], place, &written)
      pieces[place] = start..<written.count
    }
    text = written
  }
}
