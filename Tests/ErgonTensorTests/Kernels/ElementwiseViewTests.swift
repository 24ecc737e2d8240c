import CErgonKernels
import Testing

@Suite("Copies, comparisons, selection and activation")
struct ElementwiseViewTests {
  @Test(
    "copies and functions follow any strides, and spreading is the way back",
    arguments: StridedCase.all)
  func copies(view: StridedCase) {
    let x: [Float] = KernelSamples.numbers(4_000)
    let bytes = x.map { UInt8(($0 + 3) * 40) }
    let offsets = view.aOffsets
    let (rank, count) = (view.shape.count, view.count)
    KernelMachine.onEach { isa, _ in
      var y = [Float](repeating: 7, count: count + 1)
      var function = y
      x.withUnsafeBufferPointer { x in
        let from = x.baseAddress! + view.aStart
        ek_copy_f32(rank, view.shape, view.a, from, &y)
        ek_unary_f32(EK_SQUARE, rank, view.shape, view.a, from, &function)
      }
      #expect(y == offsets.map { x[$0] } + [7], "\(isa)")
      #expect(function == offsets.map { x[$0] * x[$0] } + [7], "\(isa)")
      var copy = [UInt8](repeating: 7, count: count + 1)
      bytes.withUnsafeBufferPointer {
        ek_copy_u8(rank, view.shape, view.a, $0.baseAddress! + view.aStart, &copy)
      }
      #expect(copy == offsets.map { bytes[$0] } + [7], "\(isa)")
      guard Set(offsets).count == offsets.count else { return }
      var spread = [Float](repeating: 7, count: 4_000)
      spread.withUnsafeMutableBufferPointer {
        ek_spread_f32(rank, view.shape, y, view.a, $0.baseAddress! + view.aStart)
      }
      var wanted = [Float](repeating: 7, count: 4_000)
      for (i, offset) in offsets.enumerated() { wanted[offset] = y[i] }
      #expect(spread == wanted, "\(isa)")
    }
  }

  @Test("large transposed copies move every element, also in three axes")
  func transposed() {
    let (rows, columns) = (517, 263)
    let x: [Float] = KernelSamples.numbers(3 * rows * columns)
    KernelMachine.onEach { isa, _ in
      var y = [Float](repeating: 7, count: rows * columns)
      ek_copy_f32(2, [rows, columns], [1, rows], x, &y)
      var right = true
      for r in 0..<rows {
        for c in 0..<columns { right = right && y[r * columns + c] == x[c * rows + r] }
      }
      #expect(right, "\(isa)")
      var z = [Float](repeating: 7, count: 3 * rows * columns)
      ek_copy_f32(3, [3, rows, columns], [rows * columns, 1, rows], x, &z)
      right = true
      for b in 0..<3 {
        for r in stride(from: 0, to: rows, by: 7) {
          for c in 0..<columns {
            right =
              right
              && z[(b * rows + r) * columns + c] == x[b * rows * columns + c * rows + r]
          }
        }
      }
      #expect(right, "\(isa)")
    }
  }

