import CErgonKernels

/// The sizes of one two-dimensional convolution, and its three products as kernels do them.
///
/// A convolution is linear in the image and in the weight, so that each of its gradients is a
/// product of the other two arrays: three operations that are each other's gradients.
struct Convolution2D {
  var sizes: ek_conv2d_shape

  var imageShape: Shape { [sizes.batch, sizes.height, sizes.width, sizes.channels] }
  var weightShape: Shape {
    [
      sizes.kernel_height, sizes.kernel_width, sizes.channels / sizes.groups, sizes.out_channels,
    ]
  }
  var resultShape: Shape {
    [sizes.batch, sizes.out_height, sizes.out_width, sizes.out_channels]
  }

  /// - Precondition: an image [N, H, W, C] and a weight [KH, KW, C / groups, OC].
  init(
    _ image: Shape, _ weight: Shape, stride: Extent, padding: Padding, dilation: Extent,
    groups: Int, _ operation: StaticString
  ) {
    precondition(
      image.rank == 4 && weight.rank == 4,
      "\(operation): \(image) x \(weight): [N, H, W, C] and [KH, KW, C / groups, OC] are due")
    precondition(
      groups > 0 && image[3] % groups == 0 && weight[3] % groups == 0
        && weight[2] == image[3] / groups,
      """
      \(operation): \(image) x \(weight): \(image[3]) channels in \(groups) groups do not match \
      a weight for \(weight[2]) to \(weight[3])
      """)
    let window = Extent(height: weight[0], width: weight[1])
    let walk = WindowWalk.both(
      of: image, window: window, stride: stride, dilation: dilation, padding: padding, operation)
    sizes = ek_conv2d_shape(
      batch: image[0], height: image[1], width: image[2], channels: image[3],
      kernel_height: window.height, kernel_width: window.width, out_channels: weight[3],
      stride_height: stride.height, stride_width: stride.width,
      dilation_height: dilation.height, dilation_width: dilation.width,
      pad_top: walk.height.before, pad_left: walk.width.before, groups: groups,
      out_height: walk.height.outputs, out_width: walk.width.outputs)
  }

  // MARK: As kernels

  func result<S: FloatScalar>(
    _ x: Tensor<S>, _ w: Tensor<S>, bias: Tensor<S>? = nil, activation: Activation = .none
  ) -> Tensor<S> {
    let (x, w, bias) = (x.contiguousValue, w.contiguousValue, bias?.contiguousValue)
    return withUnsafePointer(to: sizes) { sizes in
      Tensor(shape: resultShape) {
        S._conv2d(sizes, x.start, w.start, bias?.start, activation.kernel, $0)
      }
    }
  }

  func imageGradient<S: FloatScalar>(_ g: Tensor<S>, _ w: Tensor<S>) -> Tensor<S> {
    let (g, w) = (g.contiguousValue, w.contiguousValue)
    return withUnsafePointer(to: sizes) { sizes in
      Tensor(shape: imageShape) { S._conv2dInputGradient(sizes, g.start, w.start, $0) }
    }
  }

  func weightGradient<S: FloatScalar>(
    _ x: Tensor<S>, _ g: Tensor<S>, bias: UnsafeMutablePointer<S>? = nil
  ) -> Tensor<S> {
    let (x, g) = (x.contiguousValue, g.contiguousValue)
    return withUnsafePointer(to: sizes) { sizes in
      Tensor(shape: weightShape) { S._conv2dWeightGradient(sizes, x.start, g.start, $0, bias) }
    }
  }

  // MARK: Recorded

  /// y = x * w.
  func recordedResult<S: FloatScalar>(_ x: Tensor<S>, _ w: Tensor<S>) -> Tensor<S> {
    let y = result(x, w)
    guard Tensor.records(x, w) else { return y }
    return y.recorded { g, back in
      back.add(to: x) { recordedImageGradient(g, w) }
      back.add(to: w) { recordedWeightGradient(x, g) }
    }
  }

  /// The transpose of the convolution in its image.
  func recordedImageGradient<S: FloatScalar>(_ g: Tensor<S>, _ w: Tensor<S>) -> Tensor<S> {
    let x = imageGradient(g, w)
    guard Tensor.records(g, w) else { return x }
    let image = g
    return x.recorded { g, back in
      back.add(to: image) { recordedResult(g, w) }
      back.add(to: w) { recordedWeightGradient(g, image) }
    }
  }

  /// The transpose of the convolution in its weight.
  func recordedWeightGradient<S: FloatScalar>(_ x: Tensor<S>, _ g: Tensor<S>) -> Tensor<S> {
    let w = weightGradient(x, g)
    guard Tensor.records(x, g) else { return w }
    let result = g
    return w.recorded { g, back in
      back.add(to: x) { recordedImageGradient(result, g) }
      back.add(to: result) { recordedResult(x, g) }
    }
  }
}

extension Tensor {
  /// This array in row-major order for a kernel; records nothing.
  var contiguousValue: Tensor { layout.isContiguous ? self : copied() }
}
