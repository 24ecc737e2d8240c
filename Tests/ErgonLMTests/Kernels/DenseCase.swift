import CErgonKernels

/// A matrix in one of the weight formats with what its weights are, decoded here by the formats'
/// published layouts.
struct DenseCase {
  var format: ek_weight_format
  var rows: Int
  var columns: Int
  var rowBytes: Int
  /// The rows, two bytes behind the buffer's start so that no row is aligned to more than that.
  var storage: [UInt8]
  var weights: [Double]

  static let formats = [
    EK_WEIGHTS_F32, EK_WEIGHTS_F16, EK_WEIGHTS_BF16, EK_WEIGHTS_Q4_0, EK_WEIGHTS_Q8_0,
    EK_WEIGHTS_Q4_K, EK_WEIGHTS_Q6_K,
  ]

  /// Columns and bytes of a block.
  static func block(_ format: ek_weight_format) -> (columns: Int, bytes: Int) {
    switch format {
    case EK_WEIGHTS_F32: (1, 4)
    case EK_WEIGHTS_Q4_0: (32, 18)
    case EK_WEIGHTS_Q8_0: (32, 34)
    case EK_WEIGHTS_Q4_K: (256, 144)
    case EK_WEIGHTS_Q6_K: (256, 210)
    default: (1, 2)
    }
  }

  static func isQuantized(_ format: ek_weight_format) -> Bool { block(format).columns > 1 }

  /// Widths that exercise whole vectors, their ends and several blocks.
  static func widths(_ format: ek_weight_format) -> [Int] {
    switch block(format).columns {
    case 1: [1, 7, 16, 33, 100, 1057]
    case 32: [32, 96, 256, 288, 800]
    default: [256, 768]
    }
  }

