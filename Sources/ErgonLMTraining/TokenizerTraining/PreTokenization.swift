import ErgonLM

/// How a text is cut before pieces are learnt and found in it; no piece reaches over a cut.
public enum PreTokenization: String, Sendable, Hashable, CaseIterable {
  /// Words with the space before them, numbers, signs; the cut of GPT-2.
  case gpt2
  /// Words with the sign before them, numbers of at most three digits, line ends together.
  case llama3
  /// As ``llama3``, each digit alone.
  case qwen2
  /// Words that also end where capitals start anew.
  case gpt4o
  /// Before each space, which is written `▁`, and around line ends, as SentencePiece does it.
  case spaces

  /// The scanner; nil for ``spaces``, which works on characters, not on bytes.
  var pattern: PreTokenPattern? {
    switch self {
    case .gpt2: .gpt2
    case .llama3: .llama3(digits: 3)
    case .qwen2: .llama3(digits: 1)
    case .gpt4o: .gpt4o(digits: 3, contractions: true)
    case .spaces: nil
    }
  }

  /// Calls `body` with each word of a stretch of text.
  ///
  /// - Parameter startsDocument: ``spaces`` puts one more space before a document.
  func forEach(
    in text: UnsafeBufferPointer<UInt8>, startsDocument: Bool,
    _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    if let pattern {
      pattern.forEach(in: text, 0..<text.count) {
        Self.parts(of: UnsafeBufferPointer(rebasing: text[$0]), body)
      }
      return
    }
    var start = 0
    while start < text.count {
      let end = Self.spacedWord(text, start)
      let word = UnsafeBufferPointer(rebasing: text[start..<end])
      if start == 0 && startsDocument {
        let isAlone = text[0] == 0x0A || text[0] == 0x20 || word.starts(with: spaceMark)
        (isAlone ? [0x20] : [0x20] + Array(word)).withUnsafeBufferPointer {
          Self.parts(of: $0, body)
        }
        if isAlone { Self.parts(of: word, body) }
      } else {
        Self.parts(of: word, body)
      }
      start = end
    }
  }

  /// The end of the word that starts here: before the next space, `▁` or line end.
  private static func spacedWord(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    if text[start] == 0x0A { return start + 1 }
    var at = start + 1
    while at < text.count {
      let byte = text[at]
      if byte == 0x20 || byte == 0x0A { return at }
      if byte == spaceMark[0] && at + 2 < text.count && text[at + 1] == spaceMark[1]
        && text[at + 2] == spaceMark[2]
      {
        return at
      }
      at += 1
    }
    return at
  }

  /// Bytes after which a word is cut whatever it is: no piece is that long, and what a merge costs
  /// grows with it.
  private static let longestWord = 4096

  private static func parts(
    of word: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    while word.count - start > longestWord {
      var end = start + longestWord
      while word[end] & 0xC0 == 0x80 { end -= 1 }
      body(UnsafeBufferPointer(rebasing: word[start..<end]))
      start = end
    }
    body(UnsafeBufferPointer(rebasing: word[start...]))
  }

  /// Whether a document may be cut here without a word being another: before a letter or digit that
  /// follows a line end that follows neither white space nor another line end.
  ///
  /// Every pattern ends a word there, and none of them looks across.
  static func isCut(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    guard at >= 2, at < text.count, text[at - 1] == 0x0A else { return false }
    let before = text[at - 2]
    return before > 0x20 && before < 0x7F && isAlphanumeric(text[at])
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  /// The `pre_tokenizer` of a `tokenizer.json`.
  var json: JSONValue {
    func bytes(cutting: Bool) -> JSONValue {
      [
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
        "use_regex": .boolean(cutting),
      ]
    }
    func split(_ pattern: JSONValue) -> JSONValue {
      ["type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false]
    }
    let parts: [JSONValue]
    switch self {
    case .gpt2: return bytes(cutting: true)
    case .llama3, .qwen2, .gpt4o:
      parts = [split(["Regex": .string(pattern!.regex)]), bytes(cutting: false)]
    case .spaces:
      parts = [
        ["type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true],
        split(["String": "\n"]),
      ]
    }
    return ["type": "Sequence", "pretokenizers": .array(parts)]
  }
}
