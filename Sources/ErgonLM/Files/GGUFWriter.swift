import ErgonTensor

/// Writes a GGUF file of version 3: what is said of a model, then its tensors one after the other.
///
/// Nothing but a megabyte is held in memory. Until ``finish()`` the file is not there.
///
/// ```swift
/// let writer = try GGUFWriter("model.gguf", metadata: keys, tensors: entries)
/// for entry in entries { try writer.write(entry.name) { sink in try sink(bytes(of: entry)) } }
/// try writer.finish()
/// ```
package final class GGUFWriter: TensorWriter {
  private let draft: FileDraft<LMError>
  private let tensors: [TensorEntry]
  private var next = 0
  private let alignment = GGUFFile.defaultAlignment

  /// - Precondition: tensors have different names, at most four axes and whole blocks.
  package init(
    _ path: String, metadata: [String: MetadataValue], tensors: [TensorEntry]
  ) throws(LMError) {
    self.tensors = tensors
    draft = try FileDraft(path, failure: LMError.file)
    // The architecture stands first, as readers of the first bytes like it.
    var metadata = metadata
    metadata["general.alignment"] = nil
    let keys = metadata.sorted {
      ($0.key != "general.architecture" ? 1 : 0, $0.key)
        < ($1.key != "general.architecture" ? 1 : 0, $1.key)
    }
    var header = Fields()
    header.append(UInt32(0x4655_4747))
    header.append(UInt32(3))
    header.append(UInt64(tensors.count))
    header.append(UInt64(keys.count))
    for (key, value) in keys {
      header.append(key)
      header.append(value)
    }
    var offset = 0
    for tensor in tensors {
      precondition(
        tensor.shape.count <= 4, "GGUFWriter: '\(tensor.name)' has \(tensor.shape.count) axes")
      header.append(tensor.name)
      header.append(UInt32(tensor.shape.count))
      for length in tensor.shape.reversed() { header.append(UInt64(length)) }
      header.append(tensor.format.rawValue)
      header.append(UInt64(offset))
      offset += Self.storedBytes(tensor, alignment)
    }
    try draft.write(header.bytes)
    try draft.align(to: alignment)
  }

  /// Bytes up to the next tensor.
  private static func storedBytes(_ tensor: TensorEntry, _ alignment: Int) -> Int {
    guard let count = tensor.format.byteCount(of: tensor.shape) else {
      preconditionFailure(
        "GGUFWriter: '\(tensor.name)' \(tensor.shape) is no whole number of blocks of "
          + tensor.format.name)
    }
    return (count + alignment - 1) / alignment * alignment
  }

  /// Writes the next tensor's bytes, which `body` hands over in pieces.
  ///
  /// - Precondition: tensors come in their order, with as many bytes as their formats take.
  package func write(
    _ name: String,
    _ body: (_ sink: (UnsafeRawBufferPointer) throws(LMError) -> Void) throws -> Void
  ) throws {
    precondition(
      next < tensors.count && tensors[next].name == name, "GGUFWriter: '\(name)' out of turn")
    let start = draft.byteCount
    try body { (bytes) throws(LMError) in try draft.write(bytes) }
    try draft.align(to: alignment)
    let expected = Self.storedBytes(tensors[next], alignment)
    precondition(
      draft.byteCount - start == expected,
      "GGUFWriter: '\(name)' has \(draft.byteCount - start) bytes, its format takes \(expected)")
    next += 1
  }

  package func finish() throws(LMError) {
    precondition(next == tensors.count, "GGUFWriter: \(tensors.count - next) tensors are missing")
    try draft.finish()
  }

  // MARK: Fields

  /// Little-endian fields of a header.
  private struct Fields {
    var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
      append(UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }

    /// A value in the narrowest of the types that readers ask for: 32 bits where they suffice.
    mutating func append(_ value: MetadataValue) {
      append(Self.type(value))
      appendContent(value)
    }

    private static func type(_ value: MetadataValue) -> UInt32 {
      switch value {
      case .unsigned(let number): number <= UInt32.max ? 4 : 10
      case .integer(let number): Int32(exactly: number) != nil ? 5 : 11
      case .number(let number): Double(Float(number)) == number || number != number ? 6 : 12
      case .boolean: 7
      case .string: 8
      case .strings, .integers, .numbers, .booleans, .list: 9
      }
    }

    private mutating func appendContent(_ value: MetadataValue) {
      let type = Self.type(value)
      switch value {
      case .unsigned(let number):
        if type == 4 { append(UInt32(number)) } else { append(number) }
      case .integer(let number):
        if type == 5 { append(Int32(number)) } else { append(number) }
      case .number(let number):
        if type == 6 { append(Float(number).bitPattern) } else { append(number.bitPattern) }
      case .boolean(let flag): append(UInt8(flag ? 1 : 0))
      case .string(let text): append(text)
      case .strings(let table):
        append(UInt32(8))
        append(UInt64(table.count))
        for index in 0..<table.count {
          let range = table.range(at: index)
          append(UInt64(range.count))
          bytes.append(contentsOf: table.bytes[range])
        }
      case .integers(let list):
        let isNarrow = list.allSatisfy { Int32(exactly: $0) != nil }
        append(UInt32(isNarrow ? 5 : 11))
        append(UInt64(list.count))
        for number in list {
          if isNarrow { append(Int32(number)) } else { append(number) }
        }
      case .numbers(let list):
        append(UInt32(6))
        append(UInt64(list.count))
        for number in list { append(number.bitPattern) }
      case .booleans(let list):
        append(UInt32(7))
        append(UInt64(list.count))
        for flag in list { append(UInt8(flag ? 1 : 0)) }
      case .list(let list):
        // Elements of an array are of one type: arrays, which is the only way to nest.
        append(UInt32(9))
        append(UInt64(list.count))
        for item in list { appendContent(item) }
      }
    }
  }
}
