import ErgonData
public import ErgonLM
import ErgonTensor

/// A tokenizer as a Hugging Face folder keeps it: `tokenizer.json`, and beside it what its special
/// tokens are for.
///
/// ```swift
/// let files = try TokenizerFiles(of: openModelFile("stories260K.bin"))
/// try network.save(to: "folder", tokenizer: files)
/// ```
public struct TokenizerFiles: Sendable, Equatable {
  /// The text of `tokenizer.json`.
  public var json: String
  /// Special tokens as the vocabulary writes them by their use: `bos_token`, `eos_token`,
  /// `unk_token`, `pad_token`.
  public var names: [String: String]
  /// Tokens that end an answer, beside the end of text.
  public var ends: [TokenID]

  public init(json: String, names: [String: String] = [:], ends: [TokenID] = []) {
    self.json = json
    self.names = names
    self.ends = ends
  }

  /// The tokenizer of a model: the files of its folder, or what its vocabulary comes to in their
  /// words.
  ///
  /// - Parameter path: A `tokenizer.json`, or the tokenizer of a llama2.c model, to use instead.
  /// - Throws: ``ErgonLM/LMError``; of vocabularies in GGUF files those of GPT-2's and SentencePiece's
  ///   kind are carried over.
  public init(of file: any ModelFile, path: String? = nil) throws {
    if let path, path.hasSuffix(".json") {
      self = try Self.folder(ModelFolder(of: path), json: path)
    } else if file.kind == .safetensors, path == nil {
      let folder = ModelFolder(of: file.source)
      self = try Self.folder(folder, json: folder.path + "tokenizer.json")
    } else if file.kind == .gguf, path == nil {
      self =
        file.metadata["tokenizer.ggml.model"] == .string("gpt2")
        ? try BytePairVocabulary(file.metadata, source: file.source).files()
        : try SentencePieceVocabulary(file.metadata, source: file.source).files()
    } else {
      guard let path = path ?? llamaTwoTokenizerPath(beside: file) else {
        throw LMError.missing(
          source: file.source, what: "a tokenizer beside it", mend: "put it there or name one")
      }
      let keys = try mapFile(path).withBytes { (bytes) throws(LMError) in
        try readLlamaTwoVocabulary(bytes, source: path, size: vocabularySize(of: file))
      }
      self = try SentencePieceVocabulary(keys, source: path).files()
    }
  }

  /// A tokenizer by itself: a `tokenizer.json` or a folder that has one, a GGUF file, a llama2.c
  /// tokenizer.
  ///
  /// - Throws: As ``init(of:path:)``.
  public init(path: String) throws {
    let inside = (path.hasSuffix("/") ? path : path + "/") + "tokenizer.json"
    if path.hasSuffix(".json") || isFile(inside) {
      self = try Self.folder(ModelFolder(of: path), json: isFile(inside) ? inside : path)
      return
    }
    let file = try mapFile(path)
    if file.bytes.starts(with: "GGUF".utf8) {
      try self.init(of: openModelFile(path))
    } else {
      let keys = try file.withBytes { (bytes) throws(LMError) in
        try readLlamaTwoVocabulary(bytes, source: path, size: nil)
      }
      self = try SentencePieceVocabulary(keys, source: path).files()
    }
  }

  private static func folder(_ folder: ModelFolder, json path: String) throws -> TokenizerFiles {
    let json = try mapFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
    return TokenizerFiles(
      json: json, names: try folder.specialTokenNames(),
      ends: try folder.endTokens().map { TokenID(clamping: $0) })
  }

  /// The tokenizer that the files describe.
  public func tokenizer() throws(LMError) -> any Tokenizer {
    let parsed = try Array(json.utf8).withUnsafeBufferPointer { (bytes) throws(LMError) in
      try TokenizerJSON(UnsafeRawBufferPointer(bytes), source: "tokenizer.json")
    }
    return try parsed.anyTokenizer(names: names, ends: ends.map(Int.init))
  }

  /// What tells this tokenizer from any other: a run's checkpoint and token files carry it.
  public var identity: String { "\(SHA256Digest(of: Array(json.utf8)))" }

  /// Writes the files into a folder; each is replaced in one go.
  ///
  /// - Throws: ``ErgonLM/LMError``.
  public func save(to folder: String) throws(LMError) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    for file in contents(special: try tokenizer().special) {
      let draft = try FileDraft(base + file.name, failure: LMError.file)
      try draft.write(Array(file.text.utf8))
      try draft.finish()
    }
  }

  /// The files of a folder by name.
  func contents(special: SpecialTokens) -> [(name: String, text: String)] {
    var configuration = JSONObject()
    configuration["tokenizer_class"] = .string("PreTrainedTokenizerFast")
    for (key, name) in names.sorted(by: { $0.key < $1.key }) { configuration[key] = .string(name) }
    var generation = JSONObject()
    generation["bos_token_id"] = special.beginning.map { .integer(Int($0)) }
    let ends = special.endOfGeneration.sorted().map { JSONValue.integer(Int($0)) }
    generation["eos_token_id"] = ends.count == 1 ? ends[0] : .array(ends)
    return [
      ("tokenizer.json", json),
      ("tokenizer_config.json", JSONValue.object(configuration).serialized(indent: 2) + "\n"),
      ("generation_config.json", JSONValue.object(generation).serialized(indent: 2) + "\n"),
    ]
  }
}
