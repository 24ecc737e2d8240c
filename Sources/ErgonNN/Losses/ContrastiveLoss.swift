public import ErgonTensor

/// Cross-entropy of finding each row's partner among all rows of the other side, by direction.
///
///     -log( exp(a_i · b_i / T) / Σ_j exp(a_i · b_j / T) ),  rows scaled to length 1
///
/// ```swift
/// contrastiveLoss(images, captions, temperature: 0.07)  // both [n, width]; row i belongs to row i
/// ```
///
/// - Parameter symmetric: Also the other way round, and the mean of both.
/// - Reference: van den Oord, Li, Vinyals, "Representation learning with contrastive predictive
///   coding", 2018, equation 4; Radford et al., 2021, for the symmetric form.
public func contrastiveLoss(
  _ a: Tensor<Float>, _ b: Tensor<Float>, temperature: Float = 0.07, symmetric: Bool = true
) -> Tensor<Float> {
  checkRows("contrastiveLoss", a, b)
  precondition(temperature > 0, "contrastiveLoss: a temperature of \(temperature)")
  let similarity = a.unitRows.matmul(b.unitRows.transposed()) * (1 / temperature)  // [n, n]
  let partners = Tensor<Int32>((0..<a.shape[0]).map(Int32.init))
  let forward = crossEntropy(similarity, partners)
  guard symmetric else { return forward }
  return (forward + crossEntropy(similarity.transposed(), partners)) * 0.5
}

/// Squared distance for pairs that belong together, and a push up to `margin` for those that do
/// not.
///
/// - Parameter related: 1 for a pair that belongs together, 0 for one that does not; `[n]`.
/// - Reference: Hadsell, Chopra, LeCun, "Dimensionality reduction by learning an invariant
///   mapping", 2006, without their halves.
public func pairLoss(
  _ a: Tensor<Float>, _ b: Tensor<Float>, related: Tensor<Float>, margin: Float = 1,
  reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkRows("pairLoss", a, b)
  precondition(related.shape == [a.shape[0]], "pairLoss: \(related.shape) for \(a.shape[0]) pairs")
  let distance = distances(a, b)
  let apart = (margin - distance).relu().squared()
  return reduction.applied(to: related * distance.squared() + (1 - related) * apart)
}

/// How much closer than by `margin` the wrong partner is than the right one.
///
///     max(0, |anchor - positive| - |anchor - negative| + margin)
///
/// - Reference: Schroff, Kalenichenko, Philbin, "FaceNet", 2015, with distances for their squares.
public func tripletLoss(
  anchor: Tensor<Float>, positive: Tensor<Float>, negative: Tensor<Float>, margin: Float = 1,
  reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkRows("tripletLoss", anchor, positive)
  checkRows("tripletLoss", anchor, negative)
  return reduction.applied(
    to: (distances(anchor, positive) - distances(anchor, negative) + margin).relu())
}

/// The distances between the rows of two matrices.
private func distances(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
  // The root has no slope at zero; so little keeps the gradient there at zero.
  ((a - b).squared().sum(axes: [1]) + 1e-12).sqrt()
}

extension Tensor<Float> {
  /// The rows, each divided by its length.
  fileprivate var unitRows: Tensor {
    self * (squared().sum(axes: [1], keepingAxes: true) + 1e-12).rsqrt()
  }
}

private func checkRows(_ operation: StaticString, _ a: Tensor<Float>, _ b: Tensor<Float>) {
  precondition(
    a.rank == 2 && a.shape == b.shape, "\(operation): rows of \(a.shape) and \(b.shape)")
}
