extension Tensor where Scalar: FloatScalar {
  /// activation(x * w + b): a two-dimensional convolution of images, in one pass.
  ///
  /// ```swift
  /// x.conv2d(w, bias: b, padding: .same, activation: .relu)
  /// // x: [64, 28, 28, 1], w: [5, 5, 1, 6], b: [6]  ->  [64, 28, 28, 6]
  /// ```
  ///
  /// - Parameters:
  ///   - weight: `[KH, KW, C / groups, OC]`.
  ///   - bias: `[OC]`.
  ///   - dilation: Steps between the elements of the window.
  ///   - groups: Parts of the channels that are convolved apart; as many as channels is the
  ///     depthwise convolution.
  /// - Precondition: images `[N, H, W, C]`.
  /// - Cost: 2 · N · OH · OW · OC · KH · KW · C / groups operations; the gradient twice that.
  @specialized(where Scalar == Float)
  public func conv2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, activation: Activation = .none
  ) -> Tensor {
    let convolution = Convolution2D(
      shape, weight.shape, stride: stride, padding: padding, dilation: dilation, groups: groups,
      "conv2d")
    precondition(
      bias.map { $0.rank == 1 && $0.count == weight.shape[3] } ?? true,
      "conv2d: a bias of \(bias?.shape ?? []) for a weight of \(weight.shape)")
    let records = Tensor.records(self, weight, bias)
    if records, Tensor.isDifferentiatedTwice {
      let sum = convolution.recordedResult(self, weight)
      return (bias.map { sum + $0 } ?? sum).activated(by: activation)
    }
    let keepsSum = records && activation.needsInput
    let sum = convolution.result(
      self, weight, bias: bias, activation: keepsSum ? .none : activation)
    let y = keepsSum ? sum.biased(by: nil, activation) : sum
    guard records else { return y }
    let record = ActivationRecord(activation: activation, kept: activation == .none ? nil : sum)
    // Each gradient needs the other's values alone.
    let x = weight.node == nil ? outline : self
    let w = node == nil ? weight.outline : weight
    let place = bias?.outline
    return y.recordedOnce { g, back in
      let wantsBias = place.map { back.needs($0) } ?? false
      // Without an activation the bias's gradient is summed while the weight's is made.
      let isJoint = wantsBias && activation == .none && back.needs(w)
      var biasGradient = record.pullBack(&g, wantsBias: wantsBias && !isJoint)
      let d = g
      back.add(to: w) {
        guard isJoint else { return convolution.weightGradient(x, d) }
        let sum = Tensor(shape: [d.shape[3]]) { _ in }
        biasGradient = sum
        return convolution.weightGradient(x, d, bias: UnsafeMutablePointer(mutating: sum.start))
      }
      if let place, let biasGradient { back.add(to: place) { biasGradient } }
      back.add(to: x) { convolution.imageGradient(d, w) }
    }
  }

  /// The transpose of a convolution: what a convolution with this stride makes smaller, it makes
  /// larger.
  ///
  /// ```swift
  /// x.transposedConv2d(w, stride: 2)     // x: [8, 14, 14, 32], w: [2, 2, 16, 32]
  /// ```                                  // ->  [8, 28, 28, 16]
  ///
  /// - Parameters:
  ///   - weight: That of the convolution which this is the transpose of:
  ///     `[KH, KW, OC / groups, C]`, with this array's channels last.
  ///   - bias: `[OC]`.
  ///   - padding: What the convolution would have added to the larger image, so that it is taken
  ///     away; `.same` gives size · stride.
  ///   - extra: Rows and columns added to the larger image, less than the stride: several sizes
  ///     shrink to the same one.
  /// - Precondition: images `[N, H, W, C]`.
  /// - Cost: that of the convolution.
  public func transposedConv2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, extra: Extent = 0
  ) -> Tensor {
    precondition(
      rank == 4 && weight.rank == 4 && weight.shape[3] == shape[3],
      "transposedConv2d: \(shape) x \(weight.shape): [N, H, W, C] and [KH, KW, OC / groups, C]"
        + " are due")
    let channels = weight.shape[2] * groups
    precondition(
      bias.map { $0.rank == 1 && $0.count == channels } ?? true,
      "transposedConv2d: a bias of \(bias?.shape ?? []) for \(channels) channels")
    let larger = { (axis: Int, kernel: Int, stride: Int, dilation: Int, taken: Int, extra: Int) in
      if case .same = padding { return self.shape[axis] * stride }
      return (self.shape[axis] - 1) * stride + dilation * (kernel - 1) + 1 - taken + extra
    }
    var (vertical, horizontal) = (0, 0)
    if case .explicit(let top, let left, let bottom, let right) = padding {
      (vertical, horizontal) = (top + bottom, left + right)
    }
    let image: Shape = [
      shape[0],
      larger(1, weight.shape[0], stride.height, dilation.height, vertical, extra.height),
      larger(2, weight.shape[1], stride.width, dilation.width, horizontal, extra.width), channels,
    ]
    let convolution = Convolution2D(
      image, weight.shape, stride: stride, padding: padding, dilation: dilation, groups: groups,
      "transposedConv2d")
    precondition(
      convolution.resultShape == shape,
      "transposedConv2d: a convolution of \(image) gives \(convolution.resultShape), not \(shape)")
    let y = convolution.recordedImageGradient(self, weight)
    return bias.map { y + $0 } ?? y
  }

  /// activation(x * w + b): a convolution of sequences.
  ///
  /// ```swift
  /// x.conv1d(w, padding: .same)          // x: [8, 100, 3], w: [5, 3, 16]  ->  [8, 100, 16]
  /// ```
  ///
  /// - Parameters:
  ///   - weight: `[K, C / groups, OC]`.
  ///   - padding: Of which the left and right count.
  /// - Precondition: sequences `[N, T, C]`.
  public func conv1d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .valid,
    dilation: Int = 1, groups: Int = 1, activation: Activation = .none
  ) -> Tensor {
    precondition(
      rank == 3 && weight.rank == 3,
      "conv1d: \(shape) x \(weight.shape): [N, T, C] and [K, C / groups, OC] are due")
    let image = reshaped(to: [shape[0], 1, shape[1], shape[2]])
    // The sequence is an image one row high, which must stay so.
    var padding = padding
    if case .explicit(_, let left, _, let right) = padding {
      padding = .explicit(top: 0, left: left, bottom: 0, right: right)
    }
    let y = image.conv2d(
      weight.reshaped(to: [1, weight.shape[0], weight.shape[1], weight.shape[2]]), bias: bias,
      stride: Extent(height: 1, width: stride), padding: padding,
      dilation: Extent(height: 1, width: dilation), groups: groups, activation: activation)
    return y.reshaped(to: [y.shape[0], y.shape[2], y.shape[3]])
  }
}
