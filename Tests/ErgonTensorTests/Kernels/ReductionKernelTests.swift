import CErgonKernels
import Testing

@Suite("Reductions")
struct ReductionKernelTests {
  static let ops = [EK_SUM, EK_PRODUCT, EK_MIN, EK_MAX, EK_SUM_OF_SQUARES]
  /// Outer, length and inner sizes: lines, columns, none of either, and enough to share.
  static let shapes = [
    [1, 0, 1], [3, 0, 4], [1, 1, 1], [0, 3, 2], [2, 3, 1], [1, 17, 1], [5, 33, 1], [2, 7, 3],
    [1, 130, 16], [3, 129, 17], [1, 300, 70], [2, 5, 200], [1, 5_003, 1], [140, 1_001, 1],
    [1, 140_003, 1], [1, 1_501, 101], [1, 3, 50_003], [20, 7, 1_003], [1, 50_001, 3],
  ]

  /// The step of a reduction in double precision, a NaN on either side winning.
  static func step(_ op: ek_reduce_op, _ sum: Double, _ x: Double) -> Double {
    switch op {
    case EK_SUM: sum + x
    case EK_PRODUCT: sum * x
    case EK_MIN: sum.isNaN || x.isNaN ? .nan : min(sum, x)
    case EK_MAX: sum.isNaN || x.isNaN ? .nan : max(sum, x)
    default: sum + x * x
    }
  }
  static func start(_ op: ek_reduce_op) -> Double {
    op == EK_PRODUCT ? 1 : op == EK_MIN ? .infinity : op == EK_MAX ? -.infinity : 0
  }

  private func reduced(_ op: ek_reduce_op, _ shape: [Int], _ x: [Double]) -> [Double] {
    var y = [Double](repeating: Self.start(op), count: shape[0] * shape[2])
    for o in 0..<shape[0] {
      for j in 0..<shape[1] {
        for i in 0..<shape[2] {
          let at = o * shape[2] + i
          y[at] = Self.step(op, y[at], x[(o * shape[1] + j) * shape[2] + i])
        }
      }
    }
    return y
  }

  @Test("agree with loops in double precision", arguments: shapes)
  func agree(shape: [Int]) {
    let count = shape.reduce(1, *)
    // Near 1, so that long products stay in range.
    let x: [Float] = KernelSamples.numbers(count, range: 0.01).map { 1 + $0 }
    let doubles = x.map { Double($0) }
    for op in Self.ops {
      let wanted = reduced(op, shape, doubles)
      let products = op == EK_PRODUCT ? 1e-4 : 2e-6
      KernelMachine.onEach { isa, threads in
        var y = [Float](repeating: 7, count: wanted.count + 1)
        ek_reduce_f32(op, shape[0], shape[1], shape[2], x, &y)
        #expect(y.removeLast() == 7)
        let relative = zip(y, wanted).allSatisfy {
          Double($0) == $1 || abs(Double($0) - $1) <= products * abs($1)
        }
        #expect(relative, "\(isa) \(threads) \(op)")
        var y64 = [Double](repeating: 7, count: wanted.count)
        ek_reduce_f64(op, shape[0], shape[1], shape[2], doubles, &y64)
        #expect(firstDifference(y64, wanted, tolerance: 1e-12) == nil, "\(isa) \(op)")
      }
    }
  }

  @Test("of many equal numbers lose almost nothing")
  func accuracy() {
    let count = 1_000_000
    let x = [Float](repeating: 0.1, count: count)
    let wanted = Double(Float(0.1)) * Double(count)
    KernelMachine.onEach { isa, _ in
      var line: Float = 0
      ek_reduce_f32(EK_SUM, 1, count, 1, x, &line)
      #expect(unitsApart(line, wanted) <= 16, "\(isa) \(line)")
      var columns = [Float](repeating: 0, count: 2)
      ek_reduce_f32(EK_SUM, 1, count / 2, 2, x, &columns)
      #expect(unitsApart(columns[0], wanted / 2) <= 16, "\(isa) \(columns)")
      #expect(unitsApart(ek_dot_f32(count, x, x), wanted * Double(Float(0.1))) <= 16, "\(isa)")
    }
  }

