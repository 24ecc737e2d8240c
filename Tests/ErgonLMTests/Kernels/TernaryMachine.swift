import CErgonKernels
import Synchronization

/// The instructions, layouts and thread counts that ternary kernels are tried on.
///
/// Instructions are chosen for the test's own thread; the number of threads is the process's, so one
/// test at a time may change it.
enum TernaryMachine {
  private static let turn = Mutex(())

  static let layouts = [
    EK_TERNARY_ROW_PLANES, EK_TERNARY_COLUMN_PLANES, EK_TERNARY_THIRDS, EK_TERNARY_NEON,
  ]

  /// The dot-product instruction sets of this machine.
  static let dotSets: [ek_dot_isa] = {
    defer { ek_follow_dot_isa() }
    return (EK_DOT_SCALAR.rawValue...EK_DOT_NEON_I8MM.rawValue)
      .map { ek_dot_isa(rawValue: $0) }.filter { ek_use_dot_isa_here($0) }
  }()

  /// The vector instruction sets of this machine.
  static let vectorSets: [ek_isa] = {
    defer { ek_follow_isa() }
    return [EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_NEON].filter { ek_use_isa_here($0) }
  }()

  /// Runs `body` once for every set of dot-product instructions and for one and two threads.
  static func onEachDotSet(_ body: (ek_dot_isa, _ threads: Int32) -> Void) {
    onThreads { threads in
      defer { ek_follow_dot_isa() }
      for isa in dotSets {
        _ = ek_use_dot_isa_here(isa)
        body(isa, threads)
      }
    }
  }

  /// Runs `body` once for every set of vector instructions and for one and two threads.
  static func onEachVectorSet(_ body: (ek_isa, _ threads: Int32) -> Void) {
    onThreads { threads in
      defer { ek_follow_isa() }
      for isa in vectorSets {
        _ = ek_use_isa_here(isa)
        body(isa, threads)
      }
    }
  }

  /// Runs `body` on one and on two threads.
  static func onThreads(_ body: (Int32) -> Void) {
    turn.withLock { _ in
      let before = ek_threads()
      defer { ek_set_threads(before) }
      for threads: Int32 in [1, 2] {
        ek_set_threads(threads)
        body(threads)
      }
    }
  }
}

/// Numbers that look random, the same every time.
struct TernarySamples {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 32)
  }

  mutating func trits(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(next() % 3) - 1 } }

  mutating func codes(_ count: Int) -> [Int8] {
    (0..<count).map { _ in Int8(truncatingIfNeeded: next()) }
  }

  /// Between -scale and scale.
  mutating func numbers(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in Float(Int32(bitPattern: next())) / 0x1p31 * scale }
  }
}

/// A matrix of trits and its packed form.
final class PackedTrits {
  let rows: Int
  let columns: Int
  let trits: [Int8]
  private let packed: UnsafeMutableRawPointer
  private let bytes: Int
  private let rowScales: UnsafeMutablePointer<Float>?
  let matrix: ek_ternary_matrix

  init(
    _ layout: ek_ternary_layout, rows: Int, columns: Int, _ trits: [Int8], scale: Float = 1,
    rowScales: [Float]? = nil
  ) {
    self.rows = rows
    self.columns = columns
    self.trits = trits
    bytes = ek_ternary_bytes(layout, rows, columns)
    packed = ek_allocate(bytes)
    let start = packed.assumingMemoryBound(to: UInt8.self)
    ek_ternary_pack(layout, rows, columns, 0, rows, trits, columns, start)
    if let rowScales {
      self.rowScales = .allocate(capacity: rows)
      self.rowScales!.initialize(from: rowScales, count: rows)
    } else {
      self.rowScales = nil
    }
    matrix = ek_ternary_matrix(
      layout: layout, rows: rows, columns: columns, packed: start, scale: scale,
      row_scales: self.rowScales)
  }

  deinit {
    ek_deallocate(packed, bytes)
    rowScales?.deallocate()
  }
}

/// Tokens as int8 in memory of their own, as the kernels want them: aligned, and zeros after each.
final class TokenCodes {
  let count: Int
  let columns: Int
  let stride: Int
  private let codes: UnsafeMutablePointer<Int8>
  private let factors: UnsafeMutablePointer<Float>
  private let sums: UnsafeMutablePointer<Int32>

  /// Room for `count` tokens, filled with what no kernel leaves.
  init(count: Int, columns: Int) {
    self.count = count
    self.columns = columns
    stride = (columns + 63) / 64 * 64
    codes = ek_allocate(max(1, count * stride)).assumingMemoryBound(to: Int8.self)
    codes.initialize(repeating: 77, count: count * stride)
    factors = .allocate(capacity: max(1, count))
    factors.initialize(repeating: -1, count: count)
    sums = .allocate(capacity: max(1, count))
    sums.initialize(repeating: -1, count: count)
  }

  /// Tokens whose codes are given, one after the other.
  convenience init(columns: Int, _ codes: [Int8], factors: [Float]? = nil) {
    self.init(count: codes.count / columns, columns: columns)
    for t in 0..<count {
      let token = codes[t * columns..<(t + 1) * columns]
      self.codes.advanced(by: t * stride).update(repeating: 0, count: stride)
      for (k, code) in token.enumerated() { self.codes[t * stride + k] = code }
      self.factors[t] = factors?[t] ?? 1
      self.sums[t] = token.reduce(0) { $0 + Int32($1) }
    }
  }

  deinit {
    ek_deallocate(codes, max(1, count * stride))
    factors.deallocate()
    sums.deallocate()
  }

  /// Tokens first ..< first + count of these.
  func view(_ first: Int = 0, count: Int? = nil) -> ek_int8_tokens {
    ek_int8_tokens(
      tokens: count ?? self.count, columns: columns, stride: stride, codes: codes + first * stride,
      factors: factors + first, sums: sums + first)
  }

  func codes(ofToken t: Int) -> [Int8] {
    Array(UnsafeBufferPointer(start: codes + t * stride, count: stride))
  }
  func factor(ofToken t: Int) -> Float { factors[t] }
  func sum(ofToken t: Int) -> Int32 { sums[t] }
}

/// sum_k w[r, k] codes[t, k] for each token and row, by its definition.
func ternaryProduct(_ trits: [Int8], rows: Int, columns: Int, _ codes: [Int8]) -> [Int32] {
  let tokens = codes.count / columns
  return [Int32](unsafeUninitializedCapacity: tokens * rows) { y, count in
    trits.withUnsafeBufferPointer { w in
      codes.withUnsafeBufferPointer { a in
        for t in 0..<tokens {
          for r in 0..<rows {
            var sum: Int32 = 0
            var k = 0
            while k < columns {
              sum &+= Int32(w[r &* columns &+ k]) &* Int32(a[t &* columns &+ k])
              k &+= 1
            }
            y[t * rows + r] = sum
          }
        }
      }
    }
    count = tokens * rows
  }
}
