import CErgonKernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A binary operation and its meaning, one number at a time.
struct BinaryCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let op: ek_binary_op
  let reference: @Sendable (Double, Double) -> Double

  static let all = [
    BinaryCase(testDescription: "add", op: EK_ADD) { $0 + $1 },
    BinaryCase(testDescription: "subtract", op: EK_SUBTRACT) { $0 - $1 },
    BinaryCase(testDescription: "multiply", op: EK_MULTIPLY) { $0 * $1 },
    BinaryCase(testDescription: "divide", op: EK_DIVIDE) { $0 / $1 },
    BinaryCase(testDescription: "power", op: EK_POWER) { pow($0, $1) },
    BinaryCase(testDescription: "minimum", op: EK_MINIMUM) {
      $0.isNaN || $1.isNaN ? .nan : min($0, $1)
    },
    BinaryCase(testDescription: "maximum", op: EK_MAXIMUM) {
      $0.isNaN || $1.isNaN ? .nan : max($0, $1)
    },
    BinaryCase(testDescription: "atan2", op: EK_ATAN2) { atan2($0, $1) },
    BinaryCase(testDescription: "remainder", op: EK_REMAINDER) {
      let rest = fmod($0, $1)
      return rest != 0 && (rest < 0) != ($1 < 0) ? rest + $1 : rest
    },
  ]
}

/// A strided view of an array, and the naive way to read it.
struct StridedCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let shape: [Int]
  /// Strides and first elements of two operands of up to 4,000 elements.
  let a: [Int]
  let b: [Int]
  var aStart = 0
  var bStart = 0

  static let all = [
    StridedCase(testDescription: "one element", shape: [], a: [], b: []),
    StridedCase(testDescription: "ones", shape: [1, 1], a: [0, 5], b: [3, 0]),
    StridedCase(testDescription: "empty", shape: [3, 0, 2], a: [0, 2, 1], b: [2, 2, 1]),
    StridedCase(testDescription: "contiguous", shape: [5, 7], a: [7, 1], b: [7, 1]),
    StridedCase(testDescription: "a row on the right", shape: [5, 37], a: [37, 1], b: [0, 1]),
    StridedCase(testDescription: "a short row", shape: [50, 3], a: [3, 1], b: [0, 1]),
    StridedCase(testDescription: "a column on the right", shape: [5, 37], a: [37, 1], b: [1, 0]),
    StridedCase(testDescription: "a column on the left", shape: [4, 33], a: [1, 0], b: [33, 1]),
    StridedCase(testDescription: "a number on the left", shape: [6, 6], a: [0, 0], b: [6, 1]),
    StridedCase(testDescription: "both repeat", shape: [3, 4], a: [0, 1], b: [1, 0]),
    StridedCase(testDescription: "transposed", shape: [31, 45], a: [1, 31], b: [45, 1]),
    StridedCase(testDescription: "both transposed", shape: [17, 40], a: [1, 17], b: [1, 17]),
    StridedCase(
      testDescription: "backwards", shape: [3, 19], a: [-19, -1], b: [19, 1], aStart: 56),
    StridedCase(
      testDescription: "a row backwards", shape: [4, 21], a: [21, -1], b: [0, 1], aStart: 20),
    StridedCase(testDescription: "every third", shape: [600], a: [3], b: [1]),
    StridedCase(testDescription: "middle axis", shape: [3, 5, 4], a: [20, 4, 1], b: [0, 1, 0]),
    StridedCase(
      testDescription: "four axes permuted", shape: [2, 3, 4, 5], a: [1, 2, 6, 24],
      b: [60, 20, 5, 1]),
    StridedCase(
      testDescription: "eight axes", shape: [2, 1, 2, 1, 2, 2, 1, 3],
      a: [24, 9, 12, 9, 6, 3, 9, 1], b: [1, 0, 2, 0, 0, 4, 0, 8]),
  ]

  /// The offsets of an operand's elements in row-major order.
  func offsets(_ strides: [Int], from start: Int) -> [Int] {
    var offsets = [start]
    for (size, stride) in zip(shape, strides) {
      offsets = offsets.flatMap { base in (0..<size).map { base + $0 * stride } }
    }
    return offsets
  }
  var aOffsets: [Int] { offsets(a, from: aStart) }
  var bOffsets: [Int] { offsets(b, from: bStart) }
  var count: Int { shape.reduce(1, *) }
}

