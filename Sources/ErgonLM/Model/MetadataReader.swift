/// Typed, bounded reading of a model file's metadata, whichever way it names things.
struct MetadataReader {
  /// What one fact is called in GGUF files, without the architecture before it, and in a Hugging
  /// Face `config.json`.
  struct Key {
    let gguf: String
    let huggingFace: String

    init(_ gguf: String, _ huggingFace: String) {
      self.gguf = gguf
      self.huggingFace = huggingFace
    }
  }

  let file: any ModelFile
  /// The architecture's name as the file has it.
  let architecture: String

  var isHuggingFace: Bool { file.kind == .safetensors }

  init(_ file: any ModelFile) throws(LMError) {
    self.file = file
    let key = file.kind == .safetensors ? "config.model_type" : "general.architecture"
    guard case .string(let name)? = file.metadata[key] else {
      throw .missing(
        source: file.source, what: "key '\(key)'",
        mend: file.kind == .safetensors
          ? "open the folder that has the model's config.json"
          : "write the file again with a converter that names the architecture")
    }
    architecture = name
  }

  func fullKey(_ key: Key) -> String {
    isHuggingFace ? "config.\(key.huggingFace)" : "\(architecture).\(key.gguf)"
  }

  func malformed(_ key: Key, _ reason: String) -> LMError {
    .malformed(source: file.source, place: "key '\(fullKey(key))'", reason: reason)
  }

  func unsupported(_ what: String) -> LMError {
    .unsupported(
      source: file.source, what: what, mend: "use a model of a supported architecture without it")
  }

  /// A whole number; of a list, one a layer, the number that all of them are.
  func integer(_ key: Key, in range: ClosedRange<Int>) throws(LMError) -> Int? {
    let value: Int
    switch file.metadata[fullKey(key)] {
    case nil: return nil
    case .integer(let number)?: value = Int(clamping: number)
    case .unsigned(let number)?: value = Int(clamping: number)
    case .integers(let list)?:
      guard let first = list.first, list.allSatisfy({ $0 == first }) else {
        throw unsupported("layers of different shapes ('\(fullKey(key))')")
      }
      value = Int(clamping: first)
    default: throw malformed(key, "it is not a whole number")
    }
    guard range.contains(value) else {
      throw malformed(key, "\(value) is not in \(range.lowerBound) ... \(range.upperBound)")
    }
    return value
  }

  func require(_ key: Key, in range: ClosedRange<Int>) throws(LMError) -> Int {
    guard let value = try integer(key, in: range) else {
      throw .missing(
        source: file.source, what: "key '\(fullKey(key))'",
        mend: "write the file again with a converter that knows the architecture")
    }
    return value
  }

  func number(_ key: Key, in range: ClosedRange<Double>) throws(LMError) -> Double? {
    let value: Double
    switch file.metadata[fullKey(key)] {
    case nil: return nil
    case .integer(let number)?: value = Double(number)
    case .unsigned(let number)?: value = Double(number)
    case .number(let number)?: value = number
    default: throw malformed(key, "it is not a number")
    }
    guard range.contains(value) else {
      throw malformed(key, "\(value) is not in \(range.lowerBound) ... \(range.upperBound)")
    }
    return value
  }

  func string(_ key: Key) -> String? {
    guard case .string(let value)? = file.metadata[fullKey(key)] else { return nil }
    return value
  }

  func boolean(_ key: Key) -> Bool? {
    guard case .boolean(let value)? = file.metadata[fullKey(key)] else { return nil }
    return value
  }
}
