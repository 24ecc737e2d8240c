public import ErgonTensor

/// Binary cross-entropy that looks away from what is easy.
///
///     balance * (1 - p)^focus * -log p,  p the probability given to the true answer
///
/// - Parameters:
///   - targets: 0 or 1; the shape of the logits.
///   - balance: The weight of a yes; a no has `1 - balance`. Without one both weigh 1.
/// - Reference: Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", 2017,
///   equation 5.
public func focalLoss(
  logits: Tensor<Float>, _ targets: Tensor<Float>, focus: Float = 2, balance: Float? = 0.25,
  reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("focalLoss", logits, targets)
  // The logit of the true answer: p = sigmoid(z), 1 - p = exp(-softplus(z)).
  let z = logits * (targets * 2 - 1)
  let losses = (z.softplus() * -focus).exp() * (-z).softplus()
  guard let balance else { return reduction.applied(to: losses) }
  return reduction.applied(to: losses * (targets * (2 * balance - 1) + (1 - balance)))
}

/// One minus the overlap of predicted and true masks, for each case.
///
///     1 - (2 Σ p t + smoothing) / (Σ p + Σ t + smoothing)
///
/// - Parameters:
///   - probabilities: `[n, …]`, from 0 to 1.
///   - targets: The same shape, 0 or 1.
/// - Reference: Milletari, Navab, Ahmadi, "V-Net", 2016, without their squares.
public func diceLoss(
  _ probabilities: Tensor<Float>, _ targets: Tensor<Float>, smoothing: Float = 1,
  reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("diceLoss", probabilities, targets)
  precondition(probabilities.rank > 1, "diceLoss: \(probabilities.shape) has no axis of cases")
  let p = probabilities.reshaped(probabilities.shape[0], -1)
  let t = targets.reshaped(targets.shape[0], -1)
  let both = (p * t).sum(axes: [1])
  let sizes = p.sum(axes: [1]) + t.sum(axes: [1])
  return reduction.applied(to: 1 - (both * 2 + smoothing) / (sizes + smoothing))
}

/// The Kullback-Leibler divergence of a predicted distribution from a target one, over the last
/// axis.
///
///     Σ t (log t - log q)
///
/// - Parameters:
///   - logProbabilities: `log q`, `[n, classes]`.
///   - targets: `t`, rows that sum to 1, the same shape.
public func klDivergence(
  logProbabilities: Tensor<Float>, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("klDivergence", logProbabilities, targets)
  // 0 log 0 is 0.
  let logTargets = targets.replacing(with: 1, where: targets .<= 0).log()
  return reduction.applied(to: (targets * (logTargets - logProbabilities)).sum(axes: [-1]))
}
