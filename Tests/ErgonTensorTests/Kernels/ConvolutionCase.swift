import CErgonKernels

/// The element types convolutions exist for, with their kernels.
protocol ConvolutionScalar: BinaryFloatingPoint {
  /// The largest error allowed, relative to the sum of the magnitudes added.
  static var tolerance: Double { get }
  static func forward(
    _ s: ek_conv2d_shape, _ x: [Self], _ w: [Self], _ bias: [Self]?, _ activation: ek_activation
  ) -> [Self]
  static func inputGradient(_ s: ek_conv2d_shape, _ g: [Self], _ w: [Self]) -> [Self]
  static func weightGradient(
    _ s: ek_conv2d_shape, _ x: [Self], _ g: [Self]
  ) -> (weight: [Self], bias: [Self])
}

/// An array whose every element a kernel must write: what it leaves is NaN.
func written<T: BinaryFloatingPoint>(
  _ count: Int, by kernel: (UnsafeMutablePointer<T>) -> Void
) -> [T] {
  // A few elements more on either side must stay as they are, and the start is not aligned.
  let guards = 3
  var all = [T](repeating: .nan, count: count + 2 * guards)
  for i in 0..<guards { all[i] = 77 }
  for i in 0..<guards { all[guards + count + i] = 77 }
  all.withUnsafeMutableBufferPointer { kernel($0.baseAddress! + guards) }
  precondition(all.prefix(guards).allSatisfy { $0 == 77 }, "a kernel wrote before its output")
  precondition(all.suffix(guards).allSatisfy { $0 == 77 }, "a kernel wrote after its output")
  return Array(all[guards..<(guards + count)])
}

extension Float: ConvolutionScalar {
  static var tolerance: Double { 3e-6 }

  static func forward(
    _ s: ek_conv2d_shape, _ x: [Float], _ w: [Float], _ bias: [Float]?, _ activation: ek_activation
  ) -> [Float] {
    withUnsafePointer(to: s) { s in
      written(s.pointee.outputCount) { ek_conv2d_f32(s, x, w, bias, activation, $0) }
    }
  }

  static func inputGradient(_ s: ek_conv2d_shape, _ g: [Float], _ w: [Float]) -> [Float] {
    withUnsafePointer(to: s) { s in
      written(s.pointee.inputCount) { ek_conv2d_input_gradient_f32(s, g, w, $0) }
    }
  }

  static func weightGradient(
    _ s: ek_conv2d_shape, _ x: [Float], _ g: [Float]
  ) -> (weight: [Float], bias: [Float]) {
    withUnsafePointer(to: s) { s in
      var bias = [Float](repeating: .nan, count: s.pointee.out_channels)
      let weight = written(s.pointee.weightCount) {
        ek_conv2d_weight_gradient_f32(s, x, g, $0, &bias)
      }
      return (weight, bias)
    }
  }
}

extension Double: ConvolutionScalar {
  static var tolerance: Double { 1e-14 }

  static func forward(
    _ s: ek_conv2d_shape, _ x: [Double], _ w: [Double], _ bias: [Double]?,
    _ activation: ek_activation
  ) -> [Double] {
    withUnsafePointer(to: s) { s in
      written(s.pointee.outputCount) { ek_conv2d_f64(s, x, w, bias, activation, $0) }
    }
  }

  static func inputGradient(_ s: ek_conv2d_shape, _ g: [Double], _ w: [Double]) -> [Double] {
    withUnsafePointer(to: s) { s in
      written(s.pointee.inputCount) { ek_conv2d_input_gradient_f64(s, g, w, $0) }
    }
  }

  static func weightGradient(
    _ s: ek_conv2d_shape, _ x: [Double], _ g: [Double]
  ) -> (weight: [Double], bias: [Double]) {
    withUnsafePointer(to: s) { s in
      var bias = [Double](repeating: .nan, count: s.pointee.out_channels)
      let weight = written(s.pointee.weightCount) {
        ek_conv2d_weight_gradient_f64(s, x, g, $0, &bias)
      }
      return (weight, bias)
    }
  }
}

extension ek_conv2d_shape {
  /// A square kernel, stride, dilation and padding.
  static func square(
    _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, to outChannels: Int, kernel: Int,
    stride: Int = 1, dilation: Int = 1, pad: Int = 0, groups: Int = 1
  ) -> ek_conv2d_shape {
    func out(_ size: Int) -> Int { (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1 }
    return ek_conv2d_shape(
      batch: batch, height: height, width: width, channels: channels, kernel_height: kernel,
      kernel_width: kernel, out_channels: outChannels, stride_height: stride, stride_width: stride,
      dilation_height: dilation, dilation_width: dilation, pad_top: pad, pad_left: pad,
      groups: groups, out_height: out(height), out_width: out(width))
  }

  var inputCount: Int { batch * height * width * channels }
  var outputCount: Int { batch * out_height * out_width * out_channels }
  var weightCount: Int { kernel_height * kernel_width * (channels / groups) * out_channels }

  var text: String {
    "[\(batch), \(height), \(width), \(channels)] to \(out_channels), "
      + "kernel \(kernel_height) x \(kernel_width), stride \(stride_height) x \(stride_width), "
      + "dilation \(dilation_height) x \(dilation_width), pad \(pad_top) x \(pad_left), "
      + "groups \(groups)"
  }

  /// Calls `body` with the flat indices of every product x * w that an output is a sum of.
  func forEachProduct(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let groupIn = channels / groups
    let groupOut = out_channels / groups
    for n in 0..<batch {
      for oh in 0..<out_height {
        for ow in 0..<out_width {
          for kh in 0..<kernel_height {
            for kw in 0..<kernel_width {
              let h = oh * stride_height + kh * dilation_height - pad_top
              let w = ow * stride_width + kw * dilation_width - pad_left
              guard h >= 0, h < height, w >= 0, w < width else { continue }
              let xPixel = ((n * height + h) * width + w) * channels
              let yPixel = ((n * out_height + oh) * out_width + ow) * out_channels
              for oc in 0..<out_channels {
                for c in 0..<groupIn {
                  body(
                    xPixel + oc / groupOut * groupIn + c,
                    ((kh * kernel_width + kw) * groupIn + c) * out_channels + oc, yPixel + oc)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Numbers in -1 ..< 1 that are the same every time.
struct ConvolutionNumbers {
  var state: UInt64

  mutating func next(_ count: Int) -> [Double] {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 40) / Double(1 << 23)
    }
  }
}
