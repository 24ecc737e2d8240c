import CErgonKernels
import Testing

@Suite("Scaled ternary products")
struct TernaryLinearTests {
  static let columns = 75
  static let heights = [65, 3, 140]

  private struct Case {
    let matrices: [PackedTrits]
    let x: TokenCodes
    let codes: [Int8]
    let factors: [Float]
    /// Of each matrix, one a row.
    let scales: [[Float]]
  }

  private func make(_ layout: ek_ternary_layout, tokens: Int) -> Case {
    var samples = TernarySamples(tokens)
    let codes = samples.codes(tokens * Self.columns)
    let factors = samples.numbers(tokens, scale: 20).map { abs($0) + 1 }
    var scales: [[Float]] = []
    let matrices = Self.heights.enumerated().map { i, rows in
      let one = samples.numbers(1)[0]
      let each = samples.numbers(rows)
      scales.append(i == 1 ? each : [Float](repeating: one, count: rows))
      return PackedTrits(
        layout, rows: rows, columns: Self.columns, samples.trits(rows * Self.columns), scale: one,
        rowScales: i == 1 ? each : nil)
    }
    return Case(
      matrices: matrices, x: TokenCodes(columns: Self.columns, codes, factors: factors),
      codes: codes, factors: factors, scales: scales)
  }

  /// Runs ek_ternary_linear over all the matrices, from what the results hold before.
  private func linear(
    _ c: Case, _ x: ek_int8_tokens, add: Bool, from before: [[Float]]
  ) -> [[Float]] {
    let results = before.map { values in
      let y = UnsafeMutablePointer<Float>.allocate(capacity: max(1, values.count))
      y.initialize(from: values, count: values.count)
      return y
    }
    defer { for y in results { y.deallocate() } }
    withUnsafePointer(to: x) {
      ek_ternary_linear(
        c.matrices.count, c.matrices.map(\.matrix), $0, add, results, c.matrices.map(\.rows))
    }
    return zip(results, before).map { Array(UnsafeBufferPointer(start: $0, count: $1.count)) }
  }

  @Test(
    "several matrices of the same tokens, scaled and added, to the bit",
    arguments: TernaryMachine.layouts, [1, 4, 27])
  func scaled(layout: ek_ternary_layout, tokens: Int) {
    let c = make(layout, tokens: tokens)
    var samples = TernarySamples(99)
    let before = c.matrices.map { samples.numbers(tokens * $0.rows) }
    let wanted = c.matrices.indices.map { i in
      let w = c.matrices[i]
      let whole = ternaryProduct(w.trits, rows: w.rows, columns: Self.columns, c.codes)
      return whole.indices.map {
        Float(whole[$0]) * (c.scales[i][$0 % w.rows] / c.factors[$0 / w.rows])
      }
    }
    let added = zip(wanted, before).map { y, b in zip(y, b).map { $0 + $1 } }
    TernaryMachine.onEachDotSet { isa, threads in
      let at = "set \(isa.rawValue), \(threads) threads"
      #expect(linear(c, c.x.view(), add: false, from: before) == wanted, "\(at)")
      #expect(linear(c, c.x.view(), add: true, from: before) == added, "\(at)")
    }
  }

  @Test(
    "a token's results do not depend on those it is batched with",
    arguments: TernaryMachine.layouts)
  func batchInvariance(layout: ek_ternary_layout) {
    let tokens = 130
    let c = make(layout, tokens: tokens)
    func zeros(_ tokens: Int) -> [[Float]] {
      c.matrices.map { [Float](repeating: 0, count: tokens * $0.rows) }
    }
    TernaryMachine.onEachDotSet { isa, threads in
      let all = linear(c, c.x.view(), add: false, from: zeros(tokens))
      for (first, count) in [(0, 1), (5, 2), (64, 7), (100, 30), (129, 1)] {
        let part = linear(c, c.x.view(first, count: count), add: false, from: zeros(count))
        let isSame = c.matrices.indices.allSatisfy { i in
          let rows = c.matrices[i].rows
          return part[i][...] == all[i][first * rows..<(first + count) * rows]
        }
        #expect(isSame, "\(count) from \(first), set \(isa.rawValue), \(threads) threads")
      }
    }
  }

  @Test("a token that is not finite shows in its own results alone")
  func notFinite() {
    let c = make(EK_TERNARY_ROW_PLANES, tokens: 3)
    c.x.view().factors[1] = .nan
    TernaryMachine.onEachDotSet { isa, _ in
      let zeros = c.matrices.map { [Float](repeating: 0, count: 3 * $0.rows) }
      for (y, w) in zip(linear(c, c.x.view(), add: false, from: zeros), c.matrices) {
        for (i, value) in y.enumerated() {
          #expect(value.isNaN == (i / w.rows == 1), "[\(i)], set \(isa.rawValue)")
        }
      }
    }
  }

  @Test(
    "gate and up at once give the bits of one after the other",
    arguments: TernaryMachine.layouts,
    [EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_SILU, EK_ACTIVATE_GELU_TANH])
  func gated(layout: ek_ternary_layout, activation: ek_activation) {
    let rows = 133
    var samples = TernarySamples(8)
    let gate = PackedTrits(
      layout, rows: rows, columns: Self.columns, samples.trits(rows * Self.columns), scale: 0.7)
    let up = PackedTrits(
      layout, rows: rows, columns: Self.columns, samples.trits(rows * Self.columns), scale: 1.3,
      rowScales: samples.numbers(rows))
    for tokens in [1, 2, 9, 50] {
      let x = TokenCodes(
        columns: Self.columns, samples.codes(tokens * Self.columns),
        factors: samples.numbers(tokens).map { abs($0) * 100 + 30 })
      let c = Case(matrices: [gate, up], x: x, codes: [], factors: [], scales: [])
      let zeros = [Float](repeating: 0, count: tokens * rows)
      TernaryMachine.onEachDotSet { isa, threads in
        let both = linear(c, x.view(), add: false, from: [zeros, zeros])
        var wanted = zeros
        ek_gate_rows(activation, tokens * rows, both[0], both[1], &wanted)
        var got = zeros
        withUnsafePointer(to: gate.matrix) { gate in
          withUnsafePointer(to: up.matrix) { up in
            withUnsafePointer(to: x.view()) {
              ek_ternary_gated(gate, up, activation, $0, &got, rows)
            }
          }
        }
        #expect(got == wanted, "\(tokens) tokens, set \(isa.rawValue), \(threads) threads")
      }
    }
  }
}
