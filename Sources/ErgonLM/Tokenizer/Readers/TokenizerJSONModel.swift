/// The `model` of a `tokenizer.json`, read without a value for each of its hundred thousand pieces.
struct TokenizerJSONModel {
  /// The pieces' bytes one after the other, in the order of the file.
  private var bytes: [UInt8] = []
  private var entries: [(id: Int, range: Range<Int>)] = []
  private var scores: [Double] = []
  /// Left and right of each merge.
  private(set) var merges = StringTable()
  private var hasMerges = false
  private var options: [String: JSONValue] = [:]

  init() {}

  init(_ scanner: inout JSONScanner) throws(LMError) {
    var made = TokenizerJSONModel()
    try scanner.forEachMember { (scanner, key) throws(LMError) in
      switch String(decoding: key, as: UTF8.self) {
      case "vocab" where scanner.peek() == UInt8(ascii: "{"): try made.takePieces(&scanner)
      case "vocab": try made.takeScoredPieces(&scanner)
      case "merges": try made.takeMerges(&scanner)
      case let name: made.options[name] = try scanner.takeValue()
      }
    }
    self = made
  }

  private mutating func takePieces(_ scanner: inout JSONScanner) throws(LMError) {
    try scanner.forEachMember { (scanner, key) throws(LMError) in
      guard case .integer(let id) = try scanner.takeNumber(), id >= 0, id < scanner.bytes.count
      else { throw scanner.error("expected a piece's id") }
      entries.append((id, bytes.count..<bytes.count + key.count))
      bytes.append(contentsOf: key)
    }
  }

  /// `[["▁the", -3.2], …]`.
  private mutating func takeScoredPieces(_ scanner: inout JSONScanner) throws(LMError) {
    try scanner.forEachElement { (scanner) throws(LMError) in
      var place = 0
      let start = bytes.count
      try scanner.forEachElement { (scanner) throws(LMError) in
        if place == 0 {
          try scanner.takeString(into: &bytes)
        } else if place == 1, let score = try scanner.takeNumber().doubleValue {
          scores.append(score)
        } else {
          throw scanner.error("expected a piece and its score")
        }
        place += 1
      }
      if place != 2 { throw scanner.error("expected a piece and its score") }
      entries.append((entries.count, start..<bytes.count))
    }
  }

  /// `["a b", …]` or `[["a", "b"], …]`.
  private mutating func takeMerges(_ scanner: inout JSONScanner) throws(LMError) {
    hasMerges = true
    var text: [UInt8] = []
    try scanner.forEachElement { (scanner) throws(LMError) in
      if scanner.peek() == UInt8(ascii: "[") {
        var place = 0
        try scanner.forEachElement { (scanner) throws(LMError) in
          text.removeAll(keepingCapacity: true)
          try scanner.takeString(into: &text)
          if place < 2 { merges.append(text) }
          place += 1
        }
        if place != 2 { throw scanner.error("expected two pieces") }
        return
      }
      text.removeAll(keepingCapacity: true)
      try scanner.takeString(into: &text)
      guard let blank = text.firstIndex(of: 0x20), blank > 0, blank + 1 < text.count,
        !text[(blank + 1)...].contains(0x20)
      else { throw scanner.error("expected two pieces with a space between") }
      merges.append(text[..<blank])
      merges.append(text[(blank + 1)...])
    }
  }

  // MARK: What it makes

  /// The pieces by id, those of added tokens among them, and which are the model's.
  func pieces(_ file: TokenizerJSON, _ added: [AddedTokens.Token]) throws(LMError) -> (
    StringTable, [Bool]
  ) {
    let count = max(
      (entries.lazy.map(\.id).max() ?? -1) + 1, (added.lazy.map { Int($0.id) }.max() ?? -1) + 1)
    guard count > 0 else { throw file.malformed("model", "its vocabulary is empty") }
    // Some vocabularies have holes, none is mostly holes.
    guard count <= 8 * (entries.count + added.count) + 1024 else {
      throw file.malformed(
        "model", "\(entries.count + added.count) pieces with ids up to \(count - 1)")
    }
    var places = [Int32](repeating: -1, count: count)
    for (place, entry) in entries.enumerated() {
      if places[entry.id] >= 0 { throw file.malformed("model", "two pieces have id \(entry.id)") }
      places[entry.id] = Int32(place)
    }
    var contents: [Int: [UInt8]] = [:]
    for token in added { contents[Int(token.id)] = token.content }
    var pieces = StringTable()
    pieces.reserveCapacity(strings: count, bytes: bytes.count)
    for id in 0..<count {
      if let content = contents[id] {
        pieces.append(content)
      } else {
        pieces.append(places[id] < 0 ? [] : bytes[entries[Int(places[id])].range])
      }
    }
    return (pieces, places.map { $0 >= 0 })
  }

  private var kind: String {
    options["type"]?.stringValue ?? (!scores.isEmpty ? "Unigram" : hasMerges ? "BPE" : "WordPiece")
  }

  func pieceModel(
    _ file: TokenizerJSON, _ vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(LMError) -> any PieceModel {
    let unknown = options["unk_token"]?.stringValue.flatMap { vocabulary.id(of: $0) }
    switch kind {
    case "BPE": return try bytePairs(file, vocabulary, unknown, isByteLevel)
    case "WordPiece" where !isByteLevel:
      return WordPieceModel(
        vocabulary: vocabulary, unknown: unknown, startPrefix: [],
        innerPrefix: Array((options["continuing_subword_prefix"]?.stringValue ?? "##").utf8),
        longestWord: max(0, options["max_input_chars_per_word"]?.intValue ?? 100))
    case "Unigram" where !isByteLevel:
      guard scores.count == entries.count else {
        throw file.malformed("model", "a unigram model without scores")
      }
      let unknown = options["unk_id"]?.intValue.flatMap { TokenID(exactly: $0) }
      let count = scores.count
      return UnigramModel(
        Vocabulary(vocabulary.pieces) { $0 < count }, scores: scores,
        unknown: unknown.flatMap { $0 >= 0 && $0 < count ? $0 : nil },
        hasByteFallback: options["byte_fallback"]?.boolValue ?? false)
    case let kind:
      throw file.unsupported("the tokenizer model '\(kind)'\(isByteLevel ? " over bytes" : "")")
    }
  }

  private func bytePairs(
    _ file: TokenizerJSON, _ vocabulary: Vocabulary, _ unknown: TokenID?, _ isByteLevel: Bool
  ) throws(LMError) -> BytePairModel {
    for option in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = options[option]?.stringValue, !value.isEmpty {
        throw file.unsupported("a byte-pair encoding with '\(option)'")
      }
    }
    var table = MergeTable(capacity: merges.count / 2)
    let unresolved = merges.bytes.withUnsafeBufferPointer { bytes -> Int? in
      for place in stride(from: 0, to: merges.count, by: 2) {
        let left = merges.range(at: place)
        let right = merges.range(at: place + 1)
        if !table.append(bytes, left, right, in: vocabulary) { return place }
      }
      return nil
    }
    if let unresolved {
      throw file.malformed(
        "model.merges",
        "'\(merges[unresolved])' and '\(merges[unresolved + 1])' merge to what is no piece")
    }
    return BytePairModel(
      vocabulary, merges: table,
      options: BytePairModel.Options(
        isByteLevel: isByteLevel, hasByteFallback: options["byte_fallback"]?.boolValue ?? false,
        ignoresMerges: options["ignore_merges"]?.boolValue ?? false,
        fusesUnknown: options["fuse_unk"]?.boolValue ?? false, unknown: unknown))
  }
}
