public import ErgonTensor

/// Layers one after the other; their names are their places.
///
/// ```swift
/// let model = Sequential {
///   Flatten()
///   Linear(784, 256, activation: .relu, random: &random)
///   Linear(256, 10, random: &random)         // "1.weight", "1.bias", "2.weight", "2.bias"
/// }
/// ```
public struct Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }
  public init(_ layers: any Layer...) { self.layers = layers }
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    var x = x
    for layer in layers { x = layer(x, pass) }
    return x
  }
}

/// Gathers the layers of a ``Sequential``.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap(\.self) }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap(\.self) }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}

/// A body whose input is added to its output.
///
///     y = activation(body(x) + shortcut(x))
///
/// - Reference: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016.
public struct Residual: Layer {
  public let body: any Layer
  /// What the input passes on its way past the body, where shapes change; `nil` passes it as it is.
  public let shortcut: (any Layer)?
  public let activation: Activation

  public init(_ body: any Layer, shortcut: (any Layer)? = nil, activation: Activation = .none) {
    self.body = body
    self.shortcut = shortcut
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    (body(x, pass) + (shortcut?(x, pass) ?? x)).activated(by: activation)
  }
}

/// Joins all axes but the first: `[n, …]` to `[n, the rest]`.
public struct Flatten: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.reshaped(x.shape[0], -1)
  }
}

/// An activation stands in a ``Sequential`` as it is: `Activation.relu`.
///
/// Where it follows a ``Linear`` or ``Conv2d``, giving it to that layer saves a pass over memory.
extension Activation: Layer {
  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.activated(by: self)
  }
}
