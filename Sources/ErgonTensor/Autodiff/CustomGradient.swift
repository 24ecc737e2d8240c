/// The result of `forward`, with a gradient given by hand.
///
/// For operations whose derivative is known in a better form than the one that recording gives, or
/// is meant to be another. `pullback` is handed the gradient of the result and the inputs and gives
/// a gradient for each input, `nil` where it is zero. It is made of tensor operations, so that a
/// gradient of the gradient differentiates it in turn.
///
/// ```swift
/// let y = withCustomGradient(of: [x]) { $0[0].exp() } pullback: { g, x in
///   [(g * x[0].exp()).clipped(to: -1...1)]
/// }                                            // x: [n]  ->  y: [n]
/// ```
///
/// - Precondition: a gradient for each input, of its shape.
public func withCustomGradient<S: FloatScalar>(
  of inputs: [Tensor<S>], _ forward: ([Tensor<S>]) -> Tensor<S>,
  pullback: @escaping (_ gradient: Tensor<S>, _ inputs: [Tensor<S>]) -> [Tensor<S>?]
) -> Tensor<S> {
  let value = withoutRecording { forward(inputs.map(\.stoppingGradient)) }.stoppingGradient
  guard inputs.contains(where: \.isRecorded) else { return value }
  return value.recorded { g, back in
    let gradients = pullback(g, inputs)
    precondition(
      gradients.count == inputs.count,
      "withCustomGradient: \(gradients.count) gradients for \(inputs.count) inputs")
    for (input, gradient) in zip(inputs, gradients) {
      guard let gradient else { continue }
      precondition(
        gradient.shape == input.shape,
        "withCustomGradient: a gradient of \(gradient.shape) for an input of \(input.shape)")
      back.add(to: input) { gradient }
    }
  }
}
