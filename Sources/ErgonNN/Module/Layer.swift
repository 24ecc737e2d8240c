public import ErgonTensor

/// A module that makes one array of another.
///
/// ```swift
/// struct Squeeze: Layer {
///   let down: Linear
///   let up: Linear
///   func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
///     x + up(down(x, pass), pass)            // [n, width]  ->  [n, width]
///   }
/// }
/// ```
public protocol Layer: Module {
  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float>
}

extension Layer {
  /// The result for use, not for learning.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { self(x, .inference) }
}
