/// A linear operation on one array together with its transpose, each the other's gradient.
///
/// Averaging a window, looking up rows, dropping elements, turning pairs: operations of this kind
/// have gradients of every order as soon as they have a transpose.
struct LinearMap<Scalar: FloatScalar> {
  /// Applies the map to an array; records nothing.
  var forward: (Tensor<Scalar>) -> Tensor<Scalar>
  /// Applies the transpose.
  var transpose: (Tensor<Scalar>) -> Tensor<Scalar>

  var transposed: LinearMap { LinearMap(forward: transpose, transpose: forward) }
}

extension Tensor where Scalar: FloatScalar {
  /// A linear map of this array, recorded.
  func applying(_ map: LinearMap<Scalar>) -> Tensor {
    let y = map.forward(self).stoppingGradient
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.applying(map.transposed) } }
  }
}
