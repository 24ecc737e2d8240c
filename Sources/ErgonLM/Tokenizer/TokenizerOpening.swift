import ErgonTensor

/// The tokenizer of a model: a GGUF file's own vocabulary, the `tokenizer.bin` or `tokN.bin` beside a
/// llama2.c file of N tokens.
///
/// - Parameter path: A tokenizer to use instead: a llama2.c `.bin`.
/// - Throws: ``LMError`` where there is none or it is of a kind that is not handled.
/// - Cost: O(vocabulary); about 50 ms for 150,000 pieces.
public func makeTokenizer(
  for file: any ModelFile, path: String? = nil
) throws(LMError) -> any Tokenizer {
  if let path { return try readTokenizer(path, size: nil) }
  switch file.kind {
  case .gguf: return try GGUFVocabulary(file).tokenizer()
  case .llama2c:
    let size = vocabularySize(of: file)
    let folder = folder(of: file.source)
    let names = (size.map { ["tok\($0).bin"] } ?? []) + ["tokenizer.bin"]
    for name in names where isFile(folder + name) {
      return try readTokenizer(folder + name, size: size)
    }
    throw .missing(
      source: file.source, what: "a tokenizer beside it: \(names.joined(separator: " or "))",
      mend: "put it there or name one")
  case .safetensors:
    throw .unsupported(
      source: file.source, what: "a tokenizer of this folder", mend: "use a GGUF file")
  }
}

private func readTokenizer(_ path: String, size: Int?) throws(LMError) -> any Tokenizer {
  let file = try mapFile(path)
  defer { withExtendedLifetime(file) {} }
  return try readLlamaTwoVocabulary(file.bytes, source: path, size: size)
}

private func vocabularySize(of file: any ModelFile) -> Int? {
  switch file.metadata["llama.vocab_size"] {
  case .integer(let size)?: Int(exactly: size)
  case .unsigned(let size)?: Int(exactly: size)
  default: nil
  }
}

/// The folder that a path is in, with its slash; `""` for the current one.
func folder(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}

func isFile(_ path: String) -> Bool { (try? MappedFile(path: path)) != nil }

func mapFile(_ path: String) throws(LMError) -> MappedFile {
  do {
    return try MappedFile(path: path)
  } catch .cannotOpen(let path, let reason) {
    throw .file(path: path, reason: reason)
  } catch {
    throw .file(path: path, reason: "\(error)")
  }
}