  @Test("comparisons and selection follow any strides", arguments: StridedCase.all)
  func comparisons(view: StridedCase) {
    var a: [Float] = KernelSamples.numbers(4_000).map { ($0 * 2).rounded() }
    let b: [Float] = KernelSamples.numbers(4_000, seed: 2).map { ($0 * 2).rounded() }
    for i in stride(from: 0, to: 4_000, by: 11) { a[i] = .nan }
    let count = view.count
    let pairs = Array(zip(view.aOffsets, view.bOffsets))
    let relations: [(ek_compare_op, (Float, Float) -> Bool)] = [
      (EK_EQUAL, { $0 == $1 }), (EK_NOT_EQUAL, { $0 != $1 }), (EK_LESS, { $0 < $1 }),
      (EK_LESS_EQUAL, { $0 <= $1 }), (EK_GREATER, { $0 > $1 }), (EK_GREATER_EQUAL, { $0 >= $1 }),
    ]
    for (op, relation) in relations {
      let wanted = pairs.map { relation(a[$0], b[$1]) ? UInt8(1) : 0 } + [7]
      KernelMachine.onEach { isa, _ in
        var y = [UInt8](repeating: 7, count: count + 1)
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            ek_compare_f32(
              op, view.shape.count, view.shape, view.a, a.baseAddress! + view.aStart, view.b,
              b.baseAddress! + view.bStart, &y)
          }
        }
        #expect(y == wanted, "\(isa) \(op)")
      }
    }
    let mask = b.map { $0 > 0 ? UInt8(1) : 0 }
    let wanted = pairs.map { mask[$0] != 0 ? a[$0] : b[$1] } + [7]
    KernelMachine.onEach { isa, _ in
      var y = [Float](repeating: 7, count: count + 1)
      mask.withUnsafeBufferPointer { mask in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            ek_select_f32(
              view.shape.count, view.shape, view.a, mask.baseAddress! + view.aStart, view.a,
              a.baseAddress! + view.aStart, view.b, b.baseAddress! + view.bStart, &y)
          }
        }
      }
      #expect(sameBits(y, wanted), "\(isa)")
    }
  }

  @Test("filling writes the elements asked for and no more")
  func fill() {
    for length in KernelSamples.lengths {
      let floats = written(length, fill: Float(7)) { ek_fill_f32(length, 2.5, $0) }
      #expect(floats == [Float](repeating: 2.5, count: length))
      let bytes = written(length, fill: UInt8(7)) { ek_fill_u8(length, 3, $0) }
      #expect(bytes == [UInt8](repeating: 3, count: length))
    }
  }

  @Test(
    "bias and activation, and their gradients, are the functions applied to the sums",
    arguments: [
      (EK_NO_ACTIVATION, EK_COPY), (EK_ACTIVATE_RELU, EK_RELU),
      (EK_ACTIVATE_SQUARED_RELU, EK_SQUARED_RELU), (EK_ACTIVATE_SIGMOID, EK_SIGMOID),
      (EK_ACTIVATE_TANH, EK_TANH), (EK_ACTIVATE_SILU, EK_SILU), (EK_ACTIVATE_GELU, EK_GELU),
      (EK_ACTIVATE_GELU_TANH, EK_GELU_TANH),
    ] as [(ek_activation, ek_unary_op)])
  func biasActivation(activation: ek_activation, op: ek_unary_op) {
    let function = FunctionCase.all.first { $0.op == op }!.reference
    for (rows, columns) in [(0, 5), (1, 1), (3, 7), (5, 16), (4, 33), (600, 70)] {
      let x: [Float] = KernelSamples.numbers(rows * columns)
      let bias: [Float] = KernelSamples.numbers(columns, seed: 2)
      let g: [Float] = KernelSamples.numbers(rows * columns, seed: 3)
      let sums = x.indices.map { x[$0] + bias[$0 % columns] }
      let wanted = sums.map { function(Double($0)) }
      let step = 1e-5
      let slopes = sums.indices.map { i in
        let x = Double(sums[i])
        return Double(g[i]) * (function(x + step) - function(x - step)) / (2 * step)
      }
      var columnSums = [Double](repeating: 0, count: columns)
      for i in slopes.indices { columnSums[i % columns] += slopes[i] }
      KernelMachine.onEach { isa, _ in
        var y = x
        ek_bias_activation_f32(rows, columns, x, bias, activation, &y)
        #expect(firstDifference(y, wanted, tolerance: 1e-6) == nil, "\(isa) \(rows) \(columns)")
        var plain = x
        ek_bias_activation_f32(rows, columns, x, nil, activation, &plain)
        #expect(
          firstDifference(plain, x.map { function(Double($0)) }, tolerance: 1e-6) == nil, "\(isa)")
        var dx = g
        var biasGradient = [Float](repeating: 7, count: columns)
        ek_bias_activation_gradient_f32(
          rows, columns, sums, y, g, activation, &dx, &biasGradient)
        #expect(firstDifference(dx, slopes, tolerance: 1e-4) == nil, "\(isa) \(rows) \(columns)")
        let difference = firstDifference(biasGradient, columnSums, tolerance: 1e-3)
        #expect(difference == nil, "\(isa) \(rows) \(columns) \(difference ?? "")")
      }
    }
  }
}
