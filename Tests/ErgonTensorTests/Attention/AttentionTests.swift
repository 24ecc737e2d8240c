import ErgonTensor
import RealModule
import Testing

@Suite("Attention")
struct AttentionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var batch = 2
    var queries: Int
    var keys: Int
    var heads = 2
    var keyHeads = 2
    var size = 3
    var valueSize = 3
    var isCausal = false
    var isMasked = false
    var testDescription: String {
      """
      \(queries) queries, \(keys) keys, \(heads) heads on \(keyHeads), \
      \(isCausal ? "causal" : "whole")\(isMasked ? ", masked" : "")
      """
    }
  }
  static let cases: [Case] = [
    Case(queries: 1, keys: 1),
    Case(queries: 4, keys: 4, isCausal: true),
    Case(queries: 2, keys: 5, isCausal: true),
    Case(queries: 3, keys: 5, heads: 4, keyHeads: 2, valueSize: 2),
    Case(queries: 4, keys: 4, heads: 3, keyHeads: 1, isCausal: true),
    Case(queries: 3, keys: 4, isMasked: true),
    Case(queries: 4, keys: 4, isCausal: true, isMasked: true),
  ]
  /// More queries than one block holds.
  static let long: [Case] = [
    Case(batch: 1, queries: 130, keys: 130, isCausal: true),
    Case(batch: 1, queries: 65, keys: 70, heads: 4, keyHeads: 2, size: 5, isCausal: true),
    Case(batch: 2, queries: 129, keys: 33, heads: 2, keyHeads: 1, isMasked: true),
  ]

  func arrays(_ test: Case) -> [Tensor<Double>] {
    [
      Samples.double([test.batch, test.queries, test.heads, test.size]),
      Samples.double([test.batch, test.keys, test.keyHeads, test.size], seed: 1),
      Samples.double([test.batch, test.keys, test.keyHeads, test.valueSize], seed: 2),
    ]
  }

  func mask(_ test: Case) -> Tensor<Bool>? {
    guard test.isMasked else { return nil }
    // Every query sees the first key.
    let bits = (0..<test.batch * test.queries * test.keys).map {
      $0 % test.keys == 0 || ($0 * 7919) % 5 < 3
    }
    return Tensor(bits, shape: [test.batch, 1, test.queries, test.keys])
  }

  func attended(_ test: Case, _ x: [Tensor<Double>]) -> Tensor<Double> {
    scaledDotProductAttention(
      x[0], x[1], x[2], mask: mask(test), isCausal: test.isCausal)
  }

  func naive(_ test: Case, _ x: [Tensor<Double>]) -> [Double] {
    let (q, k, v) = (x[0].values, x[1].values, x[2].values)
    let visible = mask(test)?.values
    var out: [Double] = []
    for b in 0..<test.batch {
      for i in 0..<test.queries {
        for h in 0..<test.heads {
          let shared = h / (test.heads / test.keyHeads)
          var weights = (0..<test.keys).map { j -> Double in
            if test.isCausal, j > i + test.keys - test.queries { return 0 }
            if let visible, !visible[(b * test.queries + i) * test.keys + j] { return 0 }
            let score = (0..<test.size).reduce(0.0) {
              $0 + q[((b * test.queries + i) * test.heads + h) * test.size + $1]
                * k[((b * test.keys + j) * test.keyHeads + shared) * test.size + $1]
            }
            return .exp(score / Double(test.size).squareRoot())
          }
          let total = weights.reduce(0, +)
          weights = weights.map { $0 / total }
          for c in 0..<test.valueSize {
            out.append(
              (0..<test.keys).reduce(0) {
                $0 + weights[$1]
                  * v[((b * test.keys + $1) * test.keyHeads + shared) * test.valueSize + c]
              })
          }
        }
      }
    }
    return out
  }

  @Test("is the mean of the values by softmax of the scores", arguments: cases + long)
  func values(_ test: Case) {
    let x = arrays(test)
    let y = attended(test, x)
    #expect(y.shape == [test.batch, test.queries, test.heads, test.valueSize])
    for (a, b) in zip(y.values, naive(test, x)) { #expect(abs(a - b) < 1e-12) }
  }

  @Test("has exact gradients of first and second order", arguments: cases)
  func gradients(_ test: Case) {
    let check = gradCheck(at: arrays(test), secondOrder: true) { attended(test, $0).squared() }
    #expect(check.passed, "\(check)")
  }

  @Test("by blocks has the gradients of its composition", arguments: long)
  func blocks(_ test: Case) {
    let x = arrays(test)
    let g = Samples.double([test.batch, test.queries, test.heads, test.valueSize], seed: 3)
    let fused = vectorJacobianProduct(at: x, cotangent: g) { attended(test, $0) }.gradients
    // Inside another gradient the composition runs.
    var composed: [Tensor<Double>] = []
    _ = gradient(at: Tensor<Double>(1)) { one in
      composed = vectorJacobianProduct(at: x, cotangent: g) { attended(test, $0) }.gradients
        .map(\.stoppingGradient)
      return one
    }
    for (a, b) in zip(fused, composed) {
      for (u, v) in zip(a.values, b.values) { #expect(abs(u - v) < 1e-11) }
    }
  }

  @Test("reads heads out of one projection without their order mattering")
  func strided() {
    let joint = Samples.double([2, 5, 3, 2, 4])  // [batch, time, qkv, heads, size]
    let parts = (0..<3).map { joint.slice(axis: 2, from: $0, to: $0 + 1).squeezed(axes: [2]) }
    let y = scaledDotProductAttention(parts[0], parts[1], parts[2], isCausal: true)
    let dense = parts.map { Tensor($0.values, shape: $0.shape) }
    let due = scaledDotProductAttention(dense[0], dense[1], dense[2], isCausal: true)
    #expect(y.values == due.values)
    let check = gradCheck(at: parts) {
      scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true)
    }
    #expect(check.passed, "\(check)")
  }

  @Test("gives a query that sees nothing the mean of all values")
  func blind() {
    let v = Samples.double([1, 3, 1, 2], seed: 2)
    let y = scaledDotProductAttention(
      Samples.double([1, 1, 1, 2]), Samples.double([1, 3, 1, 2], seed: 1), v,
      mask: Tensor([false, false, false]))
    for (a, b) in zip(y.values, v.mean(axes: [1]).values) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("names the shapes when heads do not divide")
  func mismatch() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let q = Tensor<Float>(repeating: 1, shape: [1, 2, 3, 4])
      let k = Tensor<Float>(repeating: 1, shape: [1, 2, 2, 4])
      _ = scaledDotProductAttention(q, k, k)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("3 heads do not share 2 evenly"))
  }
}

