/// How the losses of the elements of a batch become the loss.
public enum LossReduction: Sendable, Hashable {
  /// The mean over the elements that count, by their weights where they have any.
  case mean
  case sum
  /// Each by itself.
  case none
}

/// The cross-entropy of classes predicted as logits: -log softmax(logits)[label].
///
/// Softmax, logarithm and gradient are one pass over the logits. A label of -1 stands for an
/// element that does not count.
///
/// ```swift
/// crossEntropy(logits, labels)      // logits: [64, 10], labels: [64]  ->  []
/// ```
///
/// - Parameters:
///   - labels: Class numbers, of the logits' shape without the last axis.
///   - smoothing: The share of the target that is spread evenly over all classes.
///   - weights: What each class counts, `[classes]`, with smoothing in the share spread over it too; a
///     constant to gradients.
/// - Precondition: labels are in `-1 ..< classes`.
/// - Cost: one exponential for each logit; the gradient has the size of the logits.
@specialized(where S == Float)
public func crossEntropy<S: FloatScalar>(
  _ logits: Tensor<S>, _ labels: Tensor<Int32>, smoothing: S = 0, weights: Tensor<S>? = nil,
  reduction: LossReduction = .mean
) -> Tensor<S> {
  precondition(
    logits.rank > 0 && labels.shape == logits.shape.droppingLast(1),
    "crossEntropy: logits of \(logits.shape) with labels of \(labels.shape)")
  precondition(smoothing >= 0 && smoothing < 1, "crossEntropy: a smoothing of \(smoothing)")
  let classes = logits.shape[-1]
  precondition(
    weights.map { $0.shape == [classes] } ?? true,
    "crossEntropy: weights of \(weights?.shape ?? []) for \(classes) classes")
  let labels = labels.contiguous()
  let places = UnsafeBufferPointer(start: labels.start, count: labels.count)
  for label in places {
    precondition(
      label >= -1 && label < classes, "crossEntropy: label \(label) is not in -1 ..< \(classes)")
  }
  // What each element counts, already divided where the mean is asked for.
  let elementWeights = weights.map { weights in
    let weights = weights.contiguousValue
    return Tensor<S>(shape: labels.shape) { out in
      for (i, label) in places.enumerated() { out[i] = label < 0 ? 0 : weights.start[Int(label)] }
    }
  }
  let total: S =
    switch reduction {
    case .mean:
      elementWeights?.sum().scalar ?? places.reduce(S(0)) { $1 < 0 ? $0 : $0 + 1 }
    case .sum, .none: 1
    }
  let weighted =
    if let weights, let elementWeights {
      logits.crossEntropies(labels, smoothing, weights, elementWeights)
    } else {
      logits.crossEntropies(labels, smoothing)
    }
  withExtendedLifetime(labels) {}
  switch reduction {
  case .none: return weighted
  case .sum: return weighted.sum()
  case .mean: return weighted.sum() * (1 / total)
  }
}

extension Tensor where Scalar: FloatScalar {
  /// The cross-entropy of every row with weights of the classes: smoothing spreads each class's
  /// share with the weight of that class, as PyTorch does.
  fileprivate func crossEntropies(
    _ labels: Tensor<Int32>, _ smoothing: Scalar, _ weights: Tensor, _ elementWeights: Tensor
  ) -> Tensor {
    let sharp = crossEntropies(labels, 0) * elementWeights
    guard smoothing > 0 else { return sharp }
    let spread = -(logSoftmax() * weights.stoppingGradient).sum(axes: [-1])
    let counted = Tensor.select(
      labels .>= 0, spread, Tensor(repeating: 0, shape: labels.shape))
    return sharp * (1 - smoothing) + counted * (smoothing / Scalar(shape[-1]))
  }

  /// The cross-entropy of every row.
  fileprivate func crossEntropies(_ labels: Tensor<Int32>, _ smoothing: Scalar) -> Tensor {
    let (rows, columns) = (labels.count, shape[-1])
    if isRecorded, Tensor.isDifferentiatedTwice {
      // -Σ target · log softmax, with the target's rows zero where nothing counts
      let share = smoothing / Scalar(columns)
      let target = Tensor(shape: shape) { out in
        for row in 0..<rows {
          let label = Int(labels.start[row])
          for column in 0..<columns {
            out[row * columns + column] =
              label < 0 ? 0 : column == label ? share + 1 - smoothing : share
          }
        }
      }
      return -(target * logSoftmax()).sum(axes: [-1])
    }
    let x = contiguousValue
    let gradient = isRecorded ? Tensor(shape: shape) { _ in } : nil
    let losses = Tensor(shape: labels.shape) {
      Scalar._crossEntropy(
        rows, columns, x.start, labels.start, smoothing, $0, gradient?.memory)
    }
    guard let gradient else { return losses }
    let place = outline
    let kept = KeptGradient(gradient)
    return losses.recordedOnce { g, back in
      back.add(to: place) {
        var slope = kept.take(again: back.keepsGraph)
        // A mean or a sum weighs all rows alike: a view of one number.
        if let weight = g.repeatedValue {
          if weight != 1 { slope *= weight }
        } else {
          slope = slope * g.reshaped(to: g.shape.appending(1))
        }
        return slope
      }
    }
  }
}

/// A gradient made with the value, which the walk back changes in place: the first takes it.
private final class KeptGradient<S: FloatScalar> {
  private var gradient: Tensor<S>?
  init(_ gradient: Tensor<S>) { self.gradient = gradient }

  func take(again: Bool) -> Tensor<S> { again ? gradient! : gradient.take()! }
}

extension Tensor where Scalar: FloatScalar {
  /// The number that every element is, where the array is one number repeated.
  fileprivate var repeatedValue: Scalar? {
    guard count > 0 else { return nil }
    let strides = layout.strides
    for axis in 0..<rank where shape.axes[axis] > 1 && strides[axis] != 0 { return nil }
    return start.pointee
  }
}

/// The cross-entropy of yes-or-no predictions made as logits:
/// -w t log σ(x) - (1 - t) log(1 - σ(x)).
///
/// ```swift
/// binaryCrossEntropy(logits, targets)      // both [64, 14]  ->  []
/// ```
///
/// - Parameters:
///   - targets: Probabilities in 0 ... 1, of the logits' shape.
///   - positiveWeight: What a positive target counts, w; it broadcasts to the shape.
/// - Accuracy: computed from the logits, so that nothing overflows or vanishes.
public func binaryCrossEntropy<S: FloatScalar>(
  _ logits: Tensor<S>, _ targets: Tensor<S>, positiveWeight: Tensor<S>? = nil,
  reduction: LossReduction = .mean
) -> Tensor<S> {
  precondition(
    logits.shape == targets.shape,
    "binaryCrossEntropy: logits of \(logits.shape) with targets of \(targets.shape)")
  // -log σ(x) = softplus(-x) and -log(1 - σ(x)) = softplus(-x) + x
  let losses: Tensor<S>
  if let positiveWeight {
    let factor = (positiveWeight - 1) * targets + 1
    losses = factor * (-logits).softplus() + (1 - targets) * logits
  } else {
    losses = logits.softplus() - targets * logits
  }
  switch reduction {
  case .none: return losses
  case .sum: return losses.sum()
  case .mean: return losses.sum() * (1 / S(losses.count))
  }
}
