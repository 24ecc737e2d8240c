import ErgonTensor

extension Tensor {
  /// A linear map of this array, recorded by its transpose, which is recorded by the map again:
  /// gradients of any order follow.
  ///
  /// A complex gradient g is the one that makes dL the real part of Σ g dz, that is
  /// dL/d(real part) - i dL/d(imaginary part): products pass it on as they do for real numbers.
  func applying<Result: TensorScalar>(
    _ map: @escaping (Tensor) -> Tensor<Result>,
    transpose: @escaping (Tensor<Result>) -> Tensor
  ) -> Tensor<Result> {
    let y = map(stoppingGradient)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.applying(transpose, transpose: map) } }
  }
}
