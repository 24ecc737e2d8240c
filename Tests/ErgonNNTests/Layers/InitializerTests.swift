import ErgonNN
import ErgonTensor
import Testing

@Suite("Initialisers")
struct InitializerTests {
  private func draw(_ initializer: Initializer, _ shape: Shape) -> [Float] {
    var random = RandomStream(seed: 12)
    return initializer(shape, &random).values
  }

  /// Mean, deviation and the largest size.
  private func figures(_ values: [Float]) -> (Double, Double, Float) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let square = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (
      mean, (square / Double(values.count)).squareRoot(), values.reduce(0) { max($0, abs($1)) }
    )
  }

  @Test("bounds and deviations follow from the fans", arguments: 0..<6)
  func moments(kind: Int) {
    // 300 inputs, 100 outputs
    let (initializer, deviation, bound): (Initializer, Double, Double) =
      [
        (.fanInUniform, (1.0 / 900).squareRoot(), (1.0 / 300).squareRoot()),
        (.kaimingUniform, (2.0 / 300).squareRoot(), (6.0 / 300).squareRoot()),
        (.kaimingNormal, (2.0 / 300).squareRoot(), 1),
        (.xavierUniform, (2.0 / 400).squareRoot(), (6.0 / 400).squareRoot()),
        (.xavierNormal, (2.0 / 400).squareRoot(), 1),
        // What is left of a normal distribution between two deviations.
        (.truncatedNormal(deviation: 0.1), 0.08796, 0.2),
      ][kind]
    let (mean, spread, largest) = figures(draw(initializer, [300, 100]))
    #expect(abs(mean) < 4 * deviation / 173)
    #expect(abs(spread / deviation - 1) < 0.02)
    #expect(Double(largest) <= bound + 1e-7)
  }

  @Test("constants")
  func constants() {
    #expect(draw(.zeros, [2]) == [0, 0])
    #expect(draw(.ones, [2]) == [1, 1])
    #expect(draw(.constant(3), []) == [3])
  }

  @Test(
    "orthogonal columns, or rows where there are fewer",
    arguments: [[40, 10], [10, 40], [16, 16], [3, 3, 4, 8]])
  func orthogonal(lengths: [Int]) {
    let shape = Shape(lengths)
    let values = draw(.orthogonal(gain: 2), shape)
    let columns = shape[-1]
    let rows = shape.count / columns
    let isTall = rows >= columns
    for a in 0..<min(rows, columns) {
      for b in 0...a {
        let product = (0..<max(rows, columns)).reduce(0.0) { sum, k in
          let (i, j) =
            isTall ? (k * columns + a, k * columns + b) : (a * columns + k, b * columns + k)
          return sum + Double(values[i]) * Double(values[j])
        }
        #expect(abs(product - (a == b ? 4 : 0)) < 1e-5)
      }
    }
  }

  @Test("layers of one seed are equal, of two seeds not")
  func seeds() {
    func weights(_ seed: UInt64) -> [Float] {
      var random = RandomStream(seed: seed)
      return Linear(7, 5, random: &random).weight.values
    }
    #expect(weights(1) == weights(1))
    #expect(weights(1) != weights(2))
    #expect(weights(1).allSatisfy { abs($0) <= 1 / (7 as Float).squareRoot() })
  }
}
