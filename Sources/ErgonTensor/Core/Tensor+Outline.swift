extension Tensor {
  /// This tensor's shape and place on the tape without its elements.
  ///
  /// It is what a pullback keeps of an input whose values the gradient does not need, so that the
  /// memory of the input can be used again.
  package var outline: Tensor {
    Tensor(storage: .none, layout: Layout(contiguous: shape), node: node)
  }
}

extension TensorStorage {
  /// No memory at all.
  static let none = TensorStorage(byteCount: 0)
}
