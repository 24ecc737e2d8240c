public import ErgonTensor

/// A figure that is followed while a model trains: a mean over the cases of an epoch.
///
/// ```swift
/// try train(model, on: batches, loss: { crossEntropy($0, $1) }, metrics: [.accuracy], …)
/// ```
public struct Metric<B: TrainingBatch> {
  /// The name it has in the history and in the progress line.
  public let name: String
  let measure: (_ output: Tensor<Float>, _ batch: B) -> (total: Double, weight: Double)

  /// A figure by any rule; the mean is the sum of the totals over the sum of the weights.
  public init(
    _ name: String,
    _ measure: @escaping (_ output: Tensor<Float>, _ batch: B) -> (total: Double, weight: Double)
  ) {
    self.name = name
    self.measure = measure
  }
}

extension Metric where B == Batch<Int32> {
  /// The share of cases whose true class has the greatest score.
  public static var accuracy: Metric { accuracy(top: 1) }

  /// The share of cases whose true class has one of the `k` greatest scores.
  public static func accuracy(top k: Int) -> Metric {
    Metric(k == 1 ? "accuracy" : "top-\(k) accuracy") { output, batch in
      let (right, cases) = correctCount(output, batch.targets, top: k)
      return (Double(right), Double(cases))
    }
  }
}

extension Metric where B == Batch<Float> {
  /// The mean distance of the outputs from the targets.
  public static var meanAbsoluteError: Metric {
    Metric("mean absolute error") { output, batch in
      precondition(
        output.shape == batch.targets.shape,
        "meanAbsoluteError: outputs \(output.shape), targets \(batch.targets.shape)")
      let total = output.withElements { output in
        batch.targets.withElements { targets in
          zip(output, targets).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
        }
      }
      return (total, Double(output.count))
    }
  }
}
