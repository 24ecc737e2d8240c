/// How the numbers of a stored tensor are written.
///
/// Raw values are GGUF's type ids; the packed Hugging Face BitNet layout and types that only
/// safetensors files have stand above 1000.
public enum StorageFormat: UInt32, Sendable, Hashable, CaseIterable {
  case f32 = 0
  case f16 = 1
  case q4_0 = 2
  case q8_0 = 8
  case q4_K = 12
  case q6_K = 14
  case i8 = 24
  case i16 = 25
  case i32 = 26
  case i64 = 27
  case f64 = 28
  case bf16 = 30
  case tq1_0 = 34
  case tq2_0 = 35
  /// bitnet.cpp's two bits in flat blocks of 128, one scale after them.
  case i2_S = 36
  /// ik_llama.cpp's two bits, a scale a row.
  case iq2_BN = 135
  /// Four rows a byte, `code = trit + 1`, a scale beside it (`uint8` in safetensors files).
  case packedTrits = 1001
  case bool = 1002
  case u8 = 1003
  case u16 = 1004
  case u32 = 1005
  case u64 = 1006
  case f8_E4M3 = 1007
  case f8_E5M2 = 1008

  /// Weights in a block and bytes of it.
  public var block: (weights: Int, bytes: Int) {
    switch self {
    case .f32, .i32, .u32: (1, 4)
    case .f16, .bf16, .i16, .u16: (1, 2)
    case .i8, .u8, .bool, .f8_E4M3, .f8_E5M2: (1, 1)
    case .i64, .u64, .f64: (1, 8)
    case .q4_0: (32, 18)
    case .q8_0: (32, 34)
    case .q4_K: (256, 144)
    case .q6_K: (256, 210)
    case .tq1_0: (256, 54)
    case .tq2_0: (256, 66)
    case .i2_S: (128, 32)
    case .iq2_BN: (64, 16)
    case .packedTrits: (4, 1)
    }
  }

  /// Whether every weight is -1, 0 or 1 times a scale.
  public var isTernary: Bool {
    switch self {
    case .tq1_0, .tq2_0, .i2_S, .iq2_BN, .packedTrits: true
    default: false
    }
  }

  /// Whether the numbers are weights by themselves; eight-bit floats need scales that stand elsewhere.
  public var isSelfContained: Bool { self != .f8_E4M3 && self != .f8_E5M2 }
}
