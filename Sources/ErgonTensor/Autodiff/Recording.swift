import CErgonKernels

extension Tensor {
  /// Whether operations on this tensor are being recorded.
  public var isRecorded: Bool { node != nil && ek_recording_paused() == 0 }

  /// Whether an operation on two tensors is to be recorded.
  @inline(__always)
  package static func records(_ a: Tensor, _ b: Tensor) -> Bool {
    (a.node != nil || b.node != nil) && ek_recording_paused() == 0
  }

  @inline(__always)
  static func records(_ a: Tensor, _ b: Tensor, _ c: Tensor?) -> Bool {
    (a.node != nil || b.node != nil || c?.node != nil) && ek_recording_paused() == 0
  }

  /// This value as the result of an operation whose gradient `pullback` passes on.
  ///
  /// ```swift
  /// guard Tensor.records(a, b) else { return y }
  /// return y.recorded { g, back in
  ///   back.add(to: a) { g * b }
  ///   back.add(to: b) { g * a }
  /// }
  /// ```
  ///
  /// A pullback keeps alive what it captures: capture ``outline`` where an input's values are not
  /// needed.
  @inline(__always)
  package func recorded(_ pullback: @escaping (inout Tensor, BackwardPass) -> Void) -> Tensor {
    var result = self
    result.node = TapeNode { node, pass in
      guard var g = node.takeGradient(of: Scalar.self) else { return }
      pullback(&g, pass)
    }
    return result
  }

  /// This value as the result of an operation whose gradient is best told by the result itself.
  ///
  /// The pullback is handed the result, on the tape where the walk is recorded.
  package func recordedWithResult(
    _ pullback: @escaping (_ y: Tensor, _ g: inout Tensor, _ back: BackwardPass) -> Void
  ) -> Tensor {
    // Capturing the recorded result would tie a node to itself and leak it.
    let plain = self
    return recorded { g, back in
      var y = plain
      if back.isRecorded { y.node = back.current }
      pullback(y, &g, back)
    }
  }

  /// This value as the result of an operation whose pullback is made of kernels.
  ///
  /// - Precondition: when the gradient is taken, it is not itself recorded; see
  ///   ``isDifferentiatedTwice``.
  func recordedOnce(_ pullback: @escaping (inout Tensor, BackwardPass) -> Void) -> Tensor {
    recorded { g, back in
      precondition(
        !back.isRecorded,
        "gradient of a gradient: an operation of the function ran on a thread outside the scope")
      pullback(&g, back)
    }
  }

  /// Whether a gradient of the gradient may be asked for of what is now recorded: inside two scopes.
  ///
  /// Operations made of one kernel then run as the composition of simpler ones.
  static var isDifferentiatedTwice: Bool { ek_gradient_depth() > 1 }

  /// This value cut off from whatever was recorded of it: gradients treat it as a constant.
  public var stoppingGradient: Tensor {
    var result = self
    result.node = nil
    return result
  }

  /// This value as a place where gradients arrive.
  func watched() -> Tensor {
    // Inside another gradient's scope the place is also an operation, the identity.
    if node != nil {
      let x = outline
      return recorded { g, back in back.add(to: x) { g } }
    }
    var result = self
    result.node = TapeNode(pullback: nil)
    return result
  }
}

/// Runs `body` without recording any operation of this thread.
public func withoutRecording<R, E>(_ body: () throws(E) -> R) throws(E) -> R {
  ek_recording_pause_add(1)
  defer { ek_recording_pause_add(-1) }
  return try body()
}
