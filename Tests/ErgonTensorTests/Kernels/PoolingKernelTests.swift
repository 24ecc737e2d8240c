import CErgonKernels
import Testing

@Suite struct PoolingKernelTests {
  static let shapes: [ek_pool2d_shape] = {
    var shapes: [ek_pool2d_shape] = []
    for channels in [1, 3, 6, 7, 8, 9, 16, 17, 33] {
      for (kernel, stride, pad) in [
        (2, 2, 0), (3, 2, 1), (2, 1, 1), (3, 3, 0), (1, 2, 0), (4, 3, 2),
      ] {
        for countPadding in [false, true] {
          shapes.append(
            .square(
              2, 5 + channels % 4, 7 + kernel, channels, kernel: kernel, stride: stride, pad: pad,
              countPadding: countPadding))
        }
      }
    }
    // Higher than wide, so that at the top and bottom two rows of three lie inside.
    for (channels, countPadding) in [(6, false), (6, true), (20, false)] {
      var high = ek_pool2d_shape.square(
        2, 7, 9, channels, kernel: 2, stride: 2, pad: 0, countPadding: countPadding)
      (high.kernel_height, high.pad_top, high.out_height) = (3, 1, 4)
      shapes.append(high)
    }
    // As high as the image, and one window that lies in the padding alone.
    shapes.append(.square(3, 8, 8, 20, kernel: 8, stride: 8, pad: 0, countPadding: true))
    shapes.append(.square(2, 4, 4, 5, kernel: 1, stride: 1, pad: 1, countPadding: false))
    shapes.append(.square(4, 28, 28, 6, kernel: 2, stride: 2, pad: 0, countPadding: false))
    shapes.append(.square(0, 6, 6, 4, kernel: 2, stride: 2, pad: 0, countPadding: false))
    return shapes
  }()

  @Test("the maximum is the first greatest input, ties and padding included", arguments: shapes)
  func maximum(_ shape: ek_pool2d_shape) {
    // Few different values, so that most windows hold ties.
    var numbers = ConvolutionNumbers(state: 1)
    let x = numbers.next(shape.inputCount).map { ($0 * 3).rounded() }
    var y = [Double](repeating: -.infinity, count: shape.outputCount)
    var index = [Int32](repeating: -1, count: shape.outputCount)
    shape.forEachInput { i, o, at in
      if index[o] < 0 || x[i] > y[o] { (y[o], index[o]) = (x[i], Int32(at)) }
    }
    KernelMachine.onEach { isa, _ in
      let double = maxPool(shape, x, ek_max_pool2d_f64)
      #expect(double.y == y && double.index == index, "isa \(isa.rawValue), \(shape.text)")
      let float = maxPool(shape, x.map { Float($0) }, ek_max_pool2d_f32)
      #expect(
        float.y == y.map { Float($0) } && float.index == index,
        "isa \(isa.rawValue), \(shape.text)")
    }
  }

  @Test("the maximum's gradient goes to the input that won", arguments: shapes)
  func maximumGradient(_ shape: ek_pool2d_shape) {
    var numbers = ConvolutionNumbers(state: 2)
    let x = numbers.next(shape.inputCount)
    let g = numbers.next(shape.outputCount)
    KernelMachine.onEach { isa, _ in
      let index = maxPool(shape, x, ek_max_pool2d_f64).index
      var expected = [Double](repeating: 0, count: shape.inputCount)
      let (image, pixels) = (shape.height * shape.width, shape.out_height * shape.out_width)
      for (o, g) in g.enumerated() where index[o] >= 0 {
        let n = o / shape.channels / pixels
        expected[(n * image + Int(index[o])) * shape.channels + o % shape.channels] += g
      }
      let dx: [Double] = written(shape.inputCount) { dx in
        withUnsafePointer(to: shape) { ek_max_pool2d_gradient_f64($0, g, index, dx) }
      }
      expectNear(dx, expected, 1e-15, "isa \(isa.rawValue), \(shape.text)")
      let floats: [Float] = written(shape.inputCount) { dx in
        withUnsafePointer(to: shape) {
          ek_max_pool2d_gradient_f32($0, g.map { Float($0) }, index, dx)
        }
      }
      expectNear(floats.map(Double.init), expected, 1e-6, "isa \(isa.rawValue), \(shape.text)")
    }
  }

  @Test("the average divides by the window or by what of it lies inside", arguments: shapes)
  func average(_ shape: ek_pool2d_shape) {
    var numbers = ConvolutionNumbers(state: 3)
    let x = numbers.next(shape.inputCount)
    let g = numbers.next(shape.outputCount)
    var y = [Double](repeating: 0, count: shape.outputCount)
    var counts = [Double](repeating: 0, count: shape.outputCount)
    shape.forEachInput { i, o, _ in
      y[o] += x[i]
      counts[o] += 1
    }
    if shape.count_padding {
      let window = Double(shape.kernel_height * shape.kernel_width)
      counts = counts.map { _ in window }
    }
    for o in y.indices { y[o] = counts[o] > 0 ? y[o] / counts[o] : 0 }
    var dx = [Double](repeating: 0, count: shape.inputCount)
    shape.forEachInput { i, o, _ in dx[i] += g[o] / counts[o] }

    KernelMachine.onEach { isa, _ in
      let what = "isa \(isa.rawValue), \(shape.text)"
      withUnsafePointer(to: shape) { s in
        let doubles: [Double] = written(shape.outputCount) { ek_average_pool2d_f64(s, x, $0) }
        expectNear(doubles, y, 1e-15, what)
        let gradient: [Double] = written(shape.inputCount) {
          ek_average_pool2d_gradient_f64(s, g, $0)
        }
        expectNear(gradient, dx, 1e-15, what)
        let floats: [Float] = written(shape.outputCount) {
          ek_average_pool2d_f32(s, x.map { Float($0) }, $0)
        }
        expectNear(floats.map(Double.init), y, 1e-6, what)
        let floatGradient: [Float] = written(shape.inputCount) {
          ek_average_pool2d_gradient_f32(s, g.map { Float($0) }, $0)
        }
        expectNear(floatGradient.map(Double.init), dx, 1e-6, what)
      }
    }
  }

  @Test("NaN is the greatest, and the first of several wins")
  func nan() {
    let shape = ek_pool2d_shape.square(
      1, 2, 2, 9, kernel: 2, stride: 2, pad: 0, countPadding: false)
    var x = [Float](repeating: 1, count: shape.inputCount)
    x[1 * 9 + 8] = .nan
    x[2 * 9 + 8] = .nan
    x[3 * 9] = -.infinity
    KernelMachine.onEach { isa, _ in
      let (y, index) = maxPool(shape, x, ek_max_pool2d_f32)
      #expect(y[8].isNaN && index[8] == 1 && y[0] == 1 && index[0] == 0, "isa \(isa.rawValue)")
      let least = [Float](repeating: -.infinity, count: shape.inputCount)
      #expect(maxPool(shape, least, ek_max_pool2d_f32).index.allSatisfy { $0 == 0 })
    }
  }

  private func maxPool<T: BinaryFloatingPoint>(
    _ shape: ek_pool2d_shape, _ x: [T],
    _ kernel: (
      UnsafePointer<ek_pool2d_shape>, UnsafePointer<T>, UnsafeMutablePointer<T>,
      UnsafeMutablePointer<Int32>
    ) -> Void
  ) -> (y: [T], index: [Int32]) {
    // One element more, as a pooling of no images has none.
    var index = [Int32](repeating: -2, count: shape.outputCount + 1)
    let y: [T] = written(shape.outputCount) { y in
      withUnsafePointer(to: shape) { kernel($0, x, y, &index) }
    }
    #expect(index.last == -2)
    return (y, Array(index.dropLast()))
  }
}

