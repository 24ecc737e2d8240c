public import ErgonTensor

/// How often each class was taken for each other, and what follows from it.
///
/// ```swift
/// var matrix = ConfusionMatrix(classes: 3)
/// matrix.add(predicted: scores.argMax(axis: -1), true: labels)
/// matrix.accuracy                            // of everything added so far
/// matrix.f1(.macro)
/// ```
public struct ConfusionMatrix: Sendable, Hashable {
  public let classes: Int
  private var counts: [Int]

  public init(classes: Int) {
    precondition(classes > 0, "ConfusionMatrix: \(classes) classes")
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// How often `truth` was taken for `predicted`.
  public subscript(truth truth: Int, predicted predicted: Int) -> Int {
    counts[truth * classes + predicted]
  }

  /// Everything counted so far.
  public var total: Int { counts.reduce(0, +) }

  /// Counts one case.
  public mutating func add(predicted: Int, true truth: Int) {
    precondition(
      (0..<classes).contains(predicted) && (0..<classes).contains(truth),
      "ConfusionMatrix: class \(truth) taken for \(predicted), of \(classes) classes")
    counts[truth * classes + predicted] += 1
  }

  /// Counts every case whose true label is not negative.
  public mutating func add(predicted: Tensor<Int32>, true truth: Tensor<Int32>) {
    precondition(
      predicted.shape == truth.shape,
      "ConfusionMatrix: predictions \(predicted.shape), labels \(truth.shape)")
    predicted.withElements { predicted in
      truth.withElements { truth in
        for i in truth.indices where truth[i] >= 0 {
          add(predicted: Int(predicted[i]), true: Int(truth[i]))
        }
      }
    }
  }

  /// The share of cases that were right; NaN without any.
  public var accuracy: Double {
    Double((0..<classes).reduce(0) { $0 + self[truth: $1, predicted: $1] }) / Double(total)
  }

  /// How the figures of the classes become one.
  public enum Average: Sendable, Hashable {
    /// Every class counts the same.
    case macro
    /// Every case counts the same; with one label a case this is the accuracy.
    case micro
  }

  /// The share of what was taken for a class that was of it; 0 where nothing was.
  public func precision(of index: Int) -> Double {
    share(self[truth: index, predicted: index], taken(for: index))
  }

  /// The share of a class that was found; 0 where the class does not occur.
  public func recall(of index: Int) -> Double {
    share(self[truth: index, predicted: index], cases(of: index))
  }

  /// The harmonic mean of precision and recall of a class.
  public func f1(of index: Int) -> Double {
    share(2 * self[truth: index, predicted: index], taken(for: index) + cases(of: index))
  }

  public func precision(_ average: Average) -> Double { figure(average, precision) }
  public func recall(_ average: Average) -> Double { figure(average, recall) }
  public func f1(_ average: Average) -> Double { figure(average, f1) }

  /// The share of a class's union with what was taken for it that both share; `nil` where the
  /// class neither occurs nor is predicted.
  public func intersectionOverUnion(of index: Int) -> Double? {
    let both = self[truth: index, predicted: index]
    let union = taken(for: index) + cases(of: index) - both
    return union == 0 ? nil : Double(both) / Double(union)
  }

  /// The mean intersection over union of the classes that occur or are predicted; NaN without any.
  public var meanIntersectionOverUnion: Double {
    let shares = (0..<classes).compactMap(intersectionOverUnion)
    return shares.reduce(0, +) / Double(shares.count)
  }

  private func cases(of index: Int) -> Int {
    (0..<classes).reduce(0) { $0 + self[truth: index, predicted: $1] }
  }

  private func taken(for index: Int) -> Int {
    (0..<classes).reduce(0) { $0 + self[truth: $1, predicted: index] }
  }

  private func share(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  private func figure(_ average: Average, _ ofClass: (Int) -> Double) -> Double {
    switch average {
    case .macro: (0..<classes).reduce(0) { $0 + ofClass($1) } / Double(classes)
    case .micro: accuracy
    }
  }
}
