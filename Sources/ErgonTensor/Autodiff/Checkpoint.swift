import CErgonKernels

/// The result of `function`, of which nothing is kept for the gradient but the inputs: the function
/// runs again when the gradient reaches it.
///
/// Memory then grows with the number of checkpointed blocks, not with what happens inside them, for
/// one more run of each. The function may use other recorded tensors, weights for example, that it
/// captures. It must give the same result both times: a random stream it draws from has to be
/// copied inside it.
///
/// ```swift
/// let y = checkpointed(x) { block($0) }        // x: [8, 256, 64]  ->  y: [8, 256, 64]
/// ```
///
/// - Cost: one more run of the function when a gradient is taken.
/// - Reference: Chen, Xu, Zhang, Guestrin, Training deep nets with sublinear memory cost, 2016.
public func checkpointed<S: FloatScalar>(
  _ input: Tensor<S>, _ function: @escaping (Tensor<S>) -> Tensor<S>
) -> Tensor<S> {
  checkpointed([input]) { function($0[0]) }
}

/// The result of a function of several inputs, of which nothing else is kept for the gradient.
public func checkpointed<S: FloatScalar>(
  _ inputs: [Tensor<S>], _ function: @escaping ([Tensor<S>]) -> Tensor<S>
) -> Tensor<S> {
  // The function may capture recorded tensors: whether any gradient passes is known only when it
  // runs again, so that the result is recorded in every scope.
  guard ek_gradient_depth() > 0, ek_recording_paused() == 0 else { return function(inputs) }
  let value = withoutRecording { function(inputs) }.stoppingGradient
  return value.recorded { g, back in
    let pauses = ek_recording_paused()
    ek_recording_pause_add(-pauses)
    let boundary = ek_next_id()
    let watched = inputs.map { $0.watched() }
    let again = function(watched)
    ek_recording_pause_add(pauses)
    // The inner walk ends at the inputs and hands what reaches captured tensors to the outer one.
    let pass = BackwardPass(
      boundary: boundary, keepsGraph: back.keepsGraph, isRecorded: back.isRecorded, outer: back)
    pass.run(from: again, g, until: watched.map { $0.node! })
    for (input, watched) in zip(inputs, watched) {
      guard let gradient = watched.node!.takeGradient(of: S.self) else { continue }
      back.add(to: input) { gradient }
    }
  }
}
