import ErgonTensor
import Testing

@Suite("Matrix products")
struct MatmulTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var a: Shape
    var b: Shape
    var result: Shape
    var testDescription: String { "\(a) x \(b)" }
  }
  static let cases: [Case] = [
    Case(a: [2, 3], b: [3, 4], result: [2, 4]),
    Case(a: [1, 1], b: [1, 1], result: [1, 1]),
    Case(a: [17, 33], b: [33, 15], result: [17, 15]),
    Case(a: [5, 1], b: [1, 7], result: [5, 7]),
    Case(a: [3, 5], b: [5], result: [3]),
    Case(a: [5], b: [5, 3], result: [3]),
    Case(a: [5], b: [5], result: []),
    Case(a: [2, 3, 4], b: [4, 5], result: [2, 3, 5]),
    Case(a: [2, 3, 4], b: [2, 4, 5], result: [2, 3, 5]),
    Case(a: [3, 4], b: [2, 4, 5], result: [2, 3, 5]),
    Case(a: [2, 1, 3, 4], b: [5, 4, 2], result: [2, 5, 3, 2]),
    Case(a: [2, 3, 4], b: [4], result: [2, 3]),
    Case(a: [4], b: [2, 4, 3], result: [2, 3]),
    Case(a: [0, 3], b: [3, 2], result: [0, 2]),
    Case(a: [2, 0], b: [0, 3], result: [2, 3]),
    Case(a: [7, 1, 4], b: [4, 3], result: [7, 1, 3]),
  ]

  /// The product by its definition.
  static func naive(_ a: Tensor<Double>, _ b: Tensor<Double>, _ result: Shape) -> [Double] {
    let left = a.rank == 1 ? a.reshaped(1, a.count) : a
    let right = b.rank == 1 ? b.reshaped(b.count, 1) : b
    let (m, k, n) = (left.shape[-2], left.shape[-1], right.shape[-1])
    let batch = m * n == 0 ? 0 : result.count / (m * n)
    let x = left.broadcast(to: Shape(batchLengths(left, right) + [m, k])).values
    let y = right.broadcast(to: Shape(batchLengths(left, right) + [k, n])).values
    var out: [Double] = []
    for p in 0..<batch {
      for i in 0..<m {
        for j in 0..<n {
          out.append((0..<k).reduce(0) { $0 + x[(p * m + i) * k + $1] * y[(p * k + $1) * n + j] })
        }
      }
    }
    return out
  }

  static func batchLengths(_ a: Tensor<Double>, _ b: Tensor<Double>) -> [Int] {
    let (x, y) = (a.shape.lengths.dropLast(2), b.shape.lengths.dropLast(2))
    let rank = max(x.count, y.count)
    let pad = { (l: ArraySlice<Int>) in Array(repeating: 1, count: rank - l.count) + l }
    return zip(pad(x), pad(y)).map { $0 == 1 ? $1 : $0 }
  }

  @Test("agree with the sum over the inner axis, views or not", arguments: cases)
  func values(_ test: Case) {
    for (a, b) in Self.views(test.a, test.b) {
      let y = a.matmul(b)
      #expect(y.shape == test.result)
      for (got, due) in zip(y.values, Self.naive(a, b, test.result)) {
        #expect(abs(got - due) <= 1e-12 * (1 + abs(due)))
      }
    }
  }

  @Test("have exact gradients of first and second order", arguments: cases)
  func gradients(_ test: Case) {
    for (a, b) in Self.views(test.a, test.b) {
      let check = gradCheck(at: [a, b], secondOrder: true) { x in
        let y = x[0].matmul(x[1])
        return y * y
      }
      #expect(check.passed, "\(check)")
    }
  }

  /// Row-major, transposed, and cut out of something larger.
  static func views(_ a: Shape, _ b: Shape) -> [(Tensor<Double>, Tensor<Double>)] {
    var pairs = [(Samples.double(a), Samples.double(b, seed: 1))]
    if a.rank > 1, b.rank > 1 {
      pairs.append((Samples.strided(a), Samples.double(b, seed: 1)))
      pairs.append((Samples.double(a), Samples.strided(b, seed: 1)))
      pairs.append((Samples.strided(a), Samples.strided(b, seed: 1)))
    }
    if a.rank > 2 {
      // Batch and rows exchanged, as heads are read in attention.
      var lengths = a.lengths
      lengths.swapAt(a.rank - 3, a.rank - 2)
      let heads = Samples.double(Shape(lengths)).transposed(-3, -2)
      pairs.append((heads, Samples.double(b, seed: 1)))
    }
    return pairs
  }

  @Test("broadcast operands are read without a copy and differentiated to their own shape")
  func broadcastOperand() {
    let a = Samples.double([3, 1])
    let b = Samples.double([4, 2], seed: 1)
    let check = gradCheck(at: [a, b], secondOrder: true) { x in
      x[0].broadcast(to: [3, 4]).matmul(x[1]).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("name both shapes when the inner sizes differ")
  func mismatch() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]).matmul(
        Tensor<Float>(repeating: 1, shape: [4, 5]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("matmul: [2, 3] x [4, 5]: inner sizes 3 and 4 differ"))
  }
}
