public import ErgonTensor

/// The squared distances of outputs from targets.
///
/// ```swift
/// meanSquaredError(outputs, targets)         // both [n, …]  ->  one number
/// ```
public func meanSquaredError(
  _ outputs: Tensor<Float>, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("meanSquaredError", outputs, targets)
  return reduction.applied(to: (outputs - targets).squared())
}

/// The distances of outputs from targets, by size.
public func meanAbsoluteError(
  _ outputs: Tensor<Float>, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("meanAbsoluteError", outputs, targets)
  return reduction.applied(to: (outputs - targets).abs())
}

/// Half the square of distances up to `delta`, and growing along a line beyond.
///
/// Outliers pull with a bounded force.
///
/// - Reference: Huber, "Robust estimation of a location parameter", 1964.
public func huberLoss(
  _ outputs: Tensor<Float>, _ targets: Tensor<Float>, delta: Float = 1,
  reduction: LossReduction = .mean
) -> Tensor<Float> {
  checkSame("huberLoss", outputs, targets)
  precondition(delta > 0, "huberLoss: a delta of \(delta)")
  let distance = (outputs - targets).abs()
  let near = pointwiseMin(distance, delta)
  return reduction.applied(to: near * (distance - near * 0.5))
}

/// Stops where a loss is asked for arrays of two shapes.
func checkSame(_ operation: StaticString, _ outputs: Tensor<Float>, _ targets: Tensor<Float>) {
  precondition(
    outputs.shape == targets.shape,
    "\(operation): outputs \(outputs.shape), targets \(targets.shape)")
}

extension LossReduction {
  func applied(to losses: Tensor<Float>) -> Tensor<Float> {
    switch self {
    case .mean: losses.mean()
    case .sum: losses.sum()
    case .none: losses
    }
  }
}
