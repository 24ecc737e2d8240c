import CErgonKernels

@testable import ErgonLM

/// A matrix of rows in a format of floating-point numbers, and random numbers to fill it with.
final class HeadMatrix: @unchecked Sendable {
  let rows: Int
  let columns: Int
  private let bytes: UnsafeMutableRawPointer
  let matrix: ek_dense_matrix

  init(rows: Int, columns: Int, format: ek_weight_format, _ weight: (Int, Int) -> Float) {
    self.rows = rows
    self.columns = columns
    let size = format == EK_WEIGHTS_F32 ? 4 : 2
    bytes = .allocate(byteCount: max(1, rows * columns * size), alignment: 64)
    for row in 0..<rows {
      for column in 0..<columns {
        let place = (row * columns + column) * size
        let value = weight(row, column)
        switch format {
        case EK_WEIGHTS_F16:
          bytes.storeBytes(of: Float16(value), toByteOffset: place, as: Float16.self)
        case EK_WEIGHTS_BF16:
          bytes.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: place, as: UInt16.self)
        default: bytes.storeBytes(of: value, toByteOffset: place, as: Float.self)
        }
      }
    }
    matrix = ek_dense_matrix(
      format: format, rows: rows, columns: columns, weights: bytes, row_bytes: columns * size,
      bias: nil)
  }

  deinit { bytes.deallocate() }
}

/// SplitMix64, so that a test's numbers are its own.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// About normal, of variance 1.
  mutating func normal() -> Float {
    var sum: Float = 0
    for _ in 0..<6 { sum += Float.random(in: -1...1, using: &self) }
    return sum / Float(2).squareRoot()
  }
}

extension HeadCopy {
  /// Calls `body` with bounds of all rows for one hidden state.
  func withBounds<R>(_ hidden: [Float], _ body: (HeadBounds) -> R) -> R {
    let screening = screen(1, hidden)
    return withExtendedLifetime(screening) { body(screening[0]) }
  }
}
