import CErgonKernels
import Testing

@Suite struct ConvolutionKernelTests {
  /// A fifth of all combinations of these sizes, each value many times, chosen by a fixed rule.
  static let table: [ek_conv2d_shape] = {
    var shapes: [ek_conv2d_shape] = []
    var number = 0
    for channels in [1, 3, 6, 7, 16, 17, 33] {
      for kernel in [1, 3, 5] {
        for stride in [1, 2, 3] {
          for pad in [0, 1, 2] {
            for dilation in [1, 2] {
              for groups in [1, 2, channels] {
                number += 1
                guard number % 5 == 0, channels % groups == 0 else { continue }
                let window = dilation * (kernel - 1) + 1
                let outs = [1, 3, 6, 10, 16, 17, 33, 48]
                let out = groups == 1 ? outs[number / 5 % outs.count] : groups * (1 + number % 3)
                shapes.append(
                  .square(
                    1 + number % 3, window + number % 5, window + number % 17, channels, to: out,
                    kernel: kernel, stride: stride, dilation: dilation, pad: pad, groups: groups))
              }
            }
          }
        }
      }
    }
    return shapes
  }()

  /// Rows of every length a register tile has, and shapes whose two axes differ.
  static let unusual: [ek_conv2d_shape] =
    (1...33).map { .square(1, 3, $0, 2, to: 16 + $0, kernel: 3, pad: 1) }
    + (1...9).map { .square(3, 5, 2 * $0, 2, to: 3, kernel: 3, pad: 1) } + [
      .square(2, 1, 1, 5, to: 120, kernel: 1),
      .square(3, 5, 5, 16, to: 120, kernel: 5),
      .square(1, 4, 4, 3, to: 5, kernel: 3, pad: 5),
      ek_conv2d_shape(
        batch: 2, height: 9, width: 6, channels: 4, kernel_height: 3, kernel_width: 1,
        out_channels: 6, stride_height: 2, stride_width: 1, dilation_height: 1, dilation_width: 3,
        pad_top: 1, pad_left: 0, groups: 2, out_height: 5, out_width: 6),
      ek_conv2d_shape(
        batch: 1, height: 7, width: 20, channels: 3, kernel_height: 2, kernel_width: 7,
        out_channels: 5, stride_height: 3, stride_width: 4, dilation_height: 2, dilation_width: 2,
        pad_top: 0, pad_left: 3, groups: 1, out_height: 2, out_width: 4),
      // Padding on the top and left alone, and on the bottom and right alone.
      ek_conv2d_shape(
        batch: 1, height: 6, width: 6, channels: 5, kernel_height: 3, kernel_width: 3,
        out_channels: 7, stride_height: 1, stride_width: 1, dilation_height: 1, dilation_width: 1,
        pad_top: 2, pad_left: 2, groups: 1, out_height: 6, out_width: 6),
      ek_conv2d_shape(
        batch: 1, height: 6, width: 6, channels: 5, kernel_height: 3, kernel_width: 3,
        out_channels: 7, stride_height: 1, stride_width: 1, dilation_height: 1, dilation_width: 1,
        pad_top: 0, pad_left: 0, groups: 1, out_height: 6, out_width: 6),
    ]

  /// Shapes large enough to be cut between threads.
  static let large: [ek_conv2d_shape] = [
    .square(4, 28, 28, 1, to: 6, kernel: 5, pad: 2),
    .square(8, 14, 14, 6, to: 16, kernel: 5),
    .square(2, 32, 32, 16, to: 16, kernel: 3, pad: 1),
    .square(2, 17, 15, 64, to: 64, kernel: 3, pad: 1),
    .square(1, 56, 56, 32, to: 40, kernel: 3, pad: 1),
    .square(2, 16, 16, 32, to: 64, kernel: 3, stride: 2, pad: 1),
    .square(2, 16, 16, 24, to: 24, kernel: 3, pad: 1, groups: 24),
    .square(2, 16, 16, 32, to: 64, kernel: 1, stride: 2),
    .square(4, 16, 16, 48, to: 64, kernel: 1),
    // 2 x 2 tiles that the image does not divide into, channels that no vector divides into.
    .square(2, 13, 11, 17, to: 33, kernel: 3, pad: 1),
    .square(3, 9, 14, 33, to: 20, kernel: 3, pad: 2),
    .square(3, 12, 12, 100, to: 16, kernel: 3),
    // Few channels below a large or strided window.
    .square(2, 15, 14, 3, to: 16, kernel: 5, stride: 2, pad: 2),
    .square(2, 14, 11, 1, to: 7, kernel: 3, stride: 3, pad: 1),
    .square(5, 20, 20, 2, to: 24, kernel: 5, pad: 1),
  ]

