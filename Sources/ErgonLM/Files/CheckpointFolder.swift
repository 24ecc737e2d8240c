import ErgonTensor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The folder of a Hugging Face checkpoint that is to be written: tensors, `config.json`, and the
/// tokenizer's files as the source has them.
struct CheckpointFolder {
  /// With its slash; `""` for the current folder.
  private let folder: String
  private let tensorsPath: String
  /// The folder of the source, where it is a checkpoint itself.
  private let sourceFolder: String?

  /// What else a checkpoint has, beside what is written anew.
  private static let companions = [
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja",
    "generation_config.json",
  ]

  /// - Parameter path: A folder, or a `.safetensors` file beside which the other files go.
  init(_ path: String, beside source: any ModelFile) {
    if path.hasSuffix(".safetensors") {
      folder = ErgonLM.folder(of: path)
      tensorsPath = path
    } else {
      folder = path.hasSuffix("/") ? path : path + "/"
      tensorsPath = folder + "model.safetensors"
    }
    sourceFolder = source.kind == .safetensors ? ModelFolder(of: source.source).path : nil
  }

  /// Writes all files; the tensors, which `tensors` makes at a path, appear last.
  ///
  /// Files of another model are never replaced, and a folder made for nothing goes again.
  func write(
    _ configuration: JSONValue, _ tensors: (_ path: String) throws -> SafetensorsDraft
  ) throws {
    let isNew = !folder.isEmpty && !isFolder(folder)
    if isNew, mkdir(folder, 0o777) != 0 {
      throw LMError.file(path: folder, reason: String(cString: strerror(errno)))
    }
    do {
      try writeFiles(configuration, tensors)
    } catch {
      if isNew { rmdir(folder) }
      throw error
    }
  }

  private func writeFiles(
    _ configuration: JSONValue, _ tensors: (_ path: String) throws -> SafetensorsDraft
  ) throws {
    if isFile(folder + "model.safetensors.index.json") {
      throw LMError.file(
        path: folder, reason: "it holds a checkpoint in several files; name another folder")
    }
    let text = Array((configuration.serialized(indent: 2) + "\n").utf8)
    let drafts = try [draft("config.json", text)] + companions()
    let made = try tensors(tensorsPath)
    for draft in drafts { try draft?.finish() }
    try made.finish()
  }

  private func companions() throws(LMError) -> [FileDraft<LMError>?] {
    guard let sourceFolder else { return [] }
    return try Self.companions.filter { isFile(sourceFolder + $0) }.map { (name) throws(LMError) in
      try draft(name, mapFile(sourceFolder + name).withBytes { Array($0) })
    }
  }

  /// A file on its way, or nil where it is there already.
  private func draft(_ name: String, _ bytes: [UInt8]) throws(LMError) -> FileDraft<LMError>? {
    let path = folder + name
    if isFile(path) {
      if try mapFile(path).withBytes({ $0.elementsEqual(bytes) }) { return nil }
      throw .file(path: path, reason: "it belongs to another model; name another folder")
    }
    let draft = try FileDraft(path, failure: LMError.file)
    try draft.write(bytes)
    return draft
  }
}
