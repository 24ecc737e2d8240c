import ErgonTensor

/// A mapped GGUF file, versions 2 and 3.
///
/// Every tensor lies in the file, on its alignment, and overlaps no other; that is checked when the
/// file is opened.
final class GGUFFile: ModelFile {
  let source: String
  let kind = ModelFileKind.gguf
  let metadata: [String: MetadataValue]
  let tensors: [TensorEntry]

  private let mapped: MappedFile
  private let places: [String: Place]
  private struct Place: Sendable {
    let index: Int
    let bytes: Range<Int>
  }

  static let defaultAlignment = 32
  /// Keys, and tensors, that are read.
  private static let countLimit = 1 << 20

  init(_ mapped: MappedFile, source: String) throws(LMError) {
    var scanner = GGUFScanner(mapped.bytes, source: source)
    guard try scanner.number(UInt32.self, "the magic number") == 0x4655_4747 else {
      throw .malformed(source: source, place: "byte 0", reason: "it does not begin with 'GGUF'")
    }
    let version = try scanner.number(UInt32.self, "the version")
    guard version == 2 || version == 3 else {
      throw .unsupported(
        source: source,
        what: version.byteSwapped == 3 ? "GGUF in big-endian order" : "GGUF version \(version)",
        mend: "convert the file to little-endian version 3")
    }
    let tensorCount = try Self.count(&scanner, "tensors", size: 24)
    let keyCount = try Self.count(&scanner, "keys", size: 13)
    let metadata = try Self.keys(&scanner, keyCount)
    let alignment = try Self.alignment(metadata, source)
    let table = try GGUFTensorTable(
      &scanner, count: tensorCount, alignment: alignment, metadata: metadata)
    self.mapped = mapped
    self.source = source
    self.metadata = metadata
    tensors = table.entries
    var places: [String: Place] = [:]
    places.reserveCapacity(tensorCount)
    for (index, entry) in tensors.enumerated() {
      let place = Place(index: index, bytes: table.ranges[index])
      guard places.updateValue(place, forKey: entry.name) == nil else {
        throw .malformed(
          source: source, place: "tensor '\(entry.name)'", reason: "it stands twice")
      }
    }
    self.places = places
  }

  private static func count(
    _ scanner: inout GGUFScanner, _ what: String, size: Int
  ) throws(LMError) -> Int {
    let count = try scanner.count(of: what, size: size)
    guard count <= countLimit else {
      throw .tooLarge(
        source: scanner.source, what: "a number of \(what)", size: UInt64(count),
        limit: UInt64(countLimit))
    }
    return count
  }

  private static func keys(
    _ scanner: inout GGUFScanner, _ count: Int
  ) throws(LMError) -> [String: MetadataValue] {
    var metadata: [String: MetadataValue] = [:]
    for _ in 0..<count {
      let start = scanner.place
      let key = try scanner.name("a key")
      guard metadata.updateValue(try scanner.value(), forKey: key) == nil else {
        throw scanner.malformed("the key '\(key)' stands twice", at: start)
      }
    }
    return metadata
  }

  private static func alignment(
    _ metadata: [String: MetadataValue], _ source: String
  ) throws(LMError) -> Int {
    switch metadata["general.alignment"] {
    case nil: return defaultAlignment
    case .unsigned(let value)? where value.nonzeroBitCount == 1 && value >= 8 && value <= 1 << 20:
      return Int(value)
    default:
      throw .malformed(
        source: source, place: "key 'general.alignment'", reason: "it is no power of two from 8 on")
    }
  }

  subscript(name: String) -> TensorEntry? { places[name].map { tensors[$0.index] } }

  func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard let place = places[name] else { throw noTensor(name) }
    return MappedBytes(UnsafeRawBufferPointer(rebasing: mapped.bytes[place.bytes]), owner: mapped)
  }
}

extension ModelFile {
  func noTensor(_ name: String) -> LMError {
    .missing(source: source, what: "tensor '\(name)'", mend: "check the model's names")
  }
}