@Suite("Binary operations")
struct ElementwiseBinaryTests {
  @Test(
    "agree with arithmetic in double precision, flat and with a scalar on either side",
    arguments: BinaryCase.all)
  func flat(operation: BinaryCase) {
    let special: [Float] = KernelSamples.special()
    let left = special.flatMap { x in special.map { _ in x } } + KernelSamples.numbers(1_000)
    let right = special.flatMap { _ in special } + KernelSamples.numbers(1_000, seed: 2)
    // The library's power and arc tangent err by a little more than the rounding.
    let library = operation.op == EK_POWER || operation.op == EK_ATAN2
    func wrong(_ got: [Float], _ wanted: [Double]) -> Int? {
      got.indices.first { unitsApart(got[$0], wanted[$0]) > (library ? 2 : 1) }
    }
    let wanted = zip(left, right).map { operation.reference(Double($0), Double($1)) }
    let scalars: [Float] = [2, -0.5, .infinity, .nan, 0]
    let after = scalars.map { s in left.map { operation.reference(Double($0), Double(s)) } }
    let before = scalars.map { s in left.map { operation.reference(Double(s), Double($0)) } }
    KernelMachine.onEach { isa, _ in
      for length in KernelSamples.lengths {
        var y = [Float](repeating: 7, count: length + 1)
        let offset = length % 3
        left.withUnsafeBufferPointer { a in
          right.withUnsafeBufferPointer { b in
            ek_binary_flat_f32(
              operation.op, length, a.baseAddress! + offset, b.baseAddress! + offset, &y)
          }
        }
        #expect(y[length] == 7)
        let at = wrong(Array(y.dropLast()), Array(wanted[offset..<(offset + length)]))
        #expect(at == nil, "\(isa) \(left[(at ?? 0) + offset]), \(right[(at ?? 0) + offset])")
      }
      for (i, scalar) in scalars.enumerated() {
        var (forward, reversed) = (left, left)  // in place
        ek_binary_scalar_f32(operation.op, false, left.count, left, scalar, &forward)
        reversed.withUnsafeMutableBufferPointer { y in
          ek_binary_scalar_f32(
            operation.op, true, y.count, y.baseAddress!, scalar, y.baseAddress!)
        }
        #expect(wrong(forward, after[i]) == nil, "\(isa) \(scalar)")
        #expect(wrong(reversed, before[i]) == nil, "\(isa) \(scalar)")
      }
    }
  }

