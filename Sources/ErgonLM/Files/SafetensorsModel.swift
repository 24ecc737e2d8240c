import ErgonTensor

/// Safetensors files and the Hugging Face configuration that says what they are.
final class SafetensorsModel: ModelFile {
  let source: String
  let kind = ModelFileKind.safetensors
  let metadata: [String: MetadataValue]
  let tensors: [TensorEntry]

  private let content: Safetensors
  private let places: [String: Int]

  /// The largest `config.json` that is read.
  private static let configurationLimit = 16_000_000

  /// A Hugging Face folder.
  convenience init(folder: String) throws(LMError) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let index = base + "model.safetensors.index.json"
    let content: Safetensors
    if isFile(index) {
      content = try Self.open { () throws(SafetensorsError) in try Safetensors(indexPath: index) }
    } else if isFile(base + "model.safetensors") {
      content = try Self.open { () throws(SafetensorsError) in
        try Safetensors(path: base + "model.safetensors")
      }
    } else {
      throw .missing(
        source: folder, what: "a 'model.safetensors' or its index",
        mend: "name a folder that has one, or a file")
    }
    try self.init(content, source: folder, configuration: base + "config.json")
  }

  convenience init(path: String) throws(LMError) {
    let content = try Self.open { () throws(SafetensorsError) in try Safetensors(path: path) }
    try self.init(content, source: path, configuration: ErgonLM.folder(of: path) + "config.json")
  }

  convenience init(indexPath path: String) throws(LMError) {
    let content = try Self.open { () throws(SafetensorsError) in try Safetensors(indexPath: path) }
    try self.init(content, source: path, configuration: ErgonLM.folder(of: path) + "config.json")
  }

  private init(
    _ content: Safetensors, source: String, configuration path: String
  ) throws(LMError) {
    self.content = content
    self.source = source
    metadata = isFile(path) ? try Self.configuration(path) : [:]
    tensors = try content.entries.map { (entry) throws(LMError) in
      try Self.entry(entry, in: content, source)
    }
    places = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices))
  }

  /// Whether a header of JSON follows a length that the file has room for.
  static func looksLikeOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return false }
    return UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) <= UInt64(bytes.count - 8)
  }

  subscript(name: String) -> TensorEntry? { places[name].map { tensors[$0] } }

  func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard places[name] != nil else { throw noTensor(name) }
    let (bytes, owner) = try Self.open { () throws(SafetensorsError) in
      try content.mappedBytes(of: name)
    }
    return MappedBytes(bytes, owner: owner)
  }

  // MARK: Reading

  private static func open<R>(_ body: () throws(SafetensorsError) -> R) throws(LMError) -> R {
    do {
      return try body()
    } catch {
      throw LMError(error)
    }
  }

  private static func entry(
    _ entry: SafetensorsEntry, in content: Safetensors, _ source: String
  ) throws(LMError) -> TensorEntry {
    var shape = Array(entry.shape.lengths)
    let format: StorageFormat
    switch entry.type {
    case .float32: format = .f32
    case .float16: format = .f16
    case .bfloat16: format = .bf16
    case .float64: format = .f64
    case .int8: format = .i8
    case .int16: format = .i16
    case .int32: format = .i32
    case .int64: format = .i64
    case .uint8 where shape.count == 2 && content[entry.name + "_scale"] != nil:
      // Rows are four times as many as the file's bytes say.
      format = .packedTrits
      let (rows, overflow) = shape[0].multipliedReportingOverflow(by: 4)
      guard !overflow, !rows.multipliedReportingOverflow(by: shape[1]).overflow else {
        throw .malformed(
          source: source, place: "tensor '\(entry.name)'",
          reason: "its shape \(shape) is larger than memory")
      }
      shape[0] = rows
    case .uint8: format = .u8
    case .bool: format = .bool
    case .uint16: format = .u16
    case .uint32: format = .u32
    case .uint64: format = .u64
    case .float8E4M3: format = .f8_E4M3
    case .float8E5M2: format = .f8_E5M2
    }
    return TensorEntry(name: entry.name, shape: shape, format: format)
  }

  private static func configuration(_ path: String) throws(LMError) -> [String: MetadataValue] {
    let file = try mapFile(path)
    guard file.bytes.count <= configurationLimit else {
      throw .tooLarge(
        source: path, what: "a configuration", size: UInt64(file.bytes.count),
        limit: UInt64(configurationLimit))
    }
    let value = try file.withBytes { (bytes) throws(LMError) in
      try JSONValue(parsing: bytes, source: path)
    }
    guard case .object(let object) = value else {
      throw .malformed(source: path, place: "byte 0", reason: "it is \(value.kindName), no object")
    }
    return object.flattened(under: "config")
  }
}

extension JSONObject {
  /// What a configuration says as the metadata of a model, nested keys joined by dots.
  ///
  /// The parser bounds how deep objects nest.
  package func flattened(under prefix: String) -> [String: MetadataValue] {
    var metadata: [String: MetadataValue] = [:]
    for (key, value) in self {
      if case .object(let inner) = value {
        metadata.merge(inner.flattened(under: "\(prefix).\(key)")) { _, last in last }
      } else if let value = MetadataValue(value) {
        metadata["\(prefix).\(key)"] = value
      }
    }
    return metadata
  }
}

extension MetadataValue {
  /// A JSON value that is no object; nil of null, which says nothing.
  init?(_ value: JSONValue) {
    switch value {
    case .null, .object: return nil
    case .boolean(let flag): self = .boolean(flag)
    case .integer(let number): self = .integer(Int64(number))
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .array(let list):
      let integers = list.compactMap { item -> Int64? in
        if case .integer(let number) = item { Int64(number) } else { nil }
      }
      let numbers = list.compactMap { $0.doubleValue.map(Float.init) }
      let strings = list.compactMap(\.stringValue)
      if integers.count == list.count {
        self = .integers(integers)
      } else if numbers.count == list.count {
        self = .numbers(numbers)
      } else if strings.count == list.count {
        self = .strings(StringTable(strings))
      } else {
        self = .list(list.compactMap(MetadataValue.init))
      }
    }
  }
}

extension LMError {
  init(_ error: SafetensorsError) {
    switch error {
    case .cannotOpen(let path, let reason), .cannotWrite(let path, let reason):
      self = .file(path: path, reason: reason)
    case .malformed(let source, let byte, let reason):
      self = .malformed(
        source: source, place: byte.map { "byte \($0)" } ?? "the index", reason: reason)
    case .tooLarge(let source, let what, let size, let limit):
      self = .tooLarge(source: source, what: what, size: size, limit: UInt64(limit))
    case .missingTensor(let source, let name):
      self = .missing(source: source, what: "tensor '\(name)'", mend: "check the model's names")
    case .wrongType(let source, let name, let found, let wanted):
      self = .unsupported(
        source: source, what: "'\(name)' as \(found)", mend: "write it as \(wanted)")
    case .outOfRange(let source, let name, let value, _):
      self = .malformed(
        source: source, place: "tensor '\(name)'", reason: "the value \(value) is out of range")
    }
  }
}
