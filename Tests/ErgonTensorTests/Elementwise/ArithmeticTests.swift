import ErgonTensor
import Testing

@Suite("Arithmetic")
struct ArithmeticTests {
  typealias Op<T: TensorScalar> = (Tensor<T>, Tensor<T>) -> Tensor<T>

  static let shapes: [(Shape, Shape)] = [
    ([], []), ([0], [0]), ([1], [1]), ([2, 2], [2, 2]), ([3, 5], [5]), ([3, 1], [1, 4]),
    ([17], []), ([2, 3, 4], [3, 1]), ([33], [33]), ([1, 0], [3, 1]),
  ]

  @Test("operations meet their definition on every pair of shapes", arguments: shapes)
  func definition(_ a: Shape, _ b: Shape) {
    let x = samples(a, in: -2...2)
    let y = samples(b, in: 0.5...2, seed: 2)
    let table: [(String, Op<Double>, (Double, Double) -> Double)] = [
      ("+", { $0 + $1 }, { $0 + $1 }), ("-", { $0 - $1 }, { $0 - $1 }),
      ("*", { $0 * $1 }, { $0 * $1 }), ("/", { $0 / $1 }, { $0 / $1 }),
      ("min", { pointwiseMin($0, $1) }, { min($0, $1) }),
      ("max", { pointwiseMax($0, $1) }, { max($0, $1) }),
      ("modulo", { $0.modulo($1) }, { $0 - $1 * ($0 / $1).rounded(.down) }),
    ]
    for (name, operation, expected) in table {
      let z = operation(x, y)
      let found = z.values
      for (i, place) in places(z.shape).enumerated() {
        let value = expected(x.element(place), y.element(place))
        #expect(abs(found[i] - value) < 1e-12, "\(name) at \(place)")
      }
    }
  }

  @Test("numbers stand on either side")
  func numbers() {
    let x = Tensor<Float>([1, -2, 4])
    #expect((x + 1).values == [2, -1, 5])
    #expect((1 + x).values == [2, -1, 5])
    #expect((x - 1).values == [0, -3, 3])
    #expect((1 - x).values == [0, 3, -3])
    #expect((2 * x).values == [2, -4, 8])
    #expect((x / 2).values == [0.5, -1, 2])
    #expect((2 / x).values == [2, -1, 0.5])
    #expect((-x).values == [-1, 2, -4])
    #expect((-Tensor<Float>([0])).values[0].sign == .minus)
  }

  @Test("integers wrap, and divide towards zero")
  func integers() {
    let x = Tensor<Int32>([7, -7, .max])
    #expect((x + Tensor<Int32>([1, 1, 1])).values == [8, -6, .min])
    #expect((x / 2).values == [3, -3, .max / 2])
    #expect(x.modulo(Tensor<Int32>(4)).values == [3, 1, 3])
    #expect((-x).values == [-7, 7, -.max])
    #expect((Tensor<UInt8>([250, 3]) + 10).values == [4, 13])
  }

  @Test("transposed and sliced arrays are read in their own order")
  func strided() {
    let x = samples([3, 4])
    let y = samples([4, 3], seed: 2)
    let z = (x.transposed() * y)[.every(-2), 1...]
    #expect(z.shape == [2, 2])
    for (i, row) in [3, 1].enumerated() {
      for column in 1..<3 {
        #expect(z[i, column - 1].scalar == x[column, row].scalar * y[row, column].scalar)
      }
    }
  }

  @Test("an array changed in place leaves the others on its memory alone")
  func inPlace() {
    var x = Tensor<Float>([1, 2, 3])
    let before = x
    x += 1
    x *= Tensor<Float>([1, 2, 3])
    x -= Tensor<Float>(1)
    x /= 2
    #expect(x.values == [0.5, 2.5, 5.5])
    #expect(before.values == [1, 2, 3])
    x.fill(with: 7)
    #expect(x.values == [7, 7, 7])
    var view = x[1...]
    view += 1
    #expect(x.values == [7, 7, 7])
  }

  @Test("an update in place reuses the memory where nobody shares it")
  func reuse() {
    var x = Tensor<Float>(repeating: 1, shape: [1000])
    let first = x.withElements { $0.baseAddress }
    for _ in 0..<3 { x += x * 2 }
    x *= 0.5
    #expect(x.withElements { $0.baseAddress } == first)
  }

  @Test("gradients meet central differences, to second order", arguments: shapes)
  func gradients(_ a: Shape, _ b: Shape) {
    let x = [samples(a, in: 0.5...2), samples(b, in: 0.6...2.3, seed: 5)]
    expectGradient(at: x, order: 2) { $0[0] + $0[1] * 3 - 1 }
    expectGradient(at: x, order: 2) { 2 - $0[0] * $0[0] - $0[1] * $0[1] }
    expectGradient(at: x, order: 2) { $0[0] * $0[1] * $0[0] }
    expectGradient(at: x, order: 2) { $0[0] / $0[1] + 1 / $0[0] + $0[1] / 3 }
    expectGradient(at: x, order: 2) { pointwiseMin($0[0], $0[1]) * pointwiseMax($0[0], $0[1]) }
    expectGradient(at: x, order: 2) { $0[0].pow($0[1]) + $0[0].pow(3) + 2 * $0[1].pow(-1.5) }
    expectGradient(at: x, order: 2) { Tensor.atan2(y: $0[0], x: $0[1]) }
    expectGradient(at: x) { $0[0].modulo($0[1]) + $0[1].modulo(0.7) }
  }

  @Test("ties share the gradient, a power of zero has one")
  func edges() {
    let x = Tensor<Double>([1, 2, 3])
    let (_, g) = valueAndGradient(at: [x, Tensor([1, 5, 0])]) { pointwiseMax($0[0], $0[1]).sum() }
    #expect(g[0].values == [0.5, 0, 1])
    #expect(g[1].values == [0.5, 1, 0])
    let (_, p) = valueAndGradient(at: [Tensor<Double>([0, 0]), Tensor([1, 2])]) {
      $0[0].pow($0[1]).sum()
    }
    #expect(p[0].values == [1, 0])
    #expect(p[1].values == [0, 0])
  }

  @Test("shapes that do not broadcast are named, in release builds too")
  func mismatch() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor<Float>.zeros([2, 3]) + Tensor<Float>.zeros([4])
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("add: shapes [2, 3] and [4] do not broadcast"))
  }
}
