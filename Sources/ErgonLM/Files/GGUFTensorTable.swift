/// What a GGUF file says of its tensors, and where their bytes are.
struct GGUFTensorTable {
  private(set) var entries: [TensorEntry] = []
  /// Bytes of the file.
  private(set) var ranges: [Range<Int>] = []

  private static let axesLimit = 4

  init(
    _ scanner: inout GGUFScanner, count: Int, alignment: Int, metadata: [String: MetadataValue]
  ) throws(LMError) {
    entries.reserveCapacity(count)
    var offsets: [Int] = []
    offsets.reserveCapacity(count)
    for _ in 0..<count {
      let (entry, offset) = try Self.entry(&scanner, metadata)
      guard offset % alignment == 0 else {
        throw .malformed(
          source: scanner.source, place: "tensor '\(entry.name)'",
          reason: "its offset \(offset) is no multiple of \(alignment)")
      }
      entries.append(entry)
      offsets.append(offset)
    }
    let size = scanner.bytes.count
    let data = (scanner.place + alignment - 1) / alignment * alignment
    for (entry, offset) in zip(entries, offsets) {
      // The entry has been counted before.
      let length = entry.format.byteCount(of: entry.shape)!
      guard data <= size, offset <= size - data, length <= size - data - offset else {
        throw .malformed(
          source: scanner.source, place: "tensor '\(entry.name)'",
          reason: "its \(length) bytes from \(offset) on reach past the end of the file")
      }
      ranges.append(data + offset..<data + offset + length)
    }
    try checkOverlaps(scanner.source)
  }

  private static func entry(
    _ scanner: inout GGUFScanner, _ metadata: [String: MetadataValue]
  ) throws(LMError) -> (TensorEntry, Int) {
    let name = try scanner.name("a tensor's name")
    func malformed(_ reason: String) -> LMError {
      .malformed(source: scanner.source, place: "tensor '\(name)'", reason: reason)
    }
    let axes = try scanner.number(UInt32.self, "a tensor's axes")
    guard axes <= axesLimit else { throw malformed("it has \(axes) axes, more than \(axesLimit)") }
    var shape: [Int] = []
    for _ in 0..<axes {
      let length = try scanner.number(UInt64.self, "a tensor's axes")
      guard length > 0, let count = Int(exactly: length) else {
        throw malformed("an axis of length \(length)")
      }
      shape.append(count)
    }
    shape.reverse()
    let id = try scanner.number(UInt32.self, "a tensor's type")
    let offset = try scanner.number(UInt64.self, "a tensor's offset")
    guard id < 1000, let format = StorageFormat(rawValue: id) else {
      throw .unsupported(
        source: scanner.source, what: "tensor '\(name)' of \(Self.typeName(id, metadata))",
        mend: Self.mend(id, metadata))
    }
    guard format.byteCount(of: shape) != nil else {
      let columns = shape.last ?? 1
      throw malformed(
        columns % format.block.weights != 0
          ? "its rows of \(columns) weights are no multiple of the \(format.block.weights) "
            + "of a block of \(format.name)" : "its shape \(shape) is larger than memory")
    }
    guard let start = Int(exactly: offset) else { throw malformed("its offset is \(offset)") }
    return (TensorEntry(name: name, shape: shape, format: format), start)
  }

  private func checkOverlaps(_ source: String) throws(LMError) {
    let order = ranges.indices.sorted { ranges[$0].lowerBound < ranges[$1].lowerBound }
    for (first, second) in zip(order, order.dropFirst())
    where ranges[second].lowerBound < ranges[first].upperBound {
      throw .malformed(
        source: source, place: "tensor '\(entries[second].name)'",
        reason: "it overlaps '\(entries[first].name)'")
    }
  }

  // MARK: Types that are not handled

  /// Whether bitnet.cpp wrote the file, which gives numbers from 37 on other meanings.
  private static func isBitNet(_ metadata: [String: MetadataValue]) -> Bool {
    if case .string(let name)? = metadata["general.architecture"], name.hasPrefix("bitnet") {
      return true
    }
    return metadata["general.file_type"] == .unsigned(40)
  }

  private static func typeName(_ id: UInt32, _ metadata: [String: MetadataValue]) -> String {
    let isBitNet = isBitNet(metadata)
    let name: String? =
      switch id {
      case 3: "Q4_1"
      case 6: "Q5_0"
      case 7: "Q5_1"
      case 9: "Q8_1"
      case 10: "Q2_K"
      case 11: "Q3_K"
      case 13: "Q5_K"
      case 15: "Q8_K"
      case 16...23, 29: "the IQ family"
      case 37: "I8_S"
      case 38: "TL1"
      case 39: isBitNet ? "TL2" : "MXFP4"
      case 40: "NVFP4"
      case 41: "Q1_0"
      case 42: "Q2_0"
      case 134: "IQ1_BN"
      case 335: "IQ2_BN_R4"
      default: nil
      }
    return name.map { "type \(id) (\($0))" } ?? "the unknown type \(id)"
  }

  private static func mend(_ id: UInt32, _ metadata: [String: MetadataValue]) -> String {
    switch id {
    case 38,
      39 where isBitNet(metadata):
      "its order depends on a table that is not in the file; use the I2_S file of the model"
    case 37, 134, 335: "use the I2_S or TQ2_0 file of the model"
    default: "use a file with F16, BF16, Q8_0, Q6_K, Q4_K or Q4_0"
    }
  }
}