  @Test("the plain kernels are the sums they are defined as")
  func plain() {
    let some = Self.table.enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
    for shape in some + Self.unusual.suffix(6) {
      var numbers = ConvolutionNumbers(state: 1)
      let x = numbers.next(shape.inputCount)
      let w = numbers.next(shape.weightCount)
      let g = numbers.next(shape.outputCount)
      let bias = numbers.next(shape.out_channels)
      var y = (0..<shape.outputCount).map { bias[$0 % shape.out_channels] }
      var dx = [Double](repeating: 0, count: shape.inputCount)
      var dw = [Double](repeating: 0, count: shape.weightCount)
      shape.forEachProduct { i, j, o in
        y[o] += x[i] * w[j]
        dx[i] += g[o] * w[j]
        dw[j] += g[o] * x[i]
      }
      var db = [Double](repeating: 0, count: shape.out_channels)
      for (o, g) in g.enumerated() { db[o % shape.out_channels] += g }

      KernelMachine.onPlain {
        expectNear(Double.forward(shape, x, w, bias, EK_NO_ACTIVATION), y, 1e-13, "y", shape)
        expectNear(Double.inputGradient(shape, g, w), dx, 1e-13, "dx", shape)
        let (weight, biases) = Double.weightGradient(shape, x, g)
        expectNear(weight, dw, 1e-13, "dw", shape)
        expectNear(biases, db, 1e-13, "db", shape)
        let floats = Float.forward(
          shape, x.map(Float.init), w.map(Float.init), bias.map(Float.init), EK_ACTIVATE_RELU)
        expectNear(floats, y.map { max($0, 0) }, 3e-6, "y", shape)
      }
    }
  }

  @Test("every instruction set and thread count agrees with the plain kernels, in Float")
  func floatAgreement() { agreement(Float.self) }

  @Test("every instruction set and thread count agrees with the plain kernels, in Double")
  func doubleAgreement() { agreement(Double.self) }

  private func agreement<T: ConvolutionScalar>(_: T.Type) {
    for shape in Self.table + Self.unusual + Self.large {
      var numbers = ConvolutionNumbers(state: 2)
      let x = numbers.next(shape.inputCount).map { T($0) }
      let w = numbers.next(shape.weightCount).map { T($0) }
      let g = numbers.next(shape.outputCount).map { T($0) }
      let bias = numbers.next(shape.out_channels).map { T($0) }
      let y = KernelMachine.onPlain { T.forward(shape, x, w, bias, EK_NO_ACTIVATION) }
      let dx = KernelMachine.onPlain { T.inputGradient(shape, g, w) }
      let (dw, db) = KernelMachine.onPlain { T.weightGradient(shape, x, g) }
      KernelMachine.onEach { isa, threads in
        let name = "isa \(isa.rawValue), threads \(threads)"
        let tolerance = T.tolerance
        expectNear(
          T.forward(shape, x, w, bias, EK_NO_ACTIVATION), y, tolerance, name + ", y", shape)
        expectNear(T.inputGradient(shape, g, w), dx, tolerance, name + ", dx", shape)
        let (weight, biases) = T.weightGradient(shape, x, g)
        expectNear(weight, dw, tolerance, name + ", dw", shape)
        expectNear(biases, db, tolerance, name + ", db", shape)
      }
    }
  }