  @Test("carry NaN and infinities wherever they stand")
  func special() {
    for length in KernelSamples.lengths where length > 0 {
      for place in [0, length / 2, length - 1] {
        var x: [Float] = KernelSamples.numbers(length * 3)
        x[place] = .nan  // in the line of 3 * length, and in column place % 3
        KernelMachine.onEach { isa, _ in
          for op in Self.ops {
            var line: Float = 0
            ek_reduce_f32(op, 1, length * 3, 1, x, &line)
            #expect(line.isNaN, "\(isa) \(op) \(length) \(place)")
            var columns = [Float](repeating: 0, count: 3)
            ek_reduce_f32(op, 1, length, 3, x, &columns)
            #expect((0..<3).allSatisfy { columns[$0].isNaN == ($0 == place % 3) }, "\(isa) \(op)")
          }
        }
      }
    }
  }

  @Test("of integers wrap")
  func integers() {
    let x: [Int32] = [.max, 1, 5, -3, 2, 2]
    var y = [Int32](repeating: 0, count: 2)
    ek_reduce_i32(EK_SUM, 2, 3, 1, x, &y)
    #expect(y == [.min + 5, 1])
    ek_reduce_i32(EK_MIN, 1, 3, 2, x, &y)
    #expect(y == [2, -3])
    ek_reduce_i32(EK_MAX, 2, 0, 1, x, &y)
    #expect(y == [.min, .min])
    var byte = [UInt8](repeating: 0, count: 1)
    ek_reduce_u8(EK_SUM, 1, 3, 1, [200, 100, 1], &byte)
    #expect(byte == [45])
  }

  @Test("give the same bits for one and two threads", arguments: shapes.suffix(7))
  func threads(shape: [Int]) {
    let x: [Float] = KernelSamples.numbers(shape.reduce(1, *))
    var first: [ek_isa.RawValue: [Float]] = [:]
    KernelMachine.onEach { isa, _ in
      var y = [Float](repeating: 0, count: shape[0] * shape[2])
      ek_reduce_f32(EK_SUM, shape[0], shape[1], shape[2], x, &y)
      #expect(sameBits(y, first[isa.rawValue, default: y]), "\(isa)")
      first[isa.rawValue] = y
    }
  }

  @Test("positions are those of the first extreme, NaN being the greatest")
  func positions() {
    for (outer, length, inner) in [(1, 1, 1), (3, 40, 1), (2, 33, 5), (1, 1_000, 3), (70, 9, 1)] {
      var x: [Float] = KernelSamples.numbers(outer * length * inner).map { ($0 * 4).rounded() }
      if length > 30 { x[20 * inner] = .nan }
      for greatest in [false, true] {
        var wanted = [Int32]()
        for o in 0..<outer {
          for i in 0..<inner {
            var best = 0
            for j in 1..<max(1, length) {
              let candidate = x[(o * length + j) * inner + i]
              let leader = x[(o * length + best) * inner + i]
              let isNaNGreater = candidate.isNaN && !leader.isNaN
              let wins =
                greatest
                ? candidate > leader || isNaNGreater
                : candidate < leader || leader.isNaN && !candidate.isNaN
              if wins { best = j }
            }
            wanted.append(Int32(best))
          }
        }
        KernelMachine.onEach { isa, _ in
          var y = [Int32](repeating: -7, count: wanted.count)
          ek_arg_reduce_f32(greatest, outer, length, inner, x, &y)
          #expect(y == wanted, "\(isa) \(greatest) \(outer) \(length) \(inner)")
        }
      }
    }
  }

  @Test("running reductions go either way, also in place", arguments: ops)
  func running(op: ek_reduce_op) {
    for (outer, length, inner) in [(2, 0, 3), (1, 1, 1), (3, 17, 1), (2, 9, 5)] {
      let x: [Double] = KernelSamples.numbers(outer * length * inner)
      for reverse in [false, true] {
        var wanted = x
        for o in 0..<outer {
          for i in 0..<inner {
            var sum = Self.start(op)
            for j in 0..<length {
              let at = (o * length + (reverse ? length - 1 - j : j)) * inner + i
              sum = Self.step(op, sum, x[at])
              wanted[at] = sum
            }
          }
        }
        var y = x
        y.withUnsafeMutableBufferPointer {
          guard let y = $0.baseAddress else { return }
          ek_cumulate_f64(op, reverse, outer, length, inner, y, y)
        }
        #expect(firstDifference(y, wanted, tolerance: 1e-12) == nil)
      }
    }
  }
}
