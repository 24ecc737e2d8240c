import CErgonKernels

/// A matrix of weights -1, 0 and 1 times a scale, packed for the processor it is on.
///
/// Models pack their own; this is for those who want the product alone.
///
/// ```swift
/// let matrix = TernaryMatrix(trits: [1, 0, -1, 1], rows: 2, columns: 2, scale: 0.5)
/// matrix.product(codes: [3, 4])                 // [3, 1]: integers, exact
/// matrix.multiply([0.3, 0.4])                   // [0.15, 0.05] to the 8 bits of an activation
/// ```
///
/// - Cost: a product reads 2 bits (``Layout/thirds``: 5/3) a weight and is limited by memory for one
///   token and by the processor's 8-bit dot products from about ten tokens on.
/// - Reference: Wang et al., Fast and Lossless BitNet b1.58 Inference on CPUs, 2024; the layouts are
///   described in `ergon_quantized_kernels.h`.
public struct TernaryMatrix: Sendable {
  /// How weights lie in memory; every layout gives the same results on every processor.
  public enum Layout: Int32, Sendable, Hashable, CaseIterable {
    case rowPlanes, columnPlanes, thirds, neon

    /// The fastest on this processor.
    public static var best: Layout { Layout(rawValue: ek_ternary_best_layout().rawValue)! }

    var kernel: ek_ternary_layout { ek_ternary_layout(rawValue: rawValue) }
  }

  public let rows: Int
  public let columns: Int
  public let scale: Float
  public let layout: Layout
  private let memory: KernelMemory

  /// - Parameter trits: `[rows, columns]`, each -1, 0 or 1, of at most 131,072 columns.
  public init(trits: [Int8], rows: Int, columns: Int, scale: Float, layout: Layout = .best) {
    precondition(
      rows > 0 && columns > 0 && trits.count == rows * columns,
      "TernaryMatrix: \(trits.count) trits for [\(rows), \(columns)]")
    precondition(
      columns <= Int(EK_TERNARY_COLUMNS), "TernaryMatrix: \(columns) columns, over 131,072")
    precondition(trits.allSatisfy { (-1...1).contains($0) }, "TernaryMatrix: a trit is -1, 0 or 1")
    self.rows = rows
    self.columns = columns
    self.scale = scale
    self.layout = layout
    memory = KernelMemory(Int(ek_ternary_bytes(layout.kernel, rows, columns)))
    ek_ternary_pack(layout.kernel, rows, columns, 0, rows, trits, columns, memory.bytes)
  }

  /// The weights without their scale, `[rows, columns]`.
  public var trits: [Int8] {
    [Int8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      ek_ternary_unpack(
        layout.kernel, rows, columns, 0, rows, memory.bytes, buffer.baseAddress!, columns)
      count = rows * columns
    }
  }

  /// The integers of a product, `[tokens, rows]`, from activations `[tokens, columns]`.
  public func product(codes: [Int8]) -> [Int32] {
    let tokens = tokenCount(codes.count)
    return withTokens(tokens) { x in
      for t in 0..<tokens {
        var sum: Int32 = 0
        for k in 0..<columns {
          let code = codes[t * columns + k]
          x.codes[t * x.stride + k] = code
          sum += Int32(code)
        }
        x.factors[t] = 1
        x.sums[t] = sum
      }
      return [Int32](unsafeUninitializedCapacity: tokens * rows) { buffer, count in
        withUnsafePointer(to: kernel) { matrix in
          withUnsafePointer(to: x) {
            ek_ternary_product(matrix, $0, buffer.baseAddress!, rows)
          }
        }
        count = tokens * rows
      }
    }
  }

  /// The product with activations that are rounded to 8 bits, one factor a token; `[tokens, rows]`.
  public func multiply(_ x: [Float]) -> [Float] {
    let tokens = tokenCount(x.count)
    return withTokens(tokens) { quantized in
      withUnsafePointer(to: quantized) { quantized in
        ek_quantize_tokens(x, columns, quantized)
        return [Float](unsafeUninitializedCapacity: tokens * rows) { buffer, count in
          let y = buffer.baseAddress!
          withUnsafePointer(to: kernel) { matrix in
            withUnsafePointer(to: y) { to in
              var stride = rows
              ek_ternary_linear(1, matrix, quantized, false, to, &stride)
            }
          }
          count = tokens * rows
        }
      }
    }
  }

  /// The definition of ``product(codes:)`` in two loops: what every layout is held against.
  public static func plainProduct(
    trits: [Int8], rows: Int, columns: Int, codes: [Int8]
  ) -> [Int32] {
    precondition(
      columns > 0 && trits.count == rows * columns && codes.count % columns == 0,
      "plainProduct: \(trits.count) trits and \(codes.count) codes for [\(rows), \(columns)]")
    return (0..<codes.count / columns * rows).map { index in
      let (token, row) = index.quotientAndRemainder(dividingBy: rows)
      var sum: Int32 = 0
      for k in 0..<columns {
        sum += Int32(trits[row * columns + k]) * Int32(codes[token * columns + k])
      }
      return sum
    }
  }

  private var kernel: ek_ternary_matrix {
    ek_ternary_matrix(
      layout: layout.kernel, rows: rows, columns: columns, packed: memory.bytes, scale: scale,
      row_scales: nil)
  }

  private func tokenCount(_ count: Int) -> Int {
    precondition(
      count > 0 && count % columns == 0,
      "TernaryMatrix: \(count) activations for rows of \(columns)")
    return count / columns
  }

  /// Room for some tokens' activations, all zero.
  private func withTokens<R>(_ tokens: Int, _ body: (ek_int8_tokens) -> R) -> R {
    let stride = (columns + 63) & ~63
    let codes = KernelMemory(tokens * stride)
    codes.bytes.update(repeating: 0, count: tokens * stride)
    var factors = [Float](repeating: 1, count: tokens)
    var sums = [Int32](repeating: 0, count: tokens)
    return factors.withUnsafeMutableBufferPointer { factors in
      sums.withUnsafeMutableBufferPointer { sums in
        withExtendedLifetime(codes) {
          codes.bytes.withMemoryRebound(to: Int8.self, capacity: tokens * stride) {
            body(
              ek_int8_tokens(
                tokens: tokens, columns: columns, stride: stride, codes: $0,
                factors: factors.baseAddress!, sums: sums.baseAddress!))
          }
        }
      }
    }
  }
}

/// Memory of the kernels, given back when nobody has it any more.
private final class KernelMemory: @unchecked Sendable {
  // Written while it is new, read afterwards.
  let bytes: UnsafeMutablePointer<UInt8>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    bytes = ek_allocate(count).assumingMemoryBound(to: UInt8.self)
  }

  deinit { ek_deallocate(bytes, count) }
}
