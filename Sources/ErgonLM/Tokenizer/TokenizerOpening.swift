import ErgonTensor

/// The tokenizer of a model: a GGUF file's own vocabulary, the `tokenizer.json` of a Hugging Face
/// folder, the `tokenizer.bin` or `tokN.bin` beside a llama2.c file of N tokens.
///
/// - Parameter path: A tokenizer to use instead: a `tokenizer.json`, a folder that has one, a GGUF
///   file or a llama2.c `.bin`.
/// - Throws: ``LMError`` where there is none or it is of a kind that is not handled.
/// - Cost: O(vocabulary); under 100 ms for 150,000 pieces.
public func makeTokenizer(
  for file: any ModelFile, path: String? = nil
) throws(LMError) -> any Tokenizer {
  if let path { return try readTokenizer(path, size: vocabularySize(of: file)) }
  switch file.kind {
  case .gguf: return try GGUFVocabulary(file).tokenizer()
  case .safetensors:
    return try readTokenizerJSON(ModelFolder(of: file.source).path + "tokenizer.json")
  case .llama2c:
    if let path = llamaTwoTokenizerPath(beside: file) {
      return try readTokenizer(path, size: vocabularySize(of: file))
    }
    throw .missing(
      source: file.source,
      what: "a tokenizer beside it: \(llamaTwoTokenizerNames(of: file).joined(separator: " or "))",
      mend: "put it there or name one")
  }
}

/// The chat template that stands with a model, as Jinja source; nil where there is none.
///
/// GGUF files have it under `tokenizer.chat_template`, Hugging Face folders in
/// `chat_template.jinja` or `tokenizer_config.json`.
public func chatTemplateSource(for file: any ModelFile) throws(LMError) -> String? {
  if case .string(let template)? = file.metadata["tokenizer.chat_template"] { return template }
  return file.kind == .safetensors ? try ModelFolder(of: file.source).chatTemplate() : nil
}

private func readTokenizer(_ path: String, size: Int?) throws(LMError) -> any Tokenizer {
  if path.hasSuffix(".json") { return try readTokenizerJSON(path) }
  let inside = (path.hasSuffix("/") ? path : path + "/") + "tokenizer.json"
  if isFile(inside) { return try readTokenizerJSON(inside) }
  let file = try mapFile(path)
  defer { withExtendedLifetime(file) {} }
  if file.bytes.starts(with: "GGUF".utf8) {
    return try GGUFVocabulary(GGUFFile(file, source: path)).tokenizer()
  }
  let keys = try readLlamaTwoVocabulary(file.bytes, source: path, size: size)
  return try GGUFVocabulary(keys, source: path).tokenizer()
}

/// The tokenizer that stands beside a llama2.c file; nil where there is none.
package func llamaTwoTokenizerPath(beside file: any ModelFile) -> String? {
  let folder = folder(of: file.source)
  return llamaTwoTokenizerNames(of: file).map { folder + $0 }.first(where: isFile)
}

/// The names it may have, the most particular first.
private func llamaTwoTokenizerNames(of file: any ModelFile) -> [String] {
  (vocabularySize(of: file).map { ["tok\($0).bin"] } ?? []) + ["tokenizer.bin"]
}

private func readTokenizerJSON(_ path: String) throws(LMError) -> any Tokenizer {
  let folder = ModelFolder(of: path)
  let json = try mapFile(path).withBytes { (bytes) throws(LMError) in
    try TokenizerJSON(bytes, source: path)
  }
  return try json.tokenizer(names: folder.specialTokenNames(), ends: folder.endTokens())
}

package func vocabularySize(of file: any ModelFile) -> Int? {
  switch file.metadata["llama.vocab_size"] {
  case .integer(let size)?: Int(exactly: size)
  case .unsigned(let size)?: Int(exactly: size)
  default: nil
  }
}