  init(_ format: ek_weight_format, rows: Int, columns: Int, seed: Int = 1) {
    self.format = format
    self.rows = rows
    self.columns = columns
    let block = Self.block(format)
    rowBytes = columns / block.columns * block.bytes
    var numbers = TernarySamples(seed + columns * 131 + rows)
    storage = [0, 0]
    weights = []
    for _ in 0..<(rows * columns / block.columns) {
      let bytes = Self.randomBlock(format, &numbers)
      storage += bytes
      weights += Self.decode(format, bytes)
    }
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func half(_ value: Float) -> [UInt8] { bytes(Float16(value).bitPattern) }

  private static func randomBlock(
    _ format: ek_weight_format, _ numbers: inout TernarySamples
  ) -> [UInt8] {
    func codes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next() >> 3) }
    }
    let scale = half(numbers.numbers(1)[0] * 0.05), minimum = half(numbers.numbers(1)[0] * 0.05)
    switch format {
    case EK_WEIGHTS_F32: return bytes(numbers.numbers(1)[0].bitPattern)
    case EK_WEIGHTS_F16: return half(numbers.numbers(1)[0])
    case EK_WEIGHTS_BF16:
      return bytes(UInt16(truncatingIfNeeded: numbers.numbers(1)[0].bitPattern >> 16))
    case EK_WEIGHTS_Q4_0: return scale + codes(16)
    case EK_WEIGHTS_Q8_0: return scale + codes(32)
    case EK_WEIGHTS_Q4_K: return scale + minimum + codes(140)
    default: return codes(208) + scale
    }
  }

  private static func half(_ bytes: [UInt8], at: Int) -> Double {
    Double(Float16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8))
  }

  /// The weights of one block.
  static func decode(_ format: ek_weight_format, _ b: [UInt8]) -> [Double] {
    switch format {
    case EK_WEIGHTS_F32:
      let bits = b.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return [Double(Float(bitPattern: bits))]
    case EK_WEIGHTS_F16: return [half(b, at: 0)]
    case EK_WEIGHTS_BF16:
      return [Double(Float(bitPattern: UInt32(b[1]) << 24 | UInt32(b[0]) << 16))]
    case EK_WEIGHTS_Q4_0:
      return (0..<32).map { j in
        let byte = Int(b[2 + j % 16])
        return half(b, at: 0) * Double((j < 16 ? byte & 15 : byte >> 4) - 8)
      }
    case EK_WEIGHTS_Q8_0:
      return (0..<32).map { half(b, at: 0) * Double(Int8(bitPattern: b[2 + $0])) }
    case EK_WEIGHTS_Q4_K:
      return (0..<256).map { j in
        let s = b[4..<16].map { Int($0) }, i = j / 32
        let scale = i < 4 ? s[i] & 63 : (s[i + 4] & 15) | (s[i - 4] >> 6) << 4
        let minimum = i < 4 ? s[i + 4] & 63 : (s[i + 4] >> 4) | (s[i] >> 6) << 4
        let byte = Int(b[16 + j / 64 * 32 + j % 32])
        let code = j % 64 < 32 ? byte & 15 : byte >> 4
        return half(b, at: 0) * Double(scale * code) - half(b, at: 2) * Double(minimum)
      }
    default:
      return (0..<256).map { j in
        let part = j / 128, quarter = j % 128 / 32, l = j % 32
        let low = Int(b[part * 64 + quarter % 2 * 32 + l]) >> (quarter / 2 * 4) & 15
        let high = Int(b[128 + part * 32 + l]) >> (quarter * 2) & 3
        let scale = Int(Int8(bitPattern: b[192 + part * 8 + quarter * 2 + l / 16]))
        return half(b, at: 208) * Double(scale * ((low | high << 4) - 32))
      }
    }
  }

  /// Calls `body` with the matrix as the kernels take it.
  func withMatrix(bias: [Float]? = nil, _ body: (ek_dense_matrix) -> Void) {
    storage.withUnsafeBytes { bytes in
      func call(_ bias: UnsafePointer<Float>?) {
        body(
          ek_dense_matrix(
            format: format, rows: rows, columns: columns, weights: bytes.baseAddress! + 2,
            row_bytes: rowBytes, bias: bias))
      }
      if let bias { bias.withUnsafeBufferPointer { call($0.baseAddress) } } else { call(nil) }
    }
  }

  /// y [tokens, rows] by the kernel.
  func product(
    _ x: [Float], tokens: Int, bias: [Float]? = nil, addedTo before: [Float]? = nil
  ) -> [Float] {
    var y = before ?? [Float](repeating: .nan, count: tokens * rows)
    withMatrix(bias: bias) { matrix in
      y.withUnsafeMutableBufferPointer { y in
        withUnsafePointer(to: matrix) { matrix in
          ek_dense_linear(
            1, matrix, tokens, x, columns, before != nil, [y.baseAddress!], [rows])
        }
      }
    }
    return y
  }

  /// What a token's codes stand for: int8 in blocks of 32 for quantised weights.
  func seen(_ x: [Float]) -> [Double] {
    guard Self.isQuantized(format) else { return x.map(Double.init) }
    return stride(from: 0, to: x.count, by: 32).flatMap { start -> [Double] in
      let block = x[start..<start + 32], most = block.map(abs).max()!
      return block.map { Double(($0 * (127 / most)).rounded(.toNearestOrEven) * (most / 127)) }
    }
  }

  /// Rows times tokens in double precision, and the sums of the products' sizes.
  func expected(_ x: [Float], tokens: Int) -> (sums: [Double], sizes: [Double]) {
    let x = seen(x)
    var sums: [Double] = [], sizes: [Double] = []
    for t in 0..<tokens {
      for r in 0..<rows {
        var sum = 0.0, size = 0.0
        for k in 0..<columns {
          let product = weights[r * columns + k] * x[t * columns + k]
          sum += product
          size += abs(product)
        }
        sums.append(sum)
        sizes.append(size)
      }
    }
    return (sums, sizes)
  }
}
