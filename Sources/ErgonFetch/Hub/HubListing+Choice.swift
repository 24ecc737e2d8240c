#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension HubListing {
  /// What is needed to run the model, or what was asked for.
  ///
  /// That is what matches a pattern, where there are some; else the one file or quantisation that
  /// was named; else the safetensors with configuration and tokenizer; else the only GGUF file.
  ///
  /// - Parameters:
  ///   - selection: A file's path, or a part of a GGUF file's name such as `Q4_0`.
  ///   - patterns: As a shell matches them; `*` stands for folders too.
  /// - Throws: ``HubError`` when nothing is chosen, or when several files could be meant.
  func choice(selection: String?, patterns: [String]) throws(HubError) -> [HubFile] {
    if !patterns.isEmpty {
      let matching = files.filter { file in patterns.contains { fnmatch($0, file.path, 0) == 0 } }
      guard !matching.isEmpty else { throw .noMatch(model: model, patterns: patterns) }
      return matching
    }
    if let selection { return [try files.selected(selection, of: model)] }
    let weights = safetensors
    if !weights.isEmpty {
      return files.filter { Self.companions.contains($0.path) } + weights
    }
    let packed = files.filter(\.isGGUF)
    guard let first = packed.first else {
      throw .noModelFiles(model: model, files: files.map(\.path))
    }
    guard packed.count == 1 else { throw .ambiguous(model: model, files: packed.map(\.path)) }
    return [first]
  }

  /// The weights that a folder is opened by; other precisions beside them are left where they are.
  private var safetensors: [HubFile] {
    let all = files.filter { $0.path.hasSuffix(".safetensors") && !$0.path.contains("/") }
    if let index = files.first(where: { $0.path == PulledModel.indexName }) {
      let parts = all.filter { $0.path.hasPrefix("model-") && $0.path.contains("-of-") }
      return [index] + (parts.isEmpty ? all : parts)
    }
    let whole = all.filter { $0.path == PulledModel.weightsName }
    return whole.isEmpty ? all : whole
  }

  private static let companions: Set<String> = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model",
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json",
  ]
}

extension HubFile {
  var isGGUF: Bool { path.hasSuffix(".gguf") }

  /// Whether a part of the name, between other signs than letters, digits and `_`, is this word.
  func isOfKind(_ word: String) -> Bool {
    let word = word.lowercased()
    return path.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
      .contains { $0 == word }
  }
}

extension [HubFile] {
  /// The one file that a word means.
  ///
  /// - Throws: ``HubError`` when there is none, or more than one.
  func selected(_ word: String, of model: String) throws(HubError) -> HubFile {
    if let file = first(where: { $0.path == word }) { return file }
    let packed = filter(\.isGGUF)
    let matching = packed.filter { $0.isOfKind(word) }
    guard let first = matching.first else {
      throw .unknownSelection(
        model: model, selection: word,
        files: (packed.isEmpty ? self : packed).map(\.path))
    }
    guard matching.count == 1 else {
      throw .ambiguous(model: model, files: matching.map(\.path))
    }
    return first
  }
}
