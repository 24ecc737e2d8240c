import ErgonTensor
import Testing

@Suite("Order and counts")
struct OrderingTests {
  /// Positions in order by the standard library, ties by position.
  static func order(_ line: [Double], descending: Bool) -> [Int32] {
    line.indices.sorted {
      line[$0] == line[$1] ? $0 < $1 : descending ? line[$0] > line[$1] : line[$0] < line[$1]
    }.map(Int32.init)
  }

  @Test(
    "sorting is stable, in both directions and for every element type",
    arguments: [0, 1, 2, 3, 17, 199, 200, 1000, 5000], [false, true])
  func sorting(_ count: Int, _ descending: Bool) {
    // Few different values, so that many are equal.
    let x = (samples([count], in: -20...20, seed: count + 1)).rounded()
    let expected = Self.order(x.values, descending: descending)
    #expect(x.argsort(descending: descending).values == expected)
    #expect(Tensor<Float>(x).argsort(descending: descending).values == expected)
    #expect(Tensor<Int32>(x).argsort(descending: descending).values == expected)
    let bytes = Tensor<UInt8>(x + 20)
    #expect(bytes.argsort(descending: descending).values == expected)
    let sorted = x.sorted(descending: descending).values
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { descending ? $0 >= $1 : $0 <= $1 })
  }

  @Test("numbers of every size and sign are in order", arguments: [10, 300])
  func extremes(_ count: Int) {
    let special: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, -1e-300, 1,
    ]
    let x = Tensor((0..<count).map { special[$0 % special.count] })
    let sorted = x.sorted().values
    #expect(sorted.first == -.infinity && sorted.last!.isNaN)
    let numbers = sorted.filter { !$0.isNaN }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(x.sorted(descending: true).values.first!.isNaN)
    // Zeros of both signs are equal and keep their order.
    #expect(Tensor<Float>([0, -0.0, 0, -1]).argsort().values == [3, 0, 1, 2])
  }

  @Test("any axis is sorted, of views too")
  func axes() {
    let x = Tensor<Float>([[3, 1, 2], [0, 5, 4]])
    #expect(x.sorted(axis: 0).values == [0, 1, 2, 3, 5, 4])
    #expect(x.argsort(axis: 1).values == [1, 2, 0, 0, 2, 1])
    #expect(x.transposed().sorted(axis: 0, descending: true).values == [3, 5, 2, 4, 1, 0])
  }

  @Test("the greatest and the least are the first of the order", arguments: [0, 1, 3, 10, 400])
  func topK(_ count: Int) {
    let x = samples([2, 500], in: -9...9).rounded()
    let (values, positions) = x.topK(count)
    #expect(positions == x.argsort(descending: true)[.all, ..<count])
    #expect(values == x.sorted(descending: true)[.all, ..<count])
    #expect(x.topK(count, greatest: false).positions == x.argsort()[.all, ..<count])
    #expect(x.topK(1, axis: 0).values.flattened() == x.max(axes: [0]))
  }

  @Test("gradients go back to where elements were")
  func gradients() {
    let x = [samples([3, 5])]
    expectGradient(at: x, order: 2) { $0[0].sorted(axis: 1).squared() * Tensor.arange(1, 6) }
    expectGradient(at: x, order: 2) { $0[0].topK(2, axis: 0).values.squared() }
    expectGradient(at: x, order: 2) { $0[0].quantile(0.3, axis: 1).squared() }
    expectGradient(at: x) { $0[0].median(axis: 0) }
  }

  @Test("quantiles lie between neighbours")
  func quantiles() {
    let x = Tensor<Double>([[4, 1], [2, 3], [3, 9], [1, 5]])
    #expect(x.median(axis: 0).values == [2.5, 4])
    #expect(x.quantile(0, axis: 0).values == [1, 1])
    #expect(x.quantile(1, axis: 0).values == [4, 9])
    #expect(x.quantile(0.25, axis: 0, keepingAxis: true).values == [1.75, 2.5])
  }

  @Test("different elements are found, counted and named")
  func unique() {
    let (values, counts, positions) = Tensor<Int32>([[3, 1, 3], [7, 1, 3]]).unique()
    #expect(values.values == [1, 3, 7] && counts.values == [2, 3, 1])
    #expect(positions == Tensor<Int32>([[1, 0, 1], [2, 0, 1]]))
    #expect(values.gathering(positions).values == [3, 1, 3, 7, 1, 3])
    #expect(Tensor<Float>([]).unique().values.count == 0)
  }

  @Test("places in an ordered vector, before and after equals")
  func searching() {
    let bounds = Tensor<Float>([1, 2, 2, 5])
    let values = Tensor<Float>([[0, 1, 2], [3, 5, 9]])
    #expect(bounds.searchSorted(values).values == [0, 0, 1, 3, 3, 4])
    #expect(bounds.searchSorted(values, afterEqual: true).values == [0, 1, 3, 3, 4, 4])
  }

  @Test("numbers are counted")
  func counting() {
    #expect(Tensor<Int32>([1, 3, 1]).binCount().values == [0, 2, 0, 1])
    #expect(Tensor<Int32>([]).binCount(minimum: 2).values == [0, 0])
    let x = Tensor<Double>([-1, 0, 0.1, 0.5, 0.99, 1, 1.01, .nan])
    #expect(x.histogram(bins: 2, in: 0...1).values == [2, 3])
  }
}
