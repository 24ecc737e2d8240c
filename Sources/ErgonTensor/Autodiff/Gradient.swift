import CErgonKernels

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
  let isInner = ek_gradient_depth() > 0
  let pauses = ek_recording_paused()
  ek_gradient_depth_add(1)
  ek_recording_pause_add(-pauses)
  defer {
    ek_gradient_depth_add(-1)
    ek_recording_pause_add(pauses)
  }
  let boundary = ek_next_id()
  let watched = arguments.map { $0.watched() }
  let value = try function(watched)
  precondition(
    value.count == 1, "gradient: the function's value has the shape \(value.shape), not one element"
  )
  let pass = BackwardPass(boundary: boundary, keepsGraph: isInner)
  // The outermost gradient is a plain number: nothing of its making is recorded.
  if !isInner { ek_recording_pause_add(1) }
  pass.run(
    from: value, Tensor(repeating: 1, shape: value.shape), until: Set(watched.map { $0.node!.id }))
  if !isInner { ek_recording_pause_add(-1) }
  let gradients = watched.map { argument in
    defer { argument.node!.gradient = nil }
    return argument.node!.gradient ?? Tensor(repeating: 0, shape: argument.shape)
  }
  return (isInner ? value : value.stoppingGradient, gradients)
}

/// The value of a scalar function and its gradient.
public func valueAndGradient<S: FloatScalar, E>(
  at argument: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> (value: Tensor<S>, gradient: Tensor<S>) {
  let (value, gradients) = try valueAndGradient(at: [argument]) { x throws(E) in
    try function(x[0])
  }
  return (value, gradients[0])
}

/// The gradient of a scalar function.
///
/// ```swift
/// gradient(at: x) { ($0 * $0).sum() }       // 2 * x
/// ```
public func gradient<S: FloatScalar, E>(
  at argument: Tensor<S>, _ function: (Tensor<S>) throws(E) -> Tensor<S>
) throws(E) -> Tensor<S> {
  try valueAndGradient(at: argument, function).gradient
}
