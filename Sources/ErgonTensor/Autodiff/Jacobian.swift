/// The value of a function and the product of a vector with its Jacobian, cotangentᵀ · ∂y/∂x.
///
/// ```swift
/// let (y, dx) = vectorJacobianProduct(at: x, cotangent: g) { $0.matmul(w) }
/// ```                                           // x: [5, 3], w: [3, 2], g: [5, 2]; dx: [5, 3]
///
/// - Precondition: the cotangent has the shape of the function's value.
/// - Cost: that of a gradient, whatever the size of the value.
public func vectorJacobianProduct<S: FloatScalar, E>(
  at argument: Tensor<S>, cotangent: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradient: Tensor<S>) {
  let (value, gradients) = try vectorJacobianProduct(at: [argument], cotangent: cotangent) {
    x throws(E) in try function(x[0])
  }
  return (value, gradients[0])
}

/// The value of a function and the product of a vector with its Jacobian in each argument.
///
/// - Precondition: the cotangent has the shape of the function's value.
public func vectorJacobianProduct<S: FloatScalar, E>(
  at arguments: [Tensor<S>], cotangent: Tensor<S>,
  _ function: ([Tensor<S>]) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
  try GradientScope.open(at: arguments) { watched, scope throws(E) in
    let value = try function(watched)
    precondition(
      value.shape == cotangent.shape,
      "vectorJacobianProduct: a cotangent of \(cotangent.shape) for a value of \(value.shape)")
    return (scope.leaving(value), scope.pullBack(cotangent, of: value, to: watched))
  }
}

/// The derivatives of every element of a function's value in every element of its argument.
///
/// The axes are those of the value, then those of the argument.
///
/// ```swift
/// jacobian(at: x) { $0.matmul(w) }             // x: [3], w: [3, 2]  ->  [2, 3]
/// ```
///
/// - Cost: the function once and one walk back for each element of its value.
public func jacobian<S: FloatScalar, E>(
  at argument: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> Tensor<S> {
  try GradientScope.open(at: [argument]) { watched, scope throws(E) in
    let value = try function(watched[0])
    let rows = (0..<value.count).map { element in
      var cotangent = Tensor<S>(repeating: 0, shape: value.shape)
      cotangent.withMutableElements { $0[element] = 1 }
      return scope.pullBack(cotangent, of: value, to: watched, again: true)[0]
    }
    let shape = Shape(value.shape.lengths + argument.shape.lengths)
    return rows.isEmpty ? Tensor(repeating: 0, shape: shape) : .stacked(rows).reshaped(to: shape)
  }
}

/// The second derivatives of a scalar function; the axes are those of the argument, twice.
///
/// ```swift
/// hessian(at: x) { ($0 * $0 * $0).sum() }      // x: [n]  ->  [n, n], diagonal 6x
/// ```
///
/// - Precondition: the function's value has one element.
/// - Cost: a gradient, recorded, and one walk back over it for each element of the argument.
public func hessian<S: FloatScalar>(
  at argument: Tensor<S>, _ function: (Tensor<S>) -> Tensor<S>
) -> Tensor<S> {
  jacobian(at: argument) { gradient(at: $0, function) }
}

/// The product of a scalar function's second derivatives with a vector, without forming them.
///
/// - Precondition: the function's value has one element; the vector has the argument's shape.
/// - Cost: about twice that of a gradient.
public func hessianVectorProduct<S: FloatScalar>(
  at argument: Tensor<S>, vector: Tensor<S>, _ function: (Tensor<S>) -> Tensor<S>
) -> Tensor<S> {
  vectorJacobianProduct(at: argument, cotangent: vector) { gradient(at: $0, function) }.gradient
}
