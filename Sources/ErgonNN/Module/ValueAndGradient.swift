public import ErgonTensor

/// The value of a loss and its gradient in each trainable variable, with whatever else the
/// closure wants to hand out.
///
/// The variables are watched in place while the closure runs, so that a model needs no second form
/// for learning. Gradients come in the order of the variables that are trainable.
///
/// ```swift
/// let parameters = model.parameters()              // once
/// let (loss, gradients, logits) = valueAndGradient(of: parameters) {
///   let logits = model(x, pass)                    // x: [n, in]  ->  [n, classes]
///   return (crossEntropy(logits, labels), logits.stoppingGradient)
/// }
/// ```
///
/// - Cost: about three times the forward operations.
public func valueAndGradient<Extra, E>(
  of variables: [NamedVariable], _ loss: () throws(E) -> (Tensor<Float>, Extra)
) throws(E) -> (value: Tensor<Float>, gradients: [Tensor<Float>], extra: Extra) {
  let watched = variables.compactMap { $0.variable.isTrainable ? $0.variable : nil }
  let values = watched.map(\.value)
  var extra: Extra?
  // Until the walk back is over: a checkpointed layer runs again in it.
  defer { for (variable, value) in zip(watched, values) { variable.value = value } }
  let (value, gradients) = try valueAndGradient(at: values) { places throws(E) in
    for (variable, place) in zip(watched, places) { variable.value = place }
    let (result, others) = try loss()
    extra = others
    return result
  }
  return (value, gradients, extra!)
}

/// The value of a loss and its gradient in each trainable variable.
public func valueAndGradient<E>(
  of variables: [NamedVariable], _ loss: () throws(E) -> Tensor<Float>
) throws(E) -> (value: Tensor<Float>, gradients: [Tensor<Float>]) {
  let (value, gradients, _) = try valueAndGradient(of: variables) { () throws(E) in
    (try loss(), ())
  }
  return (value, gradients)
}

/// The value of a loss and its gradient in each trainable parameter of a model.
///
/// - Cost: that of the form for variables, and a walk by reflection: name ``Module/parameters()``
///   once where steps follow one another.
public func valueAndGradient<E>(
  of model: some Module, _ loss: () throws(E) -> Tensor<Float>
) throws(E) -> (value: Tensor<Float>, gradients: [Tensor<Float>]) {
  try valueAndGradient(of: model.parameters(), loss)
}
