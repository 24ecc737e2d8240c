extension Tensor where Scalar: FloatScalar {
  /// activation(x W + b): a fully connected layer in one pass.
  ///
  /// ```swift
  /// x.linear(w, bias: b, activation: .relu)   // x: [64, 784], w: [784, 256]  ->  [64, 256]
  /// ```
  ///
  /// - Parameters:
  ///   - weight: `[in, out]`.
  ///   - bias: `[out]`.
  /// - Precondition: the last axis has the length `in`.
  /// - Cost: 2 · rows · in · out operations; the gradient twice that. The gradient keeps the
  ///   input, and the result or, for SiLU and GELU, the sum before the activation.
  @specialized(where Scalar == Float)
  public func linear(
    _ weight: Tensor, bias: Tensor? = nil, activation: Activation = .none
  ) -> Tensor {
    precondition(
      weight.rank == 2 && rank > 0 && shape[-1] == weight.shape[0],
      "linear: \(shape) x \(weight.shape): a weight of [\(rank > 0 ? shape[-1] : 1), out] is due")
    precondition(
      bias.map { $0.rank == 1 && $0.count == weight.shape[1] } ?? true,
      "linear: a bias of \(bias?.shape ?? []) for a weight of \(weight.shape)")
    let records = Tensor.records(self, weight, bias)
    if records, Tensor.isDifferentiatedTwice {
      let sum = bias.map { matmul(weight) + $0 } ?? matmul(weight)
      return sum.activated(by: activation)
    }
    let x = rank == 1 ? reshaped(to: [1, count]) : self
    let keepsSum = records && activation.needsInput
    let sum = Tensor.product(x, weight, bias: bias, activation: keepsSum ? .none : activation)
    let y = keepsSum ? sum.biased(by: nil, activation) : sum
    guard records else { return y.droppingRow(of: self) }
    let record = ActivationRecord(activation: activation, kept: activation == .none ? nil : sum)
    // Each gradient needs the other's values alone.
    let (input, place) = (weight.node == nil ? x.outline : x, bias?.outline)
    let weight = x.node == nil ? weight.outline : weight
    return y.recordedOnce { g, back in
      let biasGradient = record.pullBack(&g, wantsBias: place.map { back.needs($0) } ?? false)
      if let place, let biasGradient { back.add(to: place) { biasGradient } }
      let d = g
      back.add(to: input) { .product(d, weight, transposingRight: true) }
      back.add(to: weight) { .product(input.asRows, transposingLeft: true, d.asRows) }
    }.droppingRow(of: self)
  }

  /// The result for a vector, which was taken for a matrix of one row.
  private func droppingRow(of x: Tensor) -> Tensor {
    x.rank == 1 ? reshaped(to: [shape[-1]]) : self
  }
}
