import CErgonKernels

/// Channels brought to mean 0 and variance 1 over a batch, and the moments they had.
public struct BatchNormResult<Scalar: FloatScalar>: Sendable {
  public var output: Tensor<Scalar>
  /// The batch's mean of every channel, a constant to gradients.
  public var mean: Tensor<Scalar>
  /// The batch's variance of every channel, by its number of elements; a constant to gradients.
  public var variance: Tensor<Scalar>
}

extension Tensor where Scalar: FloatScalar {
  /// Channels brought to mean 0 and variance 1 over the batch and all places, then scaled and
  /// shifted: (x - mean) / √(variance + ε) · weight + bias.
  ///
  /// The moments are given too, for the running averages that inference uses.
  ///
  /// ```swift
  /// let y = x.batchNorm(weight: w, bias: b)      // x: [32, 8, 8, 16], w, b: [16]
  /// y.output                                     // [32, 8, 8, 16]; y.mean, y.variance: [16]
  /// ```
  ///
  /// - Precondition: channels last; weight and bias have their number.
  /// - Reference: Ioffe, Szegedy, Batch normalization, 2015.
  public func batchNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Scalar = 1e-5
  ) -> BatchNormResult<Scalar> {
    checkAffine(weight, bias, "batchNorm")
    let (x, w, b) = (contiguousValue, weight?.contiguousValue, bias?.contiguousValue)
    let (rows, columns) = x.rowsAndColumns
    let (mean, variance) = (Tensor(shape: [columns]) { _ in }, Tensor(shape: [columns]) { _ in })
    Scalar._columnMoments(rows, columns, x.start, mean.memory, variance.memory)
    let factors = variance.reciprocalDeviation(epsilon)
    let records = isRecorded || (weight?.isRecorded ?? false) || (bias?.isRecorded ?? false)
    if records, Tensor.isDifferentiatedTwice {
      let axes = Array(0..<rank - 1)
      let centred = self - self.mean(axes: axes, keepingAxes: true)
      let variances = centred.squared().mean(axes: axes, keepingAxes: true)
      let output = (centred * (variances + epsilon).rsqrt()).scaled(by: weight, shiftedBy: bias)
      return BatchNormResult(output: output, mean: mean, variance: variance)
    }
    let y = Tensor(shape: shape) {
      Scalar._batchNorm(
        rows, columns, x.start, mean.start, factors.start, w?.start, b?.start, EK_NO_ACTIVATION, $0)
    }
    guard records else { return BatchNormResult(output: y, mean: mean, variance: variance) }
    let (weightPlace, biasPlace) = (weight?.outline, bias?.outline)
    let output = y.recordedOnce { g, back in
      let dy = g.contiguousValue
      let dx = back.needs(x) ? Tensor(shape: x.shape) { _ in } : nil
      let dw = back.fresh(weightPlace)
      let db = back.fresh(biasPlace)
      Scalar._batchNormGradient(
        rows, columns, x.start, mean.start, factors.start, w?.start, dy.start, dx?.memory,
        dw?.memory, db?.memory)
      if let dx { back.add(to: x) { dx } }
      if let dw, let weightPlace { back.add(to: weightPlace) { dw } }
      if let db, let biasPlace { back.add(to: biasPlace) { db } }
    }
    return BatchNormResult(output: output, mean: mean, variance: variance)
  }

  /// Channels normalised by moments that are given, as in inference; with an activation in the
  /// same pass.
  ///
  /// ```swift
  /// x.batchNorm(mean: m, variance: v, weight: w, bias: b, activation: .relu)
  /// // x: [1, 8, 8, 16], the others [16]  ->  [1, 8, 8, 16]
  /// ```
  ///
  /// - Precondition: channels last; all others have their number.
  public func batchNorm(
    mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil,
    epsilon: Scalar = 1e-5, activation: Activation = .none
  ) -> Tensor {
    checkAffine(weight, bias, "batchNorm")
    checkAffine(mean, variance, "batchNorm")
    let records =
      isRecorded || Tensor.records(mean, variance) || (weight?.isRecorded ?? false)
      || (bias?.isRecorded ?? false)
    guard !records else {
      let factor = (variance + epsilon).rsqrt()
      return ((self - mean) * factor).scaled(by: weight, shiftedBy: bias)
        .activated(by: activation)
    }
    let (x, w, b) = (contiguousValue, weight?.contiguousValue, bias?.contiguousValue)
    let (means, factors) = (mean.contiguousValue, variance.reciprocalDeviation(epsilon))
    let (rows, columns) = x.rowsAndColumns
    return Tensor(shape: shape) {
      Scalar._batchNorm(
        rows, columns, x.start, means.start, factors.start, w?.start, b?.start, activation.kernel,
        $0)
    }
  }

  /// 1 / √(x + ε) of a few numbers; records nothing.
  private func reciprocalDeviation(_ epsilon: Scalar) -> Tensor {
    let x = contiguousValue
    return Tensor(shape: shape) { out in
      for i in 0..<x.count { out[i] = 1 / (x.start[i] + epsilon).squareRoot() }
    }
  }
}