extension ek_pool2d_shape {
  static func square(
    _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, kernel: Int, stride: Int, pad: Int,
    countPadding: Bool
  ) -> ek_pool2d_shape {
    func out(_ size: Int) -> Int { (size + 2 * pad - kernel) / stride + 1 }
    return ek_pool2d_shape(
      batch: batch, height: height, width: width, channels: channels, kernel_height: kernel,
      kernel_width: kernel, stride_height: stride, stride_width: stride, pad_top: pad,
      pad_left: pad, out_height: out(height), out_width: out(width), count_padding: countPadding)
  }

  var inputCount: Int { batch * height * width * channels }
  var outputCount: Int { batch * out_height * out_width * channels }
  var text: String {
    "[\(batch), \(height), \(width), \(channels)], kernel \(kernel_height), "
      + "stride \(stride_height), pad \(pad_top)"
  }

  /// Calls `body` with the flat index of every input of every output's window, in order.
  func forEachInput(_ body: (_ x: Int, _ y: Int, _ at: Int) -> Void) {
    for n in 0..<batch {
      for oh in 0..<out_height {
        for ow in 0..<out_width {
          for kh in 0..<kernel_height {
            for kw in 0..<kernel_width {
              let (h, w) = (oh * stride_height + kh - pad_top, ow * stride_width + kw - pad_left)
              guard h >= 0, h < height, w >= 0, w < width else { continue }
              for c in 0..<channels {
                body(
                  ((n * height + h) * width + w) * channels + c,
                  ((n * out_height + oh) * out_width + ow) * channels + c, h * width + w)
              }
            }
          }
        }
      }
    }
  }
}

func expectNear(
  _ actual: [Double], _ expected: [Double], _ tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let size = expected.reduce(1.0) { max($0, abs($1)) }
  let near = zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance * size || $0 == $1 }
  #expect(actual.count == expected.count && near, "\(what)", sourceLocation: sourceLocation)
}
