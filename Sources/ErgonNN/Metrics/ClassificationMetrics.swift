public import ErgonTensor

/// The share of cases whose true class has one of the `k` greatest scores; NaN without cases.
///
/// Cases with a negative label are left out. Of equal scores the earlier class counts as greater.
///
/// ```swift
/// accuracy(scores, labels)                   // scores: [n, classes], labels: [n]
/// accuracy(scores, labels, top: 5)
/// ```
public func accuracy(
  _ scores: Tensor<Float>, _ labels: Tensor<Int32>, top k: Int = 1
) -> Double {
  let (right, cases) = correctCount(scores, labels, top: k)
  return Double(right) / Double(cases)
}

/// How many cases have their true class among the `k` greatest scores, and how many cases there
/// are: what an accuracy over several batches adds up.
public func correctCount(
  _ scores: Tensor<Float>, _ labels: Tensor<Int32>, top k: Int = 1
) -> (right: Int, cases: Int) {
  let classes = checkScores("accuracy", scores, labels)
  var right = 0
  var cases = 0
  scores.withElements { scores in
    labels.withElements { labels in
      for row in labels.indices where labels[row] >= 0 {
        let truth = Int(labels[row])
        precondition(truth < classes, "accuracy: label \(truth) of \(classes) classes")
        let line = scores.baseAddress! + row * classes
        let own = line[truth]
        var ahead = 0
        // What is not a number ranks before everything, so that it never counts as right.
        for index in 0..<classes where !(line[index] <= own) { ahead += 1 }
        for index in 0..<truth where line[index] == own { ahead += 1 }
        cases += 1
        if ahead < k { right += 1 }
      }
    }
  }
  return (right, cases)
}

/// The area under the receiver operating characteristic: the chance that a positive case scores
/// higher than a negative one, equal scores counting half; NaN without both.
///
/// - Cost: O(n log n) by ranks; exact.
/// - Reference: Hanley, McNeil, "The meaning and use of the area under a receiver operating
///   characteristic curve", 1982.
public func areaUnderROC(_ scores: some Collection<Float>, positive: some Collection<Bool>)
  -> Double
{
  precondition(
    scores.count == positive.count,
    "areaUnderROC: \(scores.count) scores for \(positive.count) cases")
  // What is not a number has no place in an order.
  precondition(!scores.contains { $0.isNaN }, "areaUnderROC: a score is NaN")
  let ordered = zip(scores, positive).sorted { $0.0 < $1.0 }
  var positives = 0.0
  var rankSum = 0.0
  var start = 0
  while start < ordered.count {
    var end = start + 1
    while end < ordered.count, ordered[end].0 == ordered[start].0 { end += 1 }
    let inTie = Double(ordered[start..<end].count { $0.1 })
    positives += inTie
    // Ranks count from 1; equal scores share the mean of theirs.
    rankSum += inTie * Double(start + end + 1) / 2
    start = end
  }
  let negatives = Double(ordered.count) - positives
  return (rankSum - positives * (positives + 1) / 2) / (positives * negatives)
}

/// The mean gap between how sure a classifier is and how often it is right, over bins of equal
/// width, weighted by the cases in them; NaN without cases.
///
/// - Parameter probabilities: `[n, classes]`, rows that sum to 1.
/// - Reference: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using
///   Bayesian binning", 2015; Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural
///   networks", 2017, equation 3.
public func expectedCalibrationError(
  _ probabilities: Tensor<Float>, _ labels: Tensor<Int32>, bins: Int = 15
) -> Double {
  let classes = checkScores("expectedCalibrationError", probabilities, labels)
  precondition(bins > 0, "expectedCalibrationError: \(bins) bins")
  var surplus = [Double](repeating: 0, count: bins)
  var cases = 0
  probabilities.withElements { values in
    labels.withElements { labels in
      for row in labels.indices where labels[row] >= 0 {
        let truth = Int(labels[row])
        precondition(
          truth < classes, "expectedCalibrationError: label \(truth) of \(classes) classes")
        var best = row * classes
        for i in best..<((row + 1) * classes) where values[i] > values[best] { best = i }
        let confidence = Double(values[best])
        // Bins are open below and closed above, as in the reference.
        let place = (confidence * Double(bins)).rounded(.up)
        let bin = place >= Double(bins) ? bins - 1 : place > 1 ? Int(place) - 1 : 0
        surplus[bin] += (best - row * classes == truth ? 1 : 0) - confidence
        cases += 1
      }
    }
  }
  return surplus.reduce(0) { $0 + abs($1) } / Double(cases)
}

/// The mean squared distance of the probabilities from the truth, summed over the classes; NaN
/// without cases.
///
/// - Reference: Brier, "Verification of forecasts expressed in terms of probability", 1950.
public func brierScore(_ probabilities: Tensor<Float>, _ labels: Tensor<Int32>) -> Double {
  let classes = checkScores("brierScore", probabilities, labels)
  var total = 0.0
  var cases = 0
  probabilities.withElements { values in
    labels.withElements { labels in
      for row in labels.indices where labels[row] >= 0 {
        let truth = Int(labels[row])
        precondition(truth < classes, "brierScore: label \(truth) of \(classes) classes")
        for index in 0..<classes {
          let distance = Double(values[row * classes + index]) - (index == truth ? 1 : 0)
          total += distance * distance
        }
        cases += 1
      }
    }
  }
  return total / Double(cases)
}

/// The share of the union of two masks that they have in common; 1 where both are empty.
///
/// - Parameters:
///   - predicted: Inside where above `threshold`.
///   - truth: Inside where above a half.
public func intersectionOverUnion(
  _ predicted: Tensor<Float>, _ truth: Tensor<Float>, threshold: Float = 0.5
) -> Double {
  precondition(
    predicted.shape == truth.shape,
    "intersectionOverUnion: \(predicted.shape) against \(truth.shape)")
  var both = 0
  var either = 0
  predicted.withElements { predicted in
    truth.withElements { truth in
      for i in truth.indices {
        let (first, second) = (predicted[i] > threshold, truth[i] > 0.5)
        if first && second { both += 1 }
        if first || second { either += 1 }
      }
    }
  }
  return either == 0 ? 1 : Double(both) / Double(either)
}

/// The number of classes of `[n, classes]` scores for `[n]` labels.
private func checkScores(
  _ operation: StaticString, _ scores: Tensor<Float>, _ labels: Tensor<Int32>
) -> Int {
  precondition(
    scores.rank == labels.rank + 1 && scores.count == labels.count * scores.shape[-1],
    "\(operation): scores \(scores.shape) for labels \(labels.shape)")
  return scores.shape[-1]
}