  @Test("follow any strides", arguments: StridedCase.all)
  func strided(view: StridedCase) {
    let a: [Double] = KernelSamples.numbers(4_000)
    let b: [Double] = KernelSamples.numbers(4_000, seed: 2)
    let count = view.count
    let (atA, atB) = (view.aOffsets, view.bOffsets)
    let wanted = zip(atA, atB).map { a[$0] - b[$1] }
    let (a32, b32) = (a.map(Float.init), b.map(Float.init))
    let wanted32 = zip(atA, atB).map { a32[$0] - b32[$1] }
    KernelMachine.onEach { isa, _ in
      var y = [Double](repeating: 7, count: count + 1)
      var y32 = [Float](repeating: 7, count: count + 1)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          ek_binary_f64(
            EK_SUBTRACT, view.shape.count, view.shape, view.a, a.baseAddress! + view.aStart,
            view.b, b.baseAddress! + view.bStart, &y)
        }
      }
      a32.withUnsafeBufferPointer { a in
        b32.withUnsafeBufferPointer { b in
          ek_binary_f32(
            EK_SUBTRACT, view.shape.count, view.shape, view.a, a.baseAddress! + view.aStart,
            view.b, b.baseAddress! + view.bStart, &y32)
        }
      }
      #expect(y == wanted + [7], "\(isa)")
      #expect(y32 == wanted32 + [7], "\(isa)")
    }
  }

  @Test("of integers wrap, floor their remainder and give 0 for a division by zero")
  func integers() {
    let values: [Int32] = [0, 1, -1, 2, -2, 7, -7, 100, .max, .min, .max - 1, 12_345, -999]
    let a = values.flatMap { x in values.map { _ in x } }
    let b = values.flatMap { _ in values }
    func reference(_ op: ek_binary_op, _ x: Int32, _ y: Int32) -> Int32 {
      switch op {
      case EK_ADD: return x &+ y
      case EK_SUBTRACT: return x &- y
      case EK_MULTIPLY: return x &* y
      case EK_DIVIDE: return y == 0 ? 0 : x.dividedReportingOverflow(by: y).partialValue
      case EK_MINIMUM: return min(x, y)
      case EK_MAXIMUM: return max(x, y)
      default:
        guard y != 0, y != -1 else { return 0 }
        let rest = x % y
        return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
      }
    }
    for op in [EK_ADD, EK_SUBTRACT, EK_MULTIPLY, EK_DIVIDE, EK_MINIMUM, EK_MAXIMUM, EK_REMAINDER] {
      var y = [Int32](repeating: 7, count: a.count)
      ek_binary_flat_i32(op, a.count, a, b, &y)
      #expect(y == zip(a, b).map { reference(op, $0, $1) }, "\(op)")
      ek_binary_scalar_i32(op, true, a.count, a, -7, &y)
      #expect(y == a.map { reference(op, -7, $0) }, "\(op)")
    }
    var power = [Int32](repeating: 0, count: 6)
    ek_binary_flat_i32(EK_POWER, 6, [2, -3, 0, 1, -1, 5], [10, 3, 0, -4, -3, -1], &power)
    #expect(power == [1_024, -27, 1, 1, -1, 0])
    let bytes: [UInt8] = [200, 100, 3, 0]
    var sum = [UInt8](repeating: 0, count: 4)
    ek_binary_flat_u8(EK_ADD, 4, bytes, [100, 27, 253, 0], &sum)
    #expect(sum == [44, 127, 0, 0])
  }

  @Test("give the same bits for one and two threads")
  func threads() {
    let count = 400_003
    let a: [Float] = KernelSamples.numbers(count)
    let b: [Float] = KernelSamples.numbers(count, seed: 2)
    let column: [Float] = KernelSamples.numbers(1_000, seed: 3)
    var first: [ek_isa.RawValue: [[Float]]] = [:]
    KernelMachine.onEach { isa, _ in
      var flat = a
      ek_binary_flat_f32(EK_DIVIDE, count, a, b, &flat)
      var scalar = a
      ek_binary_scalar_f32(EK_ADD, false, count, a, 3, &scalar)
      var strided = a
      ek_binary_f32(EK_ADD, 2, [1_000, 400], [1, 1_000], a, [1, 0], column, &strided)
      var function = a
      ek_unary_flat_f32(EK_TANH, count, a, &function)
      var view = a
      ek_unary_f32(EK_EXP, 2, [1_000, 400], [1, 1_000], a, &view)
      var axpy = b
      ek_axpy_f32(count, 0.5, a, &axpy)
      let results = [flat, scalar, strided, function, view, axpy]
      let wanted = first[isa.rawValue, default: results]
      #expect(zip(results, wanted).allSatisfy { sameBits($0, $1) }, "\(isa)")
      first[isa.rawValue] = wanted
      #expect(strided[400 * 7 + 9] == a[7 + 9_000] + column[7], "\(isa)")
    }
  }
}
