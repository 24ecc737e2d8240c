/// Opens a model: a GGUF, safetensors or llama2.c file, an index of safetensors files, or a Hugging
/// Face folder.
///
/// What a file is, its content says, not its name. The `config.json` beside a safetensors file is
/// read with it. Tensors are mapped, not read.
///
/// ```swift
/// let file = try openModelFile("model.gguf")
/// let norm = file["output_norm.weight"]               // F32 [2560]
/// ```
///
/// - Throws: ``LMError`` where the file is not there, breaks a rule of its format, or is of a kind
///   or holds a type that is not handled.
/// - Cost: the header is read whole, tensors are not touched; measured 3 ms for a vocabulary of
///   150,000 pieces with scores, 7 ms with 280,000 merges.
public func openModelFile(_ path: String) throws(LMError) -> any ModelFile {
  if isFolder(path) { return try SafetensorsModel(folder: path) }
  let mapped = try mapFile(path)
  let bytes = mapped.bytes
  if bytes.starts(with: "GGUF".utf8) { return try GGUFFile(mapped, source: path) }
  if path.hasSuffix(".safetensors") || SafetensorsModel.looksLikeOne(bytes) {
    return try SafetensorsModel(path: path)
  }
  if path.hasSuffix(".json") { return try SafetensorsModel(indexPath: path) }
  if LlamaTwoFile.looksLikeOne(bytes) { return try LlamaTwoFile(mapped, source: path) }
  if bytes.isEmpty { throw .malformed(source: path, place: "byte 0", reason: "the file is empty") }
  throw .unsupported(
    source: path, what: "a file of this kind",
    mend: "name a GGUF, safetensors or llama2.c file, or the folder of a Hugging Face model")
}
