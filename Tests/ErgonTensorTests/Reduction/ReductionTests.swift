import ErgonTensor
import RealModule
import Testing

@Suite("Reductions")
struct ReductionTests {
  static let cases: [(Shape, [Int])] = [
    ([7], [0]), ([3, 4], [0]), ([3, 4], [1]), ([3, 4], [0, 1]), ([2, 3, 4], [0, 2]),
    ([2, 3, 4], [1]), ([2, 3, 4], [-1, -2]), ([2, 1, 5, 3], [0, 1, 3]), ([4, 3], []),
    ([300], [0]), ([2, 200, 3], [1]),
  ]

  /// The elements that reduce to each place of the result.
  static func groups(_ x: Tensor<Double>, _ axes: [Int]) -> [[Double]] {
    let summed = Set(axes.map { $0 < 0 ? $0 + x.rank : $0 })
    var groups: [[Int]: [Double]] = [:]
    for (place, value) in zip(places(x.shape), x.values) {
      groups[place.enumerated().map { summed.contains($0.offset) ? 0 : $0.element }, default: []]
        .append(value)
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  @Test("each meets its definition over any set of axes", arguments: cases)
  func definition(_ shape: Shape, _ axes: [Int]) {
    let x = samples(shape, in: 0.5...1.5)
    let table: [(String, (Tensor<Double>, [Int], Bool) -> Tensor<Double>, ([Double]) -> Double)] = [
      ("sum", { $0.sum(axes: $1, keepingAxes: $2) }, { $0.reduce(0, +) }),
      ("product", { $0.product(axes: $1, keepingAxes: $2) }, { $0.reduce(1, *) }),
      ("min", { $0.min(axes: $1, keepingAxes: $2) }, { $0.min()! }),
      ("max", { $0.max(axes: $1, keepingAxes: $2) }, { $0.max()! }),
      ("mean", { $0.mean(axes: $1, keepingAxes: $2) }, Self.mean),
      ("variance", { $0.variance(axes: $1, keepingAxes: $2) }, { Self.variance($0, 0) }),
      ("l1", { $0.norm(.l1, axes: $1, keepingAxes: $2) }, { $0.reduce(0) { $0 + abs($1) } }),
      (
        "l2", { $0.norm(axes: $1, keepingAxes: $2) },
        { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      ),
      ("l∞", { $0.norm(.infinity, axes: $1, keepingAxes: $2) }, { $0.map(abs).max()! }),
      (
        "logSumExp", { $0.logSumExp(axes: $1, keepingAxes: $2) },
        { .log($0.reduce(0) { $0 + .exp($1) }) }
      ),
    ]
    let expected = Self.groups(x, axes)
    // The same through a view that is not contiguous.
    let order = Array((0..<shape.rank).reversed())
    let view = x.permuted(order).contiguous().permuted(order)
    for (name, reduce, value) in table {
      for input in [x, view] {
        let y = reduce(input, axes, false)
        #expect(y.count == expected.count)
        for (found, group) in zip(y.values, expected) {
          let e = value(group)
          #expect(abs(found - e) <= 1e-12 * max(1, abs(e)), "\(name)")
        }
      }
      let kept = reduce(x, axes, true).shape
      for axis in 0..<shape.rank {
        let isReduced = axes.contains(axis) || axes.contains(axis - shape.rank)
        #expect(kept[axis] == (isReduced ? 1 : shape[axis]), "\(name)")
      }
    }
  }

  static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
  static func variance(_ x: [Double], _ correction: Int) -> Double {
    let m = mean(x)
    return x.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(x.count - correction)
  }

  @Test("gradients meet central differences, to second order")
  func gradients() {
    let x = [samples([2, 3, 4], in: 0.5...2)]
    for axes in [[0], [1], [2], [0, 2], [0, 1, 2]] {
      for keeping in [true, false] {
        expectGradient(at: x, order: 2) { $0[0].squared().sum(axes: axes, keepingAxes: keeping) }
        expectGradient(at: x, order: 2) { $0[0].squared().mean(axes: axes, keepingAxes: keeping) }
        expectGradient(at: x, order: 2) {
          $0[0].variance(axes: axes, correction: 1, keepingAxes: keeping)
        }
        expectGradient(at: x, order: 2) { $0[0].norm(axes: axes, keepingAxes: keeping) }
        expectGradient(at: x, order: 2) { $0[0].logSumExp(axes: axes, keepingAxes: keeping) }
        expectGradient(at: x, order: 2) { $0[0].min(axes: axes, keepingAxes: keeping).squared() }
        expectGradient(at: x, order: 2) { $0[0].max(axes: axes, keepingAxes: keeping).squared() }
        expectGradient(at: x, order: 2) { $0[0].product(axes: axes, keepingAxes: keeping) }
      }
    }
    expectGradient(at: x, order: 2) { $0[0].standardDeviation(axes: [1]) }
    expectGradient(at: x) { $0[0].norm(.l1, axes: [1]) * $0[0].norm(.infinity, axes: [1]) }
  }

  @Test("zeros, ties and a zero vector have the gradients that remain")
  func edges() {
    let x = Tensor<Double>([[2, 0, 3], [0, 0, 5]])
    #expect(gradient(at: x) { $0.product(axes: [1]).sum() }.values == [0, 6, 0, 0, 0, 0])
    #expect(gradient(at: Tensor<Double>([1, 3, 3])) { $0.max() }.values == [0, 0.5, 0.5])
    #expect(gradient(at: Tensor<Double>([0, 0])) { $0.norm() }.values == [0, 0])
    #expect(Tensor<Float>([]).sum().scalar == 0)
    #expect(Tensor<Float>([1000, 1000]).logSumExp().scalar == 1000 + Float.log(2))
    #expect(Tensor<Float>([1, .nan, 2]).max().scalar.isNaN)
  }

  @Test("a long sum of single precision keeps its digits")
  func accuracy() {
    let x = Tensor<Float>(repeating: 0.1, shape: [1_000_000])
    // One number after the other would be off by hundreds.
    #expect(abs(x.sum().scalar - 100_000) < 0.2)
  }

  @Test("positions of extremes are the first")
  func positions() {
    let x = Tensor<Float>([[1, 5, 5], [7, 0, 0]])
    #expect(x.argmax().values == [1, 0])
    #expect(x.argmin(axis: 1).values == [0, 1])
    #expect(x.argmax(axis: 0, keepingAxis: true).values == [1, 0, 0])
    #expect(x.argmax(axis: 0, keepingAxis: true).shape == [1, 3])
    #expect(x.transposed().argmax(axis: 0).values == [1, 0])
  }

  @Test("running reductions meet their definition in both directions")
  func cumulative() {
    let x = Tensor<Double>([[1, 2, 3], [4, 5, 0.5]])
    #expect(x.cumulativeSum(axis: 1).values == [1, 3, 6, 4, 9, 9.5])
    #expect(x.cumulativeSum(axis: 0).values == [1, 2, 3, 5, 7, 3.5])
    #expect(x.cumulativeSum(axis: 1, reversed: true).values == [6, 5, 3, 9.5, 5.5, 0.5])
    #expect(x.cumulativeSum(axis: 1, exclusive: true).values == [0, 1, 3, 0, 4, 9])
    #expect(x.cumulativeProduct(axis: 1).values == [1, 2, 6, 4, 20, 10])
    #expect(
      x.cumulativeProduct(axis: 1, reversed: true, exclusive: true).values == [
        6, 3, 1, 2.5, 0.5, 1,
      ])
    #expect(x.cumulativeMax(axis: 1).values == [1, 2, 3, 4, 5, 5])
    #expect(x.cumulativeMin(axis: -1, reversed: true).values == [1, 2, 3, 0.5, 0.5, 0.5])
  }

  @Test("running sums and products have their gradients, also at zeros", arguments: [0, 1])
  func cumulativeGradients(_ axis: Int) {
    let zeros = samples([3, 4], in: 0.5...1.5) * Tensor([1, 0, 1, 1])
    for reversed in [true, false] {
      for exclusive in [true, false] {
        for x in [samples([3, 4]), zeros] {
          expectGradient(at: [x], order: 2) {
            $0[0].squared().cumulativeSum(axis: axis, reversed: reversed, exclusive: exclusive)
          }
          expectGradient(at: [x], order: 2) {
            $0[0].cumulativeProduct(axis: axis, reversed: reversed, exclusive: exclusive)
          }
        }
      }
    }
  }

  @Test("a reduction of nothing is refused")
  func empty() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([]).max() }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1]).sum(axes: [1]) }
  }
}