@Suite("Rotary embedding")
struct RotaryTests {
  @Test("turns pairs, so that products know only distances", arguments: [false, true])
  func distances(_ interleaved: Bool) {
    let table = RotaryTable<Double>(size: 6, positions: 20)
    let (q, k) = (Samples.double([1, 1, 1, 6]), Samples.double([1, 1, 1, 6], seed: 1))
    let product = { (i: Int32, j: Int32) in
      (q.rotaryEmbedding(table, positions: Tensor([i]), interleaved: interleaved)
        * k.rotaryEmbedding(table, positions: Tensor([j]), interleaved: interleaved)).sum().scalar
    }
    #expect(abs(product(3, 1) - product(19, 17)) < 1e-12)
    #expect(abs(product(3, 1) - product(3, 2)) > 1e-3)
    #expect(q.rotaryEmbedding(table, interleaved: interleaved).values == q.values)
  }

  @Test("is the rotation of its definition")
  func definition() {
    let table = RotaryTable<Double>(size: 4, positions: 8, base: 100)
    let x = Samples.double([2, 3, 2, 4])
    let positions = Tensor<Int32>([0, 5, 7, 1, 2, 3], shape: [2, 3])
    let y = x.rotaryEmbedding(table, positions: positions).values
    for row in 0..<6 {
      for h in 0..<2 {
        for i in 0..<2 {
          let angle = Double(positions.values[row]) * .pow(100, -2 * Double(i) / 4)
          let first = (row * 2 + h) * 4 + i
          let (a, b) = (x.values[first], x.values[first + 2])
          #expect(abs(y[first] - (a * .cos(angle) - b * .sin(angle))) < 1e-14)
          #expect(abs(y[first + 2] - (a * .sin(angle) + b * .cos(angle))) < 1e-14)
        }
      }
    }
  }

  @Test("has exact gradients of first and second order", arguments: [false, true])
  func gradients(_ interleaved: Bool) {
    let table = RotaryTable<Double>(size: 4, positions: 8)
    let check = gradCheck(at: [Samples.double([2, 3, 2, 4])], secondOrder: true) {
      $0[0].rotaryEmbedding(table, interleaved: interleaved).squared()
    }
    #expect(check.passed, "\(check)")
  }
}
