public import ErgonTensor

/// A two-dimensional convolution of images: `activation(x * W + b)`.
///
/// ```swift
/// let layer = Conv2d(1, 6, kernel: 5, padding: .same, activation: .relu, random: &random)
/// layer(x)                                   // x: [64, 28, 28, 1]  ->  [64, 28, 28, 6]
/// ```
public struct Conv2d: Layer {
  /// `[KH, KW, in / groups, out]`.
  @Parameter public var weight: Tensor<Float>
  /// `[out]`.
  @Parameter public var bias: Tensor<Float>?
  public let stride: Extent
  public let padding: Padding
  public let dilation: Extent
  public let groups: Int
  public let activation: Activation

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Extent, stride: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = true, activation: Activation = .none,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    checkGroups("Conv2d", inputs, outputs, groups)
    let window = kernel.height * kernel.width
    (weight, self.bias) = convolutionWeights(
      [kernel.height, kernel.width, inputs / groups, outputs], fanIn: window * inputs / groups,
      fanOut: window * outputs / groups, bias: bias ? outputs : nil, initializer, &random)
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let weight = weight
    let y = x.conv2d(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups,
      activation: activation)
    pass.count(multiplyAdds: y.count / max(weight.shape[3], 1) * weight.count)
    return y
  }
}

/// A convolution of sequences: `activation(x * W + b)`.
///
/// ```swift
/// let layer = Conv1d(3, 16, kernel: 5, padding: .same, random: &random)
/// layer(x)                                   // x: [8, 100, 3]  ->  [8, 100, 16]
/// ```
public struct Conv1d: Layer {
  /// `[K, in / groups, out]`.
  @Parameter public var weight: Tensor<Float>
  /// `[out]`.
  @Parameter public var bias: Tensor<Float>?
  public let stride: Int
  public let padding: Padding
  public let dilation: Int
  public let groups: Int
  public let activation: Activation

  /// - Parameter padding: Of which the left and right count.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true, activation: Activation = .none,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    checkGroups("Conv1d", inputs, outputs, groups)
    (weight, self.bias) = convolutionWeights(
      [kernel, inputs / groups, outputs], fanIn: kernel * inputs / groups,
      fanOut: kernel * outputs / groups, bias: bias ? outputs : nil, initializer, &random)
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let weight = weight
    let y = x.conv1d(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups,
      activation: activation)
    pass.count(multiplyAdds: y.count / max(weight.shape[2], 1) * weight.count)
    return y
  }
}

/// The transpose of a convolution, which makes images larger.
///
/// ```swift
/// let layer = ConvTranspose2d(32, 16, kernel: 2, stride: 2, random: &random)
/// layer(x)                                   // x: [8, 14, 14, 32]  ->  [8, 28, 28, 16]
/// ```
public struct ConvTranspose2d: Layer {
  /// `[KH, KW, out / groups, in]`: that of the convolution which this is the transpose of.
  @Parameter public var weight: Tensor<Float>
  /// `[out]`.
  @Parameter public var bias: Tensor<Float>?
  public let stride: Extent
  public let padding: Padding
  public let dilation: Extent
  public let groups: Int
  /// Rows and columns added to the result, less than the stride.
  public let extra: Extent

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Extent, stride: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, extra: Extent = 0, bias: Bool = true,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    checkGroups("ConvTranspose2d", inputs, outputs, groups)
    // Fans are those of the convolution, from the larger image to the smaller one.
    let window = kernel.height * kernel.width
    (weight, self.bias) = convolutionWeights(
      [kernel.height, kernel.width, outputs / groups, inputs], fanIn: window * outputs / groups,
      fanOut: window * inputs / groups, bias: bias ? outputs : nil, initializer, &random)
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.extra = extra
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let weight = weight
    pass.count(multiplyAdds: x.count / max(weight.shape[3], 1) * weight.count)
    return x.transposedConv2d(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups,
      extra: extra)
  }
}

private func convolutionWeights(
  _ shape: Shape, fanIn: Int, fanOut: Int, bias: Int?, _ initializer: Initializer,
  _ random: inout RandomStream
) -> (weight: Tensor<Float>, bias: Tensor<Float>?) {
  let weight = initializer(
    Initializer.Target(shape: shape, fanIn: fanIn, fanOut: fanOut), &random)
  let bias = bias.map {
    Initializer.fanInUniform(
      Initializer.Target(shape: [$0], fanIn: fanIn, fanOut: fanOut), &random)
  }
  return (weight, bias)
}

private func checkGroups(_ layer: StaticString, _ inputs: Int, _ outputs: Int, _ groups: Int) {
  precondition(
    groups > 0 && inputs % groups == 0 && outputs % groups == 0,
    "\(layer): \(inputs) inputs and \(outputs) outputs do not divide into \(groups) groups")
}
