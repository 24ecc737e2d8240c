import CErgonKernels

// What ternary weights and int8 activations are while a network learns: floats of few values, with
// the gradient of the identity.
extension Tensor where Scalar == Float {
  /// The matrix with every weight rounded to -1, 0 or 1 times one number, the mean of their
  /// magnitudes; the gradient is the identity's.
  ///
  ///     s = 1 / max(mean|w|, 1e-5);  w' = clamp(round(w s), -1, 1) / s
  ///
  /// ```swift
  /// let y = x.int8StraightThrough().matmul(w.ternaryStraightThrough())
  /// ```
  ///
  /// - Parameter threshold: Scales the mean: above 1 more weights become 0.
  /// - Accuracy: halves are rounded to even; the mean is summed in double precision, in the same
  ///   order for any number of threads.
  /// - Cost: two passes over the weights.
  /// - Reference: Ma et al., "The era of 1-bit LLMs", 2024, equations 1 to 3.
  public func ternaryStraightThrough(threshold: Float = 1) -> Tensor {
    straightThrough { $0.ternarized(threshold: threshold).values }
  }

  /// Weights rounded to trits and back, and what they were multiplied with before.
  public func ternarized(threshold: Float = 1) -> (values: Tensor, scale: Float) {
    let w = stoppingGradient.contiguous()
    var scale: Float = 0
    let values = Tensor(shape: shape) { y in
      let pieces = w.count / 8192 + 1
      withUnsafeTemporaryAllocation(of: Double.self, capacity: pieces) { sums in
        scale = ek_fake_ternarize(w.count, w.start, sums.baseAddress!, threshold, y)
      }
    }
    return (values, scale)
  }

  /// Each row along the last axis rounded to 255 levels up to its greatest magnitude; the gradient
  /// is the identity's.
  ///
  ///     s = 127 / max(max|x|, 1e-5);  x' = clamp(round(x s), -128, 127) / s
  ///
  /// A row with a NaN or an infinity becomes NaN as a whole, a row of zeros stays one.
  ///
  /// - Accuracy: halves are rounded to even.
  /// - Cost: two passes over a row, which the first cache holds.
  /// - Reference: Ma et al., "The era of 1-bit LLMs", 2024; the scale as in their "Training tips,
  ///   code and FAQ".
  public func int8StraightThrough() -> Tensor {
    straightThrough { x in
      let x = x.contiguous()
      let (rows, columns) = x.rowsAndColumns
      return Tensor(shape: x.shape) { ek_fake_quantize_rows(rows, columns, x.start, $0) }
    }
  }
}
