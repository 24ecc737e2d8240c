/// Writes rows of trits in a ternary format.
package struct TritEncoding: Sendable {
  package let format: StorageFormat
  package let columns: Int
  /// Bytes of a row; scales that follow a whole matrix are none of them.
  package var rowBytes: Int { columns / format.block.weights * format.block.bytes }

  /// Formats that this writes row by row; packed trits share bytes between rows.
  package static let formats: Set<StorageFormat> = [.tq1_0, .tq2_0, .i2_S]

  /// - Precondition: the format is among ``formats``, and a row is whole blocks of it.
  package init(_ format: StorageFormat, columns: Int) {
    precondition(
      Self.formats.contains(format), "TritEncoding: no trits are written as \(format.name)")
    precondition(
      columns % format.block.weights == 0,
      "TritEncoding: rows of \(columns) in blocks of \(format.block.weights)")
    self.format = format
    self.columns = columns
  }

  /// - Parameter scale: What a trit is worth; formats of blocks keep it, as half precision, in each
  ///   that is not zero.
  package func encode(
    _ trits: UnsafePointer<Int8>, scale: Float, into out: UnsafeMutablePointer<UInt8>
  ) {
    switch format {
    case .i2_S:
      for block in 0..<columns / 128 {
        Self.quarters(trits + 128 * block, [6, 4, 2, 0], out + 32 * block)
      }
    case .tq2_0:
      for block in 0..<columns / 256 {
        let (from, to) = (trits + 256 * block, out + 66 * block)
        Self.quarters(from, [0, 2, 4, 6], to)
        Self.quarters(from + 128, [0, 2, 4, 6], to + 32)
        Self.store(scale, of: from, to + 64)
      }
    default:
      for block in 0..<columns / 256 {
        let (from, to) = (trits + 256 * block, out + 54 * block)
        Self.fifths(from, width: 32, digits: 5, to)
        Self.fifths(from + 160, width: 16, digits: 5, to + 32)
        Self.fifths(from + 240, width: 4, digits: 4, to + 48)
        Self.store(scale, of: from, to + 52)
      }
    }
  }

  /// 128 trits in 32 bytes, each quarter at its bit.
  private static func quarters(
    _ trits: UnsafePointer<Int8>, _ bits: SIMD4<UInt8>, _ out: UnsafeMutablePointer<UInt8>
  ) {
    for m in 0..<32 {
      var byte: UInt8 = 0
      for quarter in 0..<4 {
        byte |= UInt8(bitPattern: trits[32 * quarter + m] + 1) << bits[quarter]
      }
      out[m] = byte
    }
  }

  /// Bytes of up to five trits: v / 243 as a fraction of 256, rounded up.
  private static func fifths(
    _ trits: UnsafePointer<Int8>, width: Int, digits: Int, _ out: UnsafeMutablePointer<UInt8>
  ) {
    for m in 0..<width {
      var value = 0
      for n in 0..<digits { value = 3 * value + Int(trits[width * n + m] + 1) }
      if digits == 4 { value *= 3 }
      out[m] = UInt8((256 * value + 242) / 243)
    }
  }

  private static func store(
    _ scale: Float, of trits: UnsafePointer<Int8>, _ out: UnsafeMutablePointer<UInt8>
  ) {
    var isZero = true
    for i in 0..<256 where trits[i] != 0 { isZero = false }
    RowEncoding.store(isZero ? 0 : scale, out)
  }
}