  @Test("the same kernels give the same bits with one thread and with two")
  func determinism() {
    for shape in Self.large {
      var numbers = ConvolutionNumbers(state: 3)
      let x = numbers.next(shape.inputCount).map { Float($0) }
      let w = numbers.next(shape.weightCount).map { Float($0) }
      let g = numbers.next(shape.outputCount).map { Float($0) }
      var seen: [Int32: [[Float]]] = [:]
      KernelMachine.onEach { isa, _ in
        let (weight, bias) = Float.weightGradient(shape, x, g)
        let all = [
          Float.forward(shape, x, w, nil, EK_NO_ACTIVATION), Float.inputGradient(shape, g, w),
          weight, bias,
        ]
        if let first = seen[isa.rawValue] { #expect(all == first, "\(shape.text)") }
        seen[isa.rawValue] = all
      }
    }
  }

  @Test("forward, input gradient and weight gradient are adjoint to one another")
  func adjoint() {
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for shape in Self.large {
      var numbers = ConvolutionNumbers(state: 4)
      let x = numbers.next(shape.inputCount)
      let w = numbers.next(shape.weightCount)
      let g = numbers.next(shape.outputCount)
      KernelMachine.onEach { isa, _ in
        let forward = inner(Double.forward(shape, x, w, nil, EK_NO_ACTIVATION), g)
        let backward = inner(x, Double.inputGradient(shape, g, w))
        let weights = inner(w, Double.weightGradient(shape, x, g).weight)
        let size = Double(shape.outputCount).squareRoot() * Double(shape.kernel_height * 5)
        #expect(abs(forward - backward) < 1e-12 * size, "isa \(isa.rawValue), \(shape.text)")
        #expect(abs(forward - weights) < 1e-12 * size, "isa \(isa.rawValue), \(shape.text)")
      }
    }
  }

  @Test(
    "the activation is applied to the sum with its bias",
    arguments: [
      EK_ACTIVATE_RELU, EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_SIGMOID, EK_ACTIVATE_TANH,
      EK_ACTIVATE_SILU, EK_ACTIVATE_GELU, EK_ACTIVATE_GELU_TANH,
    ])
  func activations(_ activation: ek_activation) {
    let shape = ek_conv2d_shape.square(2, 9, 8, 3, to: 19, kernel: 3, pad: 1)
    var numbers = ConvolutionNumbers(state: 5)
    let x = numbers.next(shape.inputCount).map { Float($0) }
    let w = numbers.next(shape.weightCount).map { Float($0) }
    let bias = numbers.next(shape.out_channels).map { Float($0) }
    let expected = KernelMachine.onPlain { Float.forward(shape, x, w, bias, activation) }
    KernelMachine.onEach { isa, _ in
      let y = Float.forward(shape, x, w, bias, activation)
      expectNear(y, expected, 3e-6, "isa \(isa.rawValue)", shape)
    }
  }

  @Test("NaN passes through ReLU, and no images give no gradients")
  func edges() {
    let one = ek_conv2d_shape.square(1, 4, 4, 2, to: 5, kernel: 3, pad: 1)
    let none = ek_conv2d_shape.square(0, 4, 4, 2, to: 5, kernel: 3, pad: 1)
    KernelMachine.onEach { isa, _ in
      var x = [Float](repeating: 1, count: one.inputCount)
      x[0] = .nan
      let w = [Float](repeating: -1, count: one.weightCount)
      let y = Float.forward(one, x, w, nil, EK_ACTIVATE_RELU)
      #expect(y[0].isNaN && y[one.outputCount - 1] == 0, "isa \(isa.rawValue)")
      let (weight, bias) = Float.weightGradient(none, [], [])
      #expect(weight.allSatisfy { $0 == 0 } && bias.allSatisfy { $0 == 0 }, "isa \(isa.rawValue)")
    }
  }
}

/// Expects every element within `tolerance` of `expected`, relative to the larger of 1 and the
/// largest magnitude expected.
func expectNear<T: BinaryFloatingPoint>(
  _ actual: [T], _ expected: [T], _ tolerance: Double, _ what: String, _ shape: ek_conv2d_shape,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let size = expected.reduce(1.0) { max($0, abs(Double($1))) }
  var worst = 0.0
  for (a, e) in zip(actual, expected) {
    let error = abs(Double(a) - Double(e))
    worst = error.isNaN ? .infinity : max(worst, error)
  }
  #expect(
    actual.count == expected.count && worst <= tolerance * size,
    "\(what): off by \(worst): \(shape.text)", sourceLocation: sourceLocation)
}

func expectNear(
  _ actual: [Float], _ expected: [Double], _ tolerance: Double, _ what: String,
  _ shape: ek_conv2d_shape, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectNear(
    actual.map(Double.init), expected, tolerance, what, shape, sourceLocation: sourceLocation)
}
