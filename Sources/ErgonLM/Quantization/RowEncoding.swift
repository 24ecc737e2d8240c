import CErgonKernels

/// Writes rows of floats in a format of blocks.
///
/// A row is written by itself, so that rows may be written in any order and at once.
///
/// - Accuracy: F16, BF16, Q8_0 and Q4_0 round to nearest; Q4_K and Q6_K look for the scales of least
///   squared error, in which large weights count more.
package struct RowEncoding: Sendable {
  package let format: StorageFormat
  package let columns: Int
  package var rowBytes: Int { columns / format.block.weights * format.block.bytes }

  /// Formats that this writes.
  package static let formats: Set<StorageFormat> = [.f32, .f16, .bf16, .q8_0, .q4_0, .q4_K, .q6_K]

  /// - Precondition: the format is among ``formats``, and a row is whole blocks of it.
  package init(_ format: StorageFormat, columns: Int) {
    precondition(
      Self.formats.contains(format), "RowEncoding: no rows are written as \(format.name)")
    precondition(
      columns % format.block.weights == 0,
      "RowEncoding: rows of \(columns) in blocks of \(format.block.weights)")
    self.format = format
    self.columns = columns
  }

  package func encode(_ row: UnsafePointer<Float>, into out: UnsafeMutableRawPointer) {
    switch format {
    case .f32: out.copyMemory(from: row, byteCount: 4 * columns)
    case .f16: ek_f32_to_f16(columns, row, out.assumingMemoryBound(to: UInt16.self))
    case .bf16: ek_f32_to_bf16(columns, row, out.assumingMemoryBound(to: UInt16.self))
    default:
      let bytes = out.assumingMemoryBound(to: UInt8.self)
      for block in 0..<columns / format.block.weights {
        let from = row + block * format.block.weights
        let to = bytes + block * format.block.bytes
        switch format {
        case .q8_0: Self.q8(from, to)
        case .q4_0: Self.q4(from, to)
        case .q4_K: KBlocks.q4(from, to)
        default: KBlocks.q6(from, to)
        }
      }
    }
  }

  /// 32 weights: the scale as half precision, 32 bytes.
  private static func q8(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<UInt8>) {
    var greatest: Float = 0
    for i in 0..<32 { greatest = max(greatest, abs(x[i])) }
    let scale = greatest / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    store(scale, out)
    for i in 0..<32 {
      out[2 + i] = UInt8(bitPattern: Int8(code(x[i] * inverse, -127...127)))
    }
  }

  /// 32 weights: the scale as half precision, 16 bytes of two codes each, 8 above the weight's.
  private static func q4(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<UInt8>) {
    // The weight of greatest magnitude gets the code -8, which has no opposite.
    var greatest: Float = 0
    for i in 0..<32 where abs(x[i]) > abs(greatest) { greatest = x[i] }
    let scale = greatest / -8
    let inverse = scale == 0 ? 0 : 1 / scale
    store(scale, out)
    func code(_ value: Float) -> UInt8 { UInt8(max(0, min(15, value * inverse + 8.5))) }
    for i in 0..<16 { out[2 + i] = code(x[i]) | code(x[16 + i]) << 4 }
  }

  /// The nearest whole number in a range; 0 of what is no number.
  static func code(_ value: Float, _ range: ClosedRange<Float>) -> Int {
    guard value == value else { return 0 }
    return Int(
      min(max(value.rounded(.toNearestOrAwayFromZero), range.lowerBound), range.upperBound))
  }

  /// A float's nearest half-precision number as two bytes, and what it reads back as.
  @discardableResult
  static func store(_ value: Float, _ out: UnsafeMutablePointer<UInt8>) -> Float {
    var bits: UInt16 = 0
    withUnsafePointer(to: value) { ek_f32_to_f16(1, $0, &bits) }
    out[0] = UInt8(truncatingIfNeeded: bits)
    out[1] = UInt8(truncatingIfNeeded: bits >> 8)
    return TernaryRows.float(bits)
  }
}
