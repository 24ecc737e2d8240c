import ErgonNN
import ErgonTensor
import Testing

@Suite("Metrics")
struct MetricTests {
  private let scores = Tensor<Float>([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4], [0.3, 0.3, 0.4]])

  @Test("accuracy counts the greatest score, or the k greatest")
  func accuracies() {
    let labels = Tensor<Int32>([1, 2, 2])
    #expect(accuracy(scores, labels) == 2.0 / 3)
    #expect(accuracy(scores, labels, top: 2) == 1)
    #expect(accuracy(scores, Tensor<Int32>([1, -1, 0]), top: 1) == 0.5)
    #expect(accuracy(scores, Tensor<Int32>([-1, -1, -1])).isNaN)
  }

  @Test("of equal scores the earlier class ranks higher, and NaN is never right")
  func ties() {
    #expect(accuracy(Tensor([[1, 1]]), Tensor<Int32>([0])) == 1)
    #expect(accuracy(Tensor([[1, 1]]), Tensor<Int32>([1])) == 0)
    #expect(accuracy(Tensor([[Float.nan, 1]]), Tensor<Int32>([0])) == 0)
    #expect(accuracy(Tensor([[Float.nan, 1]]), Tensor<Int32>([1])) == 0)
  }

  @Test("precision, recall and F1 of a matrix worked out by hand")
  func confusion() {
    var matrix = ConfusionMatrix(classes: 3)
    matrix.add(predicted: Tensor([0, 0, 1, 1, 2, 0]), true: Tensor([0, 0, 0, 1, 1, -1]))
    #expect(matrix.total == 5)
    #expect(matrix[truth: 0, predicted: 1] == 1)
    #expect(matrix.accuracy == 3.0 / 5)
    #expect(matrix.precision(of: 0) == 1)
    #expect(matrix.recall(of: 0) == 2.0 / 3)
    #expect(matrix.f1(of: 0) == 0.8)
    #expect(matrix.f1(of: 1) == 0.5)
    #expect(matrix.f1(of: 2) == 0)
    #expect(abs(matrix.f1(.macro) - 1.3 / 3) < 1e-12)
    #expect(abs(matrix.recall(.macro) - (2.0 / 3 + 0.5) / 3) < 1e-12)
    #expect(matrix.precision(.macro) == 0.5)
    #expect(matrix.f1(.micro) == 0.6)
    #expect(matrix.intersectionOverUnion(of: 0) == 2.0 / 3)
    #expect(matrix.intersectionOverUnion(of: 1) == 1.0 / 3)
    #expect(abs(matrix.meanIntersectionOverUnion - 1.0 / 3) < 1e-12)
    #expect(ConfusionMatrix(classes: 2).intersectionOverUnion(of: 0) == nil)
  }

  @Test("the area under the curve counts pairs, ties half")
  func area() {
    let scores: [Float] = [0.9, 0.8, 0.8, 0.4, 0.4, 0.4, 0.1]
    let positive = [true, false, true, true, false, false, false]
    var pairs = 0.0
    for (s, isPositive) in zip(scores, positive) where isPositive {
      for (t, other) in zip(scores, positive) where !other {
        pairs += s > t ? 1 : s == t ? 0.5 : 0
      }
    }
    #expect(abs(areaUnderROC(scores, positive: positive) - pairs / 12) < 1e-12)
    #expect(areaUnderROC([1, 2, 3] as [Float], positive: [false, false, true]) == 1)
    #expect(areaUnderROC([1, 1, 1] as [Float], positive: [false, false, true]) == 0.5)
    #expect(areaUnderROC([1, 2] as [Float], positive: [true, true]).isNaN)
  }

  @Test("the calibration error weighs each bin's gap by its cases")
  func calibration() {
    let p = Tensor<Float>([[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [1, 0]])
    // Bin of 0.75: 2 of 3 right; bin of 1: right.
    let error = expectedCalibrationError(p, Tensor<Int32>([0, 1, 1, 0]), bins: 4)
    #expect(abs(error - abs(2 - 2.25) / 4) < 1e-7)
    #expect(expectedCalibrationError(Tensor([[1, 0], [0, 1]]), Tensor<Int32>([0, 1])) == 0)
  }

  @Test("the Brier score sums squared distances over the classes")
  func brier() {
    let score = brierScore(Tensor([[0.75, 0.25], [0, 1]]), Tensor<Int32>([0, 0]))
    #expect(score == 1.0625)
  }

  @Test("the overlap of two masks")
  func overlap() {
    let p = Tensor<Float>([0.9, 0.6, 0.2, 0.1])
    #expect(intersectionOverUnion(p, Tensor([1, 0, 1, 0])) == 1.0 / 3)
    #expect(intersectionOverUnion(p, Tensor([0, 0, 0, 0]), threshold: 0.95) == 1)
  }

  @Test("a score that is not a number and a label beyond the classes are stopped by name")
  func mistakes() async throws {
    func check(_ result: ExitTest.Result?, _ message: String) {
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains(message), "\(text)")
    }
    check(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = areaUnderROC([1, .nan] as [Float], positive: [true, false])
      }, "areaUnderROC: a score is NaN")
    check(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = expectedCalibrationError(Tensor([[0.5, 0.5]]), Tensor<Int32>([2]))
      }, "expectedCalibrationError: label 2 of 2 classes")
    check(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = brierScore(Tensor([[0.5, 0.5]]), Tensor<Int32>([2]))
      }, "brierScore: label 2 of 2 classes")
  }
}
