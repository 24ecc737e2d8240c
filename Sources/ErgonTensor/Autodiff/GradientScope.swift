import CErgonKernels

/// The time during which a function whose gradient is asked for runs, on one thread.
///
/// Scopes nest: inside another one the walk back is itself recorded, which is what makes gradients
/// of gradients.
struct GradientScope {
  /// Whether the scope lies inside no other.
  private let isOutermost: Bool
  /// Whether the walk back is recorded: inside another scope that is recording.
  private let isRecorded: Bool
  /// The number that operations recorded in the scope are above.
  private let boundary: UInt64

  /// Watches `arguments` in a new scope while `body` runs.
  static func open<S: FloatScalar, R, E>(
    at arguments: [Tensor<S>], _ body: ([Tensor<S>], GradientScope) throws(E) -> R
  ) throws(E) -> R {
    // Arguments recorded by a scope of another thread make this one an inner scope too.
    let isOutermost = ek_gradient_depth() == 0 && arguments.allSatisfy { $0.node == nil }
    let pauses = ek_recording_paused()
    let scope = GradientScope(
      isOutermost: isOutermost, isRecorded: !isOutermost && pauses == 0, boundary: ek_next_id())
    ek_gradient_depth_add(1)
    ek_recording_pause_add(-pauses)
    defer {
      ek_gradient_depth_add(-1)
      ek_recording_pause_add(pauses)
    }
    return try body(arguments.map { $0.watched() }, scope)
  }

  /// The gradients that `cotangent`, a gradient of `result`, becomes in the watched tensors.
  ///
  /// - Parameter again: Whether the same operations will be walked once more.
  func pullBack<S: FloatScalar>(
    _ cotangent: Tensor<S>, of result: Tensor<S>, to watched: [Tensor<S>], again: Bool = false
  ) -> [Tensor<S>] {
    let pass = BackwardPass(
      boundary: boundary, keepsGraph: isRecorded || again, isRecorded: isRecorded,
      isOutermost: isOutermost)
    // The outermost gradient is a plain number: nothing of its making is recorded.
    if !isRecorded { ek_recording_pause_add(1) }
    pass.run(from: result, cotangent, until: watched.map { $0.node! })
    if !isRecorded { ek_recording_pause_add(-1) }
    return watched.map { argument in
      argument.node!.takeGradient(of: S.self) ?? Tensor(repeating: 0, shape: argument.shape)
    }
  }

  /// What leaves the scope: where nothing is recorded, nothing refers to the tape any more.
  func leaving<S>(_ result: Tensor<S>) -> Tensor<S> {
    isRecorded ? result : result.stoppingGradient
  }
}
