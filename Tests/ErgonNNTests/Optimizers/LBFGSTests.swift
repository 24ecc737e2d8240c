import ErgonNN
import ErgonTensor
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
  @Test("Rosenbrock's valley is followed to its end", arguments: [2, 10])
  func rosenbrock(size: Int) {
    let start = (0..<size).map { $0 % 2 == 0 ? -1.2 : 1.0 }
    let minimum = minimize(from: start) { x in
      var value = 0.0
      var slope = [Double](repeating: 0, count: x.count)
      for i in 0..<(x.count - 1) {
        let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
        value += 100 * a * a + b * b
        slope[i] += -400 * a * x[i] - 2 * b
        slope[i + 1] += 200 * a
      }
      return (value, slope)
    }
    #expect(minimum.hasConverged)
    #expect(minimum.value < 1e-14)
    for x in minimum.point { #expect(abs(x - 1) < 1e-6) }
    #expect(minimum.steps < 120)
  }

  @Test("a quadratic of condition 10⁴ is solved in few steps")
  func quadratic() {
    let scales = (0..<20).map { 1 + 9_999 * Double($0) / 19 }
    let minimum = minimize(from: scales.map { _ in 1 }, tolerance: 1e-9) { x in
      (
        zip(x, scales).reduce(0) { $0 + $1.1 * ($1.0 - 2) * ($1.0 - 2) / 2 },
        zip(x, scales).map { $1 * ($0 - 2) }
      )
    }
    #expect(minimum.hasConverged)
    for x in minimum.point { #expect(abs(x - 2) < 1e-9) }
    #expect(minimum.evaluations < 150)
  }

  @Test("a tensor's function needs no gradient by hand")
  func tensor() {
    let target = Tensor<Double>([[1, -2], [3, 0.5]])
    let (point, minimum) = minimize(from: Tensor<Double>(repeating: 0, shape: [2, 2])) { x in
      (x - target).squared().sum() + x.squared().squared().sum() * 0.1
    }
    #expect(minimum.hasConverged)
    // Where 2 (x - t) + 0.4 x³ is 0.
    for (x, t) in zip(point.values, target.values) {
      #expect(abs(2 * (x - t) + 0.4 * x * x * x) < 1e-7)
    }
  }

  @Test("the start may be the minimum")
  func atMinimum() {
    let minimum = minimize(from: [0]) { x in (x[0] * x[0], [2 * x[0]]) }
    #expect(minimum.steps == 0)
    #expect(minimum.evaluations == 1)
    #expect(minimum.hasConverged)
  }

  @Test("a function without a minimum ends without a claim")
  func unbounded() {
    let minimum = minimize(from: [0], maximumSteps: 5) { x in (x[0], [1]) }
    #expect(!minimum.hasConverged)
    #expect(minimum.point[0] < 0)
  }
}
