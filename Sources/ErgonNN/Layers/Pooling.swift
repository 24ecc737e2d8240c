public import ErgonTensor

/// The greatest element of every window of an image.
public struct MaxPool2d: Layer {
  public let window: Extent
  public let stride: Extent
  public let padding: Padding

  /// - Parameter stride: The window where it is not given.
  public init(_ window: Extent, stride: Extent? = nil, padding: Padding = .valid) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.maxPool2d(window, stride: stride, padding: padding)
  }
}

/// The average of every window of an image.
public struct AveragePool2d: Layer {
  public let window: Extent
  public let stride: Extent
  public let padding: Padding
  /// Whether the zeros around the image count as elements.
  public let countsPadding: Bool

  /// - Parameter stride: The window where it is not given.
  public init(
    _ window: Extent, stride: Extent? = nil, padding: Padding = .valid, countsPadding: Bool = false
  ) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.averagePool2d(window, stride: stride, padding: padding, countsPadding: countsPadding)
  }
}

/// The average of every channel over the whole image: `[n, h, w, c]` to `[n, c]`.
public struct GlobalAveragePool: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.globalAveragePool2d()
  }
}
