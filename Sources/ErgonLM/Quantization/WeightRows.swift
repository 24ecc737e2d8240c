import CErgonKernels

/// A stored tensor as floats, row by row, whatever its format.
///
/// ```swift
/// let embedding = try WeightRows(file["token_embd.weight"]!, in: file)   // F16 [128256, 2560]
/// try embedding.read(17..<18, into: row)                                 // row: 2560
/// ```
///
/// - Accuracy: exact but for integers of 32 and 64 bits and F64, which are rounded.
package struct WeightRows: Sendable {
  package let rows: Int
  package let columns: Int

  private let entry: TensorEntry
  private let source: String
  private let content: MappedBytes
  /// Of a ternary tensor that has a scale, or one a row.
  private let ternary: TernaryRows?

  package init(_ entry: TensorEntry, in file: any ModelFile) throws(LMError) {
    self.entry = entry
    rows = entry.rows
    columns = entry.columns
    source = file.source
    guard entry.format.isSelfContained else {
      throw .unsupported(
        source: file.source, what: "tensor '\(entry.name)' of \(entry.format.name)",
        mend: "use a checkpoint in F32, F16 or BF16, or with packed ternary weights")
    }
    content = try file.bytes(of: entry.name)
    switch entry.format {
    case .i2_S, .iq2_BN, .packedTrits: ternary = try TernaryRows(entry, in: file)
    default: ternary = nil
    }
  }

  /// Rows as floats, one after the other.
  package func read(
    _ range: Range<Int>, into out: UnsafeMutablePointer<Float>
  ) throws(LMError) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows, "WeightRows: rows \(range) of \(rows)")
    if range.isEmpty || columns == 0 { return }
    if entry.format.isTernary { return try readTrits(range, into: out) }
    let format = entry.format
    let rowBytes = columns / format.block.weights * format.block.bytes
    let base = content.bytes.baseAddress!
    for row in range {
      let from = base + row * rowBytes
      let to = out + (row - range.lowerBound) * columns
      if let kernel = ek_weight_format(format) {
        ek_dense_decode(kernel, columns, from, to)
        continue
      }
      switch format {
      case .i8: convert(from, Int8.self, to) { Float($0) }
      case .u8, .bool: convert(from, UInt8.self, to) { Float($0) }
      case .u16: convert(from, UInt16.self, to) { Float(UInt16(littleEndian: $0)) }
      case .u32: convert(from, UInt32.self, to) { Float(UInt32(littleEndian: $0)) }
      case .u64: convert(from, UInt64.self, to) { Float(UInt64(littleEndian: $0)) }
      case .i16: convert(from, Int16.self, to) { Float(Int16(littleEndian: $0)) }
      case .i32: convert(from, Int32.self, to) { Float(Int32(littleEndian: $0)) }
      case .i64: convert(from, Int64.self, to) { Float(Int64(littleEndian: $0)) }
      default:
        convert(from, UInt64.self, to) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
      }
    }
  }

  private func convert<T: BitwiseCopyable>(
    _ from: UnsafeRawPointer, _ type: T.Type, _ to: UnsafeMutablePointer<Float>,
    _ body: (T) -> Float
  ) {
    for column in 0..<columns {
      to[column] = body(
        from.loadUnaligned(fromByteOffset: column * MemoryLayout<T>.size, as: T.self))
    }
  }

  private func readTrits(
    _ range: Range<Int>, into out: UnsafeMutablePointer<Float>
  ) throws(LMError) {
    let trits = UnsafeMutablePointer<Int8>.allocate(capacity: columns)
    defer { trits.deallocate() }
    for row in range {
      let to = out + (row - range.lowerBound) * columns
      if let ternary {
        try ternary.read(row..<row + 1, into: trits)
        let scale = ternary.rowScales?[row] ?? ternary.scale
        for column in 0..<columns { to[column] = Float(trits[column]) * scale }
        continue
      }
      // A scale a block.
      let size = entry.format.block.bytes
      let rowBytes = columns / 256 * size
      let from = content.bytes.baseAddress! + row * rowBytes
      guard
        ek_trits_decode(
          ek_trit_format(rawValue: Int32(entry.format.rawValue)), columns,
          from.assumingMemoryBound(to: UInt8.self), trits)
      else {
        throw .malformed(
          source: source, place: "tensor '\(entry.name)'",
          reason: "row \(row) has a code that is none of a trit's")
      }
      for block in 0..<columns / 256 {
        let scale = TernaryRows.float(
          UInt16(
            littleEndian: from.loadUnaligned(
              fromByteOffset: (block + 1) * size - 2, as: UInt16.self)))
        for place in block * 256..<(block + 1) * 256 { to[place] = Float(trits[place]) * scale }
      }
    }
  }
}

extension ek_weight_format {
  /// The format as dense kernels know it; nil where they do not.
  init?(_ format: StorageFormat) {
    switch format {
    case .f32, .f16, .bf16, .q8_0, .q4_0, .q4_K, .q6_K:
      self.init(rawValue: Int32(format.rawValue))
    default: return nil
    }
  }
}
