public import ErgonTensor

/// A body of which nothing but the input is kept for the gradient: it runs again when the gradient
/// reaches it.
///
/// A deep model then needs the memory of the inputs of its blocks and of the inside of one, for one
/// more run of each. Dropout drops the same elements both times, and running moments move once.
///
/// ```swift
/// Sequential((0..<12).map { _ in Checkpointed(block(&random)) })
/// ```
///
/// - Reference: Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost", 2016.
public struct Checkpointed: Layer {
  public let body: any Layer

  public init(_ body: any Layer) { self.body = body }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let start = pass.random
    var isFirst = true
    return checkpointed(x) { x in
      defer { isFirst = false }
      return body(x, isFirst ? pass : pass.replay(from: start))
    }
  }
}
