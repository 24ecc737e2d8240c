public import ErgonTensor

/// A bound on gradients, applied before a step.
public enum GradientClipping: Sendable, Hashable {
  /// All gradients are scaled by one factor where their common Euclidean norm exceeds a bound.
  case norm(Float)
  /// Every element is moved into `-bound ... bound`.
  case value(Float)

  /// Bounds the gradients in place.
  ///
  /// - Returns: Their common Euclidean norm before.
  @discardableResult
  public func clip(_ gradients: inout [Tensor<Float>]) -> Float {
    let norm = gradients.euclideanNorm
    switch self {
    case .norm(let bound):
      guard norm > bound else { break }
      let factor = bound / (norm + 1e-6)
      gradients.scale(by: factor)
    case .value(let bound):
      for index in gradients.indices {
        gradients[index].withMutableElements { elements in
          for i in elements.indices {
            elements[i] = Swift.min(Swift.max(elements[i], -bound), bound)
          }
        }
      }
    }
    return norm
  }
}

extension [Tensor<Float>] {
  /// The root of the sum of the squares of all elements.
  var euclideanNorm: Float {
    let squares = reduce(0.0) { total, gradient in
      total
        + gradient.withElements { elements in
          guard let start = elements.baseAddress else { return 0 }
          return Double(Float._dot(elements.count, start, start))
        }
    }
    return Float(squares.squareRoot())
  }

  mutating func scale(by factor: Float) {
    for index in indices { self[index] *= factor }
  }
}
