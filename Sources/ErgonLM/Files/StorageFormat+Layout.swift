extension StorageFormat {
  /// Bytes that a tensor of this shape takes in a file, with the scale that follows I2_S and those
  /// that precede the rows of IQ2_BN; nil where rows are no whole blocks or `Int` cannot count them.
  func byteCount(of shape: [Int]) -> Int? {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      // A weight takes at most eight bytes.
      if overflow || product > Int.max / 16 { return nil }
      count = product
    }
    let columns = shape.last ?? 1
    if self == .packedTrits {
      return shape.count == 2 && shape[0] % 4 == 0 ? count / 4 : nil
    }
    guard columns > 0, columns % block.weights == 0 else { return nil }
    let bytes = count / block.weights * block.bytes
    switch self {
    case .i2_S: return bytes + 4
    case .iq2_BN: return bytes + count / columns * 4
    default: return bytes
    }
  }

  /// The format's name as files and people write it.
  public var name: String {
    switch self {
    case .f32: "F32"
    case .f16: "F16"
    case .q4_0: "Q4_0"
    case .q8_0: "Q8_0"
    case .q4_K: "Q4_K"
    case .q6_K: "Q6_K"
    case .i8: "I8"
    case .i16: "I16"
    case .i32: "I32"
    case .i64: "I64"
    case .f64: "F64"
    case .bf16: "BF16"
    case .tq1_0: "TQ1_0"
    case .tq2_0: "TQ2_0"
    case .i2_S: "I2_S"
    case .iq2_BN: "IQ2_BN"
    case .packedTrits: "packed trits"
    case .bool: "BOOL"
    case .u8: "U8"
    case .u16: "U16"
    case .u32: "U32"
    case .u64: "U64"
    case .f8_E4M3: "F8_E4M3"
    case .f8_E5M2: "F8_E5M2"
    }
  }
}
