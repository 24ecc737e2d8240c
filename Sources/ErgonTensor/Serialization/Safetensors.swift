import CErgonKernels

/// Named tensors in a file, or in several files under one index.
///
/// The file is mapped, not read: a tensor of a type that arrays have borrows the mapping until it
/// is changed, so that opening a model costs its header and what is used of it.
///
/// ```swift
/// let model = try Safetensors(path: "model.safetensors")
/// let w = try model.tensor("layer.weight", as: Float.self)   // F32, F16 or BF16
/// ```
///
/// - Reference: the safetensors format of Hugging Face, little-endian, row-major.
public struct Safetensors: Sendable {
  /// The tensors, in the order in which the files hold them.
  public let entries: [SafetensorsEntry]
  /// The strings that stand beside the tensors.
  public let metadata: [String: String]

  private let places: [String: Place]
  private struct Place: Sendable {
    var entry: Int
    var part: Part
  }

  /// The bytes of one file.
  private struct Part: Sendable {
    let source: String
    /// Keeps ``bytes`` where they are.
    let owner: any AnyObject & Sendable
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  }

  /// Maps a file.
  ///
  /// - Throws: ``SafetensorsError`` where the file cannot be opened or breaks a rule of the format.
  public init(path: String) throws(SafetensorsError) {
    try self.init(parts: [Self.map(path)])
  }

  /// A file's content that is in memory already; `source` names it in errors.
  public init(bytes: [UInt8], source: String = "data") throws(SafetensorsError) {
    let storage = TensorStorage(byteCount: bytes.count)
    bytes.withUnsafeBytes {
      storage.bytes.copyMemory(from: $0.baseAddress ?? .init(storage.bytes), byteCount: $0.count)
    }
    let content = UnsafeRawBufferPointer(start: storage.bytes, count: bytes.count)
    try self.init(parts: [Part(source: source, owner: storage, bytes: content)])
  }

  /// Maps the files that an index, `model.safetensors.index.json`, names.
  ///
  /// - Throws: ``SafetensorsError``, also where a file lacks a tensor that the index puts there or
  ///   has one that the index does not name.
  public init(indexPath: String) throws(SafetensorsError) {
    let index = try SafetensorsIndex(path: indexPath)
    let folder = indexPath.lastIndex(of: "/").map { indexPath[...$0] } ?? ""
    var parts: [Part] = []
    for file in index.files { parts.append(try Self.map(folder + file)) }
    try self.init(parts: parts)
    for (name, file) in index.fileOfTensor {
      guard let place = places[name], place.part.source == folder + file else {
        throw .missingTensor(source: folder + file, name: name)
      }
    }
    if let stranger = entries.first(where: { index.fileOfTensor[$0.name] == nil }) {
      throw .malformed(
        source: indexPath, byte: nil,
        reason: "'\(stranger.name.shortened)' is in a file but not in the index")
    }
  }

  private static func map(_ path: String) throws(SafetensorsError) -> Part {
    let file = try MappedFile(path: path)
    return Part(source: path, owner: file, bytes: file.bytes)
  }

  private init(parts: [Part]) throws(SafetensorsError) {
    var entries: [SafetensorsEntry] = []
    var metadata: [String: String] = [:]
    var places: [String: Place] = [:]
    for part in parts {
      let header = try SafetensorsHeader(part.bytes, source: part.source)
      for entry in header.entries {
        let place = Place(entry: entries.count, part: part)
        guard places.updateValue(place, forKey: entry.name) == nil else {
          throw .malformed(
            source: part.source, byte: nil,
            reason: "'\(entry.name.shortened)' is in another file of the index, too")
        }
        entries.append(entry)
      }
      metadata.merge(header.metadata) { first, _ in first }
    }
    self.entries = entries
    self.metadata = metadata
    self.places = places
  }

  /// The entry of a tensor; nil where there is none of that name.
  public subscript(name: String) -> SafetensorsEntry? { places[name].map { entries[$0.entry] } }

  /// Reads the bytes of a tensor as they stand in the file.
  public func withBytes<R>(
    of name: String, _ body: (UnsafeRawBufferPointer) -> R
  ) throws(SafetensorsError) -> R {
    let (entry, part) = try find(name)
    defer { withExtendedLifetime(part.owner) {} }
    return body(UnsafeRawBufferPointer(rebasing: part.bytes[entry.range]))
  }

  /// The bytes of a tensor as they stand in the file, and what keeps them there.
  package func mappedBytes(
    of name: String
  ) throws(SafetensorsError) -> (bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    let (entry, part) = try find(name)
    return (UnsafeRawBufferPointer(rebasing: part.bytes[entry.range]), part.owner)
  }

  /// A tensor as the file holds it, or converted.
  ///
  /// F16 and BF16 convert to `Float` and `Double`, F32 to `Double`, and integers to `Int32` where
  /// every value is one.
  ///
  /// - Throws: ``SafetensorsError`` where there is no such tensor, or its type does not convert.
  /// - Cost: nothing where the type is the same and its bytes are aligned, one pass otherwise.
  public func tensor<S: SafetensorsScalar>(
    _ name: String, as type: S.Type = S.self
  ) throws(SafetensorsError) -> Tensor<S> {
    let (entry, part) = try find(name)
    defer { withExtendedLifetime(part.owner) {} }
    let bytes = UnsafeRawBufferPointer(rebasing: part.bytes[entry.range])
    if entry.type == S.safetensorsType, entry.type != .bool {
      return tensor(entry.shape, bytes, part.owner)
    }
    do throws(SafetensorsConversion.Failure) {
      return try SafetensorsConversion(entry.type, entry.shape, bytes).tensor(as: S.self)
    } catch {
      switch error {
      case .noConversion:
        throw .wrongType(
          source: part.source, name: name, found: entry.type.rawValue, wanted: S.elementName)
      case .outOfRange(let value):
        throw .outOfRange(source: part.source, name: name, value: value, wanted: S.elementName)
      }
    }
  }

  private func find(_ name: String) throws(SafetensorsError) -> (SafetensorsEntry, Part) {
    guard let place = places[name] else {
      let sources = Set(places.values.map(\.part.source)).sorted().joined(separator: ", ")
      throw .missingTensor(
        source: sources.isEmpty ? "an empty file" : sources, name: name.shortened)
    }
    return (entries[place.entry], place.part)
  }

  /// An array on the file's own memory, or on a copy where the file does not align it.
  private func tensor<S: SafetensorsScalar>(
    _ shape: Shape, _ bytes: UnsafeRawBufferPointer, _ owner: AnyObject
  ) -> Tensor<S> {
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      return Tensor([], shape: shape)
    }
    guard Int(bitPattern: start) % MemoryLayout<S>.alignment == 0 else {
      return Tensor(shape: shape) { out in
        UnsafeMutableRawPointer(out).copyMemory(from: start, byteCount: bytes.count)
      }
    }
    return Tensor(
      storage: TensorStorage(borrowing: start, byteCount: bytes.count, from: owner),
      layout: Layout(contiguous: shape))
  }
}
