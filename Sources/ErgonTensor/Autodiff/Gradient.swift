/// The value of a scalar function and its gradient in each of its arguments.
///
/// Inside another such call the gradient is itself recorded, so that gradients of gradients need
/// nothing else.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(at: [w, b]) { p in
///   (x.matmul(p[0]) + p[1] - y).squared().mean()
/// }                                        // gradients: [w's shape, b's shape]
/// ```
///
/// - Precondition: the function's value has one element.
/// - Cost: about twice the operations of the function, and the memory of what it passed through.
public func valueAndGradient<S: FloatScalar, E>(
  at arguments: [Tensor<S>], _ function: ([Tensor<S>]) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
  try GradientScope.open(at: arguments) { watched, scope throws(E) in
    let value = try function(watched)
    precondition(
      value.count == 1,
      "gradient: the function's value has the shape \(value.shape), not one element")
    let one = Tensor<S>(repeating: 1, shape: value.shape)
    return (scope.leaving(value), scope.pullBack(one, of: value, to: watched))
  }
}

/// The value of a scalar function and its gradient.
///
/// ```swift
/// let (y, slope) = valueAndGradient(at: x) { $0.squared().sum() }      // slope: 2 * x
/// ```
///
/// - Precondition: the function's value has one element.
public func valueAndGradient<S: FloatScalar, E>(
  at argument: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradient: Tensor<S>) {
  let (value, gradients) = try valueAndGradient(at: [argument]) { x throws(E) in
    try function(x[0])
  }
  return (value, gradients[0])
}

/// The value of a scalar function of two arguments and its gradient in each.
///
/// - Precondition: the function's value has one element.
public func valueAndGradient<S: FloatScalar, E>(
  at first: Tensor<S>, _ second: Tensor<S>,
  _ function: (Tensor<S>, Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradients: (Tensor<S>, Tensor<S>)) {
  let (value, gradients) = try valueAndGradient(at: [first, second]) { x throws(E) in
    try function(x[0], x[1])
  }
  return (value, (gradients[0], gradients[1]))
}

/// The value of a scalar function of three arguments and its gradient in each.
///
/// - Precondition: the function's value has one element.
public func valueAndGradient<S: FloatScalar, E>(
  at first: Tensor<S>, _ second: Tensor<S>, _ third: Tensor<S>,
  _ function: (Tensor<S>, Tensor<S>, Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradients: (Tensor<S>, Tensor<S>, Tensor<S>)) {
  let (value, gradients) = try valueAndGradient(at: [first, second, third]) { x throws(E) in
    try function(x[0], x[1], x[2])
  }
  return (value, (gradients[0], gradients[1], gradients[2]))
}

// MARK: The gradient alone

/// The gradient of a scalar function in each of its arguments.
///
/// - Precondition: the function's value has one element.
public func gradient<S: FloatScalar, E>(
  at arguments: [Tensor<S>], _ function: ([Tensor<S>]) throws(E) -> Tensor<S>
) throws(E) -> [Tensor<S>] {
  try valueAndGradient(at: arguments, function).gradients
}

/// The gradient of a scalar function.
///
/// ```swift
/// gradient(at: x) { ($0 * $0).sum() }       // 2 * x
/// ```
///
/// - Precondition: the function's value has one element.
public func gradient<S: FloatScalar, E>(
  at argument: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> Tensor<S> {
  try valueAndGradient(at: argument, function).gradient
}

/// The gradient of a scalar function in each of two arguments.
///
/// - Precondition: the function's value has one element.
public func gradient<S: FloatScalar, E>(
  at first: Tensor<S>, _ second: Tensor<S>,
  _ function: (Tensor<S>, Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (Tensor<S>, Tensor<S>) {
  try valueAndGradient(at: first, second, function).gradients
}

/// The gradient of a scalar function in each of three arguments.
///
/// - Precondition: the function's value has one element.
public func gradient<S: FloatScalar, E>(
  at first: Tensor<S>, _ second: Tensor<S>, _ third: Tensor<S>,
  _ function: (Tensor<S>, Tensor<S>, Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (Tensor<S>, Tensor<S>, Tensor<S>) {
  try valueAndGradient(at: first, second, third, function).gradients
}
