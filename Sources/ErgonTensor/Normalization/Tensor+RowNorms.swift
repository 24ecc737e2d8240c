extension Tensor where Scalar: FloatScalar {
  /// Rows along the last axis brought to mean 0 and variance 1, then scaled and shifted:
  /// (x - mean) / √(variance + ε) · weight + bias.
  ///
  /// ```swift
  /// x.layerNorm(weight: w, bias: b)      // x: [8, 256, 64], w, b: [64]  ->  [8, 256, 64]
  /// ```
  ///
  /// - Precondition: weight and bias have the length of the last axis.
  /// - Reference: Ba, Kiros, Hinton, Layer normalization, 2016.
  @specialized(where Scalar == Float)
  public func layerNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Scalar = 1e-5
  ) -> Tensor {
    checkAffine(weight, bias, "layerNorm")
    let records = isRecorded || (weight?.isRecorded ?? false) || (bias?.isRecorded ?? false)
    if records, Tensor.isDifferentiatedTwice {
      let centred = self - mean(axes: [-1], keepingAxes: true)
      let variance = centred.squared().mean(axes: [-1], keepingAxes: true)
      return (centred * (variance + epsilon).rsqrt()).scaled(by: weight, shiftedBy: bias)
    }
    let (x, w, b) = (contiguousValue, weight?.contiguousValue, bias?.contiguousValue)
    let (rows, columns) = x.rowsAndColumns
    let (means, factors) = (Tensor(shape: [rows]) { _ in }, Tensor(shape: [rows]) { _ in })
    let y = Tensor(shape: shape) {
      Scalar._layerNorm(
        rows, columns, epsilon, x.start, w?.start, b?.start, $0, means.memory, factors.memory)
    }
    guard records else { return y }
    let (weightPlace, biasPlace) = (weight?.outline, bias?.outline)
    return y.recordedOnce { g, back in
      let dy = g.contiguousValue
      let dx = back.needs(x) ? Tensor(shape: x.shape) { _ in } : nil
      let dw = back.fresh(weightPlace)
      let db = back.fresh(biasPlace)
      Scalar._layerNormGradient(
        rows, columns, x.start, w?.start, means.start, factors.start, dy.start, dx?.memory,
        dw?.memory, db?.memory)
      if let dx { back.add(to: x) { dx } }
      if let dw, let weightPlace { back.add(to: weightPlace) { dw } }
      if let db, let biasPlace { back.add(to: biasPlace) { db } }
    }
  }

  /// Rows along the last axis divided by their root mean square, then scaled:
  /// x / √(mean(x²) + ε) · weight.
  ///
  /// ```swift
  /// x.rmsNorm(weight: w)                 // x: [8, 256, 64], w: [64]  ->  [8, 256, 64]
  /// ```
  ///
  /// - Precondition: the weight has the length of the last axis.
  /// - Reference: Zhang, Sennrich, Root mean square layer normalization, 2019.
  @specialized(where Scalar == Float)
  public func rmsNorm(weight: Tensor? = nil, epsilon: Scalar = 1e-6) -> Tensor {
    checkAffine(weight, nil, "rmsNorm")
    let records = isRecorded || (weight?.isRecorded ?? false)
    if records, Tensor.isDifferentiatedTwice {
      let meanSquare = squared().mean(axes: [-1], keepingAxes: true)
      return (self * (meanSquare + epsilon).rsqrt()).scaled(by: weight, shiftedBy: nil)
    }
    let (x, w) = (contiguousValue, weight?.contiguousValue)
    let (rows, columns) = x.rowsAndColumns
    let factors = Tensor(shape: [rows]) { _ in }
    let y = Tensor(shape: shape) {
      Scalar._rmsNorm(rows, columns, epsilon, x.start, w?.start, $0, factors.memory)
    }
    guard records else { return y }
    let weightPlace = weight?.outline
    return y.recordedOnce { g, back in
      let dy = g.contiguousValue
      let dx = back.needs(x) ? Tensor(shape: x.shape) { _ in } : nil
      let dw = back.fresh(weightPlace)
      Scalar._rmsNormGradient(
        rows, columns, x.start, w?.start, factors.start, dy.start, dx?.memory, dw?.memory)
      if let dx { back.add(to: x) { dx } }
      if let dw, let weightPlace { back.add(to: weightPlace) { dw } }
    }
  }

  /// Channels in groups, each group of each image brought to mean 0 and variance 1, then scaled
  /// and shifted by channel.
  ///
  /// One group is a layer norm over the whole image, as many groups as channels the instance norm.
  ///
  /// ```swift
  /// x.groupNorm(groups: 4, weight: w, bias: b)     // x: [8, 16, 16, 32], w, b: [32]
  /// ```
  ///
  /// - Precondition: channels last, `[N, …, C]`; `groups` divides C.
  /// - Reference: Wu, He, Group normalization, 2018.
  public func groupNorm(
    groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Scalar = 1e-5
  ) -> Tensor {
    checkAffine(weight, bias, "groupNorm")
    precondition(
      rank > 1 && groups > 0 && shape[-1] % groups == 0,
      "groupNorm: \(shape) has no \(groups) equal groups of channels")
    let (n, c) = (shape[0], shape[-1])
    let places = shape.product(1..<rank - 1)
    // [N, places, groups, C / groups] with each group's elements in one row
    let grouped = reshaped(to: [n, places, groups, c / groups]).permuted([0, 2, 1, 3])
    let rows = grouped.reshaped(to: [n, groups, places * (c / groups)]).layerNorm(epsilon: epsilon)
    return rows.reshaped(to: [n, groups, places, c / groups]).permuted([0, 2, 1, 3])
      .reshaped(to: shape).scaled(by: weight, shiftedBy: bias)
  }

  /// Every channel of every image brought to mean 0 and variance 1, then scaled and shifted.
  ///
  /// - Precondition: channels last, `[N, …, C]`.
  public func instanceNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Scalar = 1e-5
  ) -> Tensor {
    groupNorm(groups: shape[-1], weight: weight, bias: bias, epsilon: epsilon)
  }

  func scaled(by weight: Tensor?, shiftedBy bias: Tensor?) -> Tensor {
    let scaled = weight.map { self * $0 } ?? self
    return bias.map { scaled + $0 } ?? scaled
  }

  func checkAffine(_ weight: Tensor?, _ bias: Tensor?, _ operation: StaticString) {
    precondition(rank > 0, "\(operation): a scalar has no axis to normalise")
    for parameter in [weight, bias] {
      guard let parameter else { continue }
      precondition(
        parameter.rank == 1 && parameter.count == shape[-1],
        "\(operation): \(shape) with a weight or bias of \(parameter.shape), not [\(shape[-1])]")
    }
  }

  /// The memory of an array that nothing else has seen yet.
  var memory: UnsafeMutablePointer<Scalar> { UnsafeMutablePointer(mutating: start) }
}

extension BackwardPass {
  /// Memory for the gradient of a parameter, where anybody asks for it.
  func fresh<S: FloatScalar>(_ parameter: Tensor<S>?) -> Tensor<S>? {
    guard let parameter, needs(parameter) else { return nil }
    return Tensor(shape: parameter.shape) { _ in }
  }
}
