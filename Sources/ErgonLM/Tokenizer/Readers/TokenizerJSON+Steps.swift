extension TokenizerJSON {
  /// How much longer replacements may make a text; real ones make it three times as long.
  private static let largestGrowth = 64

  /// Refuses replacements that would together blow texts up.
  func checkGrowth(_ replacements: [(pattern: Int, content: Int)]) throws(LMError) {
    var growth = 1
    for (pattern, content) in replacements where content > pattern {
      growth *= min((content + pattern - 1) / max(pattern, 1), Self.largestGrowth + 1)
      if growth > Self.largestGrowth {
        throw unsupported("replacements that make a text \(growth) times as long")
      }
    }
  }

  // MARK: Normalizers

  func normalizerSteps(_ value: JSONValue?) throws(LMError) -> [Normalizer.Step] {
    guard let value, !value.isNull else { return [] }
    let isSet = { (name: String, fallback: Bool) in value[name]?.boolValue ?? fallback }
    switch value["type"]?.stringValue {
    case "Sequence":
      var steps: [Normalizer.Step] = []
      for part in value["normalizers"]?.arrayValue ?? [] { steps += try normalizerSteps(part) }
      return steps
    case "NFC": return [.form(.nfc)]
    case "NFD": return [.form(.nfd)]
    case "NFKC": return [.form(.nfkc)]
    case "NFKD": return [.form(.nfkd)]
    case "Lowercase": return [.lowerCase]
    case "StripAccents": return [.dropMarks]
    case "Strip":
      return [.strip(left: isSet("strip_left", true), right: isSet("strip_right", true))]
    case "Prepend": return [.prepend(try bytes(value, "prepend", of: "normalizer"))]
    case "Replace":
      let content = try bytes(value, "content", of: "normalizer")
      switch try pattern(value, of: "normalizer") {
      case .literal(let literal): return [.replace(literal, by: content)]
      case .regex(" {2,}"): return [.collapseSpaces(content)]
      case .regex(let regex): throw unsupported("the normalizer's expression '\(regex)'")
      }
    case "BertNormalizer":
      let lowers = isSet("lowercase", true)
      return [
        .bert(
          Normalizer.BertOptions(
            cleansText: isSet("clean_text", true),
            separatesChinese: isSet("handle_chinese_chars", true),
            stripsAccents: isSet("strip_accents", lowers), lowersCase: lowers))
      ]
    case let type: throw unsupported("the normalizer '\(type ?? value.kindName)'")
    }
  }

  // MARK: Pre-tokenizers

  func appendStages(
    of value: JSONValue?, to stages: inout [PreTokenizer.Stage], _ isByteLevel: inout Bool
  ) throws(LMError) {
    guard let value, !value.isNull else { return }
    let isSet = { (name: String, fallback: Bool) in value[name]?.boolValue ?? fallback }
    let type = value["type"]?.stringValue
    if isByteLevel { throw unsupported("a pre-tokenizer '\(type ?? "")' after ByteLevel") }
    switch type {
    case "Sequence":
      for part in value["pretokenizers"]?.arrayValue ?? [] {
        try appendStages(of: part, to: &stages, &isByteLevel)
      }
    case "ByteLevel":
      if isSet("add_prefix_space", true) { stages.append(.spaceBefore) }
      if isSet("use_regex", true) { stages.append(.pattern(.gpt2)) }
      isByteLevel = true
    case "Split": stages.append(try split(value))
    case "Metaspace":
      stages.append(
        .metaspace(
          replacement: try metaspace(value), prepend: try prependScheme(value),
          cuts: isSet("split", true)))
    case "BertPreTokenizer": stages.append(.bert)
    case "Whitespace": stages.append(.words)
    case "WhitespaceSplit": stages.append(.whiteSpace)
    case "Digits": stages.append(.numbers(longest: isSet("individual_digits", false) ? 1 : .max))
    case "Punctuation": stages.append(.punctuation(try behavior(value)))
    case let type: throw unsupported("the pre-tokenizer '\(type ?? value.kindName)'")
    }
  }

  private func split(_ value: JSONValue) throws(LMError) -> PreTokenizer.Stage {
    let behavior = try behavior(value)
    let isInverted = value["invert"]?.boolValue ?? false
    switch try pattern(value, of: "pre_tokenizer") {
    case .literal(let literal):
      if isInverted { throw unsupported("an inverted Split at a string") }
      return .literal(literal, behavior)
    case .regex(let regex):
      // These patterns match all of a text, so that what is between matches is nothing.
      let isCut = behavior == .isolated && !isInverted
      let isKept = behavior == .removed && isInverted
      switch regex {
      case #"\p{N}{1,3}"# where isCut: return .numbers(longest: 3)
      case #"\p{N}"# where isCut: return .numbers(longest: 1)
      case "[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+" where isCut: return .eastAsian
      default:
        guard let pattern = PreTokenPattern(regex: regex), isCut || isKept else {
          throw unsupported("the pre-tokenizer's expression '\(regex)'")
        }
        return .pattern(pattern)
      }
    }
  }

  private func behavior(_ value: JSONValue) throws(LMError) -> SplitBehavior {
    let name = value["behavior"]?.stringValue ?? "Isolated"
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw unsupported("the split behavior '\(name)'")
    }
    return behavior
  }

  private func metaspace(_ value: JSONValue) throws(LMError) -> [UInt8] {
    let replacement = Array((value["replacement"]?.stringValue ?? "▁").utf8)
    if replacement.isEmpty { throw malformed("replacement", "it is empty") }
    return replacement
  }

  /// Older files have a flag instead of the scheme.
  private func prependScheme(_ value: JSONValue) throws(LMError) -> PreTokenizer.PrependScheme {
    guard let name = value["prepend_scheme"]?.stringValue else {
      return value["add_prefix_space"]?.boolValue ?? true ? .always : .never
    }
    guard let scheme = PreTokenizer.PrependScheme(rawValue: name) else {
      throw unsupported("the prepend scheme '\(name)'")
    }
    return scheme
  }

  // MARK: Around a text

  func appendAround(
    of value: JSONValue?, _ vocabulary: Vocabulary,
    to around: inout (prefix: [TokenID], suffix: [TokenID])
  ) throws(LMError) {
    guard let value, !value.isNull else { return }
    switch value["type"]?.stringValue {
    case "Sequence":
      for part in value["processors"]?.arrayValue ?? [] {
        try appendAround(of: part, vocabulary, to: &around)
      }
    case "ByteLevel": break
    case "BertProcessing", "RobertaProcessing":
      around.prefix.insert(try namedToken(value["cls"], vocabulary), at: 0)
      around.suffix.append(try namedToken(value["sep"], vocabulary))
    case "TemplateProcessing":
      var prefix: [TokenID] = []
      var isBefore = true
      for part in value["single"]?.arrayValue ?? [] {
        if part["Sequence"] != nil {
          isBefore = false
        } else if let name = part["SpecialToken"]?["id"]?.stringValue {
          for id in value["special_tokens"]?[name]?["ids"]?.arrayValue ?? [] {
            let id = try token(id.intValue, vocabulary)
            if isBefore { prefix.append(id) } else { around.suffix.append(id) }
          }
        }
      }
      around.prefix = prefix + around.prefix
    case let type: throw unsupported("the post-processor '\(type ?? value.kindName)'")
    }
  }

  /// `["[CLS]", 101]`.
  private func namedToken(
    _ value: JSONValue?, _ vocabulary: Vocabulary
  ) throws(LMError) -> TokenID { try token(value?[1]?.intValue, vocabulary) }

  private func token(_ id: Int?, _ vocabulary: Vocabulary) throws(LMError) -> TokenID {
    guard let id, id >= 0, id < vocabulary.count else {
      throw malformed("post_processor", "a token that the vocabulary does not have")
    }
    return TokenID(id)
  }

  // MARK: Decoders

  func decoder() throws(LMError) -> PieceDecoder {
    var decoder = PieceDecoder(steps: [])
    if let value = parts["decoder"], !value.isNull {
      try append(value, to: &decoder)
    } else {
      decoder = PieceDecoder(steps: [.spaced], dropsLeadingSpace: true)
    }
    try checkGrowth(
      decoder.steps.compactMap { step in
        if case .replace(let pattern, let content) = step {
          (pattern.count, content.count)
        } else {
          nil
        }
      })
    return decoder
  }

  private func append(_ value: JSONValue, to decoder: inout PieceDecoder) throws(LMError) {
    switch value["type"]?.stringValue {
    case "Sequence":
      for part in value["decoders"]?.arrayValue ?? [] { try append(part, to: &decoder) }
    case "ByteLevel": decoder.steps.append(.byteLevel)
    case "WordPiece":
      decoder.steps.append(
        .wordPiece(
          prefix: Array((value["prefix"]?.stringValue ?? "##").utf8),
          cleansUp: value["cleanup"]?.boolValue ?? true))
      decoder.dropsLeadingSpace = true
    case "Metaspace":
      decoder.steps.append(.replace(try metaspace(value), by: [0x20]))
      decoder.dropsLeadingSpace = try prependScheme(value) != .never
    case "ByteFallback": decoder.steps.append(.byteFallback)
    case "Fuse": break
    case "Replace":
      guard case .literal(let literal) = try pattern(value, of: "decoder") else {
        throw unsupported("a decoder that replaces an expression")
      }
      decoder.steps.append(.replace(literal, by: try bytes(value, "content", of: "decoder")))
    case "Strip":
      let counts = (value["start"]?.intValue ?? 0, value["stop"]?.intValue ?? 0)
      if counts == (0, 0) { return }
      guard counts == (1, 0), value["content"]?.stringValue == " " else {
        throw unsupported("a decoder that strips other than one leading space")
      }
      decoder.dropsLeadingSpace = true
    case let type: throw unsupported("the decoder '\(type ?? value.kindName)'")
    }
  }

  // MARK: Values

  private enum Pattern {
    case literal([UInt8])
    case regex(String)
  }

  private func pattern(_ value: JSONValue, of part: String) throws(LMError) -> Pattern {
    if let literal = value["pattern"]?["String"]?.stringValue {
      return .literal(Array(literal.utf8))
    }
    if let regex = value["pattern"]?["Regex"]?.stringValue { return .regex(regex) }
    throw malformed(part, "a pattern that is neither a string nor an expression")
  }

  private func bytes(
    _ value: JSONValue, _ name: String, of part: String
  ) throws(LMError) -> [UInt8] {
    guard let text = value[name]?.stringValue else {
      throw malformed(part, "'\(name)' is not a string")
    }
    return Array(text.utf8)
  }
}
