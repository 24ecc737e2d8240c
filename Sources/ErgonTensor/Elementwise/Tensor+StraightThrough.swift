// Functions whose value is taken as it is and whose gradient is passed by unchanged.
extension Tensor where Scalar: FloatScalar {
  /// The value of a function of this array, with the gradient of the identity.
  ///
  /// It is how a network learns through a step that has no useful derivative: rounding to a grid,
  /// the sign of a weight, a ternary weight.
  ///
  /// ```swift
  /// let ternary = w.straightThrough { ($0 / scale).clipped(to: -1...1).rounded() * scale }
  /// ```
  ///
  /// - Precondition: the function keeps the shape.
  /// - Reference: Bengio, Léonard, Courville, Estimating or propagating gradients through
  ///   stochastic neurons, 2013.
  public func straightThrough(_ function: (Tensor) -> Tensor) -> Tensor {
    let y = withoutRecording { function(stoppingGradient) }
    precondition(y.shape == shape, "straightThrough: the function made \(y.shape) of \(shape)")
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g } }
  }

  /// The nearest whole numbers, with the gradient of the identity.
  public func roundedStraightThrough() -> Tensor { straightThrough { $0.rounded() } }
}
