public import ErgonTensor

/// A table of learned vectors, looked up by number.
///
/// ```swift
/// let embedding = Embedding(4_096, 256, random: &random)
/// embedding(tokens)                          // tokens: [8, 128]  ->  [8, 128, 256]
/// ```
public struct Embedding: Module {
  /// `[count, width]`.
  @Parameter public var weight: Tensor<Float>

  /// A table from its vectors.
  public init(weight: Tensor<Float>) { self.weight = weight }

  /// Standard normal unless said otherwise.
  public init(
    _ count: Int, _ width: Int, initializer: Initializer = .normal(deviation: 1),
    random: inout RandomStream
  ) {
    weight = initializer([count, width], &random)
  }

  /// - Precondition: every number is in `0 ..< count`.
  public func callAsFunction(_ indices: Tensor<Int32>) -> Tensor<Float> {
    weight.gathering(indices)
  }
}
