import CErgonKernels

extension Tensor {
  /// Whether operations on this tensor are being recorded.
  public var isRecorded: Bool { node != nil && ek_recording_paused() == 0 }

  /// Whether an operation on two tensors is to be recorded.
  @inline(__always)
  static func records(_ a: Tensor, _ b: Tensor) -> Bool {
    (a.node != nil || b.node != nil) && ek_recording_paused() == 0
  }

  @inline(__always)
  static func records(_ a: Tensor, _ b: Tensor, _ c: Tensor) -> Bool {
    (a.node != nil || b.node != nil || c.node != nil) && ek_recording_paused() == 0
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
  func recorded(_ pullback: @escaping (Tensor, BackwardPass) -> Void) -> Tensor {
    var result = self
    result.node = TapeNode(pullback: pullback)
    return result
  }

  /// This value cut off from whatever was recorded of it: gradients treat it as a constant.
  public var stoppingGradient: Tensor {
    var result = self
    result.node = nil
    return result
  }

  /// This value as a place where gradients arrive.
  func watched() -> Tensor {
    let x = self
    var result = self
    // Inside another gradient's scope the place is also an operation, the identity.
    result.node = TapeNode(
      pullback: node == nil ? nil : { g, back in back.add(to: x) { g } })
    return result
  }
}

/// Runs `body` without recording any operation of this thread.
public func withoutRecording<R, E>(_ body: () throws(E) -> R) throws(E) -> R {
  ek_recording_pause_add(1)
  defer { ek_recording_pause_add(-1) }
  return try body()
}
