import CErgonKernels
import ErgonTensor

/// The trits of a stored matrix, row by row, and what they are worth: its weights are
/// `trit * scale`, or `trit * rowScales[row]`.
///
/// ```swift
/// let matrix = try TernaryRows(file["blk.0.ffn_up.weight"]!, in: file)   // I2_S [6912, 2560]
/// try matrix.read(0..<64, into: trits)                                   // trits: 64 * 2560
/// ```
///
/// - Cost: reading writes a byte a weight, more than 10 G a second from I2_S in one thread.
package struct TernaryRows: Sendable {
  package let rows: Int
  package let columns: Int
  /// A trit's worth in the matrix; 1 where ``rowScales`` say it.
  package private(set) var scale: Float = 1
  /// Instead of it, a row's.
  package private(set) var rowScales: [Float]?

  private let entry: TensorEntry
  private let source: String
  private let content: MappedBytes
  private let rowBytes: Int

  /// - Throws: ``LMError``, also where blocks of a row have scales of their own: such a matrix is
  ///   to be read as numbers.
  package init(_ entry: TensorEntry, in file: any ModelFile) throws(LMError) {
    precondition(entry.format.isTernary, "TernaryRows: \(entry.format.name) is no ternary format")
    self.entry = entry
    source = file.source
    rows = entry.rows
    columns = entry.columns
    content = try file.bytes(of: entry.name)
    switch entry.format {
    case .iq2_BN:
      rowBytes = columns / 4 + 4
      rowScales = try (0..<rows).map { (row) throws(LMError) in
        try finite(content.bytes.loadUnaligned(fromByteOffset: row * rowBytes, as: Float.self))
      }
    case .i2_S:
      rowBytes = columns / 4
      scale = try finite(
        content.bytes.loadUnaligned(fromByteOffset: rows * rowBytes, as: Float.self))
    case .packedTrits:
      rowBytes = columns
      scale = try Self.packedScale(entry, in: file)
    default:
      rowBytes = columns / 256 * entry.format.block.bytes
      (scale, rowScales) = try blockScales()
    }
  }

  /// The matrix, or nil where blocks of a row have scales of their own.
  static func sharingScales(
    _ entry: TensorEntry, in file: any ModelFile
  ) throws(LMError) -> TernaryRows? {
    do {
      return try TernaryRows(entry, in: file)
    } catch .unsupported where entry.format == .tq1_0 || entry.format == .tq2_0 {
      return nil
    }
  }

  /// Trits of some rows, one row after the other.
  ///
  /// - Throws: ``LMError/malformed(source:place:reason:)`` where a code is none of a trit's.
  package func read(
    _ range: Range<Int>, into trits: UnsafeMutablePointer<Int8>
  ) throws(LMError) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows,
      "TernaryRows: rows \(range) of \(rows)")
    let start = content.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    for row in range {
      let to = trits + (row - range.lowerBound) * columns
      let isValid: Bool
      switch entry.format {
      case .packedTrits:
        // Rows r, r + rows / 4, … share bytes.
        let (plane, shared) = row.quotientAndRemainder(dividingBy: rows / 4)
        isValid = ek_trits_decode_plane(columns, Int32(plane), start + shared * rowBytes, to)
      case .iq2_BN:
        isValid = ek_trits_decode(EK_TRITS_IQ2_BN, columns, start + row * rowBytes + 4, to)
      default:
        isValid = ek_trits_decode(
          ek_trit_format(rawValue: Int32(entry.format.rawValue)), columns, start + row * rowBytes,
          to)
      }
      if !isValid { throw fault("row \(row) has a code that is none of a trit's") }
    }
  }

  private func fault(_ reason: String) -> LMError {
    .malformed(source: source, place: "tensor '\(entry.name)'", reason: reason)
  }

  private func finite(_ scale: Float) throws(LMError) -> Float {
    guard scale.isFinite else { throw fault("its scale is not a finite number") }
    return scale
  }

  // MARK: Scales

  /// The scale of a packed matrix, in the convention that the configuration names: newer layers
  /// (`autobitlinear`) multiply by it, older ones divide.
  private static func packedScale(
    _ entry: TensorEntry, in file: any ModelFile
  ) throws(LMError) -> Float {
    let name = entry.name + "_scale"
    guard let stored = file[name] else { throw file.noTensor(name) }
    guard stored.count == 1 else {
      throw .unsupported(
        source: file.source, what: "tensor '\(name)' of \(stored.count) scales",
        mend: "use a checkpoint with one scale a matrix")
    }
    var value: Float = 0
    try WeightRows(stored, in: file).read(0..<1, into: &value)
    let multiplies =
      file.metadata["config.quantization_config.linear_class"] == .string("autobitlinear")
    let scale = multiplies ? value : 1 / value
    guard scale.isFinite else {
      throw .malformed(
        source: file.source, place: "tensor '\(name)'", reason: "the scale \(value) is none")
    }
    return scale
  }

  /// The one scale of all blocks, or one a row; blocks of scale zero are zero under any.
  private func blockScales() throws(LMError) -> (Float, [Float]?) {
    let (count, size) = (columns / 256, entry.format.block.bytes)
    let base = content.bytes.baseAddress!
    let (rows, rowBytes) = (rows, rowBytes)
    // Bits of a row's scale, 0 of a row of zeros, 0x7E00 (no number) where blocks differ.
    let found = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: rows)
    defer { found.deallocate() }
    nonisolated(unsafe) let place = (base: base, found: found)
    parallelLoop(rows, grain: max(1, 4096 / max(count, 1))) { part in
      for row in part {
        var bits: UInt16 = 0
        for block in 0..<count {
          let here = UInt16(
            littleEndian: place.base.loadUnaligned(
              fromByteOffset: row * rowBytes + (block + 1) * size - 2, as: UInt16.self))
          if here & 0x7FFF == 0 || here == bits { continue }
          bits = bits == 0 ? here : 0x7E00
        }
        place.found[row] = bits
      }
    }
    var whole: UInt16 = 0
    var isWhole = true
    for bits in found where bits != 0 {
      if bits & 0x7C00 == 0x7C00 {
        if bits & 0x7FFF != 0x7E00 { throw fault("the scale of a block is not a finite number") }
        throw .unsupported(
          source: source,
          what: "tensor '\(entry.name)' of \(entry.format.name) whose blocks have "
            + "scales of their own as a ternary matrix", mend: "use it as numbers, or its I2_S file"
        )
      }
      if whole != 0 && bits != whole { isWhole = false }
      whole = bits
    }
    if isWhole { return (Self.float(whole), nil) }
    return (1, found.map(Self.float))
  }

  static func float(_ half: UInt16) -> Float {
    var value: Float = 0
    withUnsafePointer(to: half) { ek_f16_to_f32(1, $0, &value) }
    return value
  }
}
