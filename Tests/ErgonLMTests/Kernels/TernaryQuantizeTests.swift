import CErgonKernels
import Testing

@Suite("Activations as int8")
struct TernaryQuantizeTests {
  static let columns = [1, 3, 4, 15, 16, 17, 31, 33, 63, 64, 65, 100, 2560]

  /// A token by the definition.
  private static func quantized(_ x: [Float]) -> (codes: [Int8], factor: Float, sum: Int32) {
    guard x.allSatisfy(\.isFinite) else {
      return ([Int8](repeating: 0, count: x.count), .nan, 0)
    }
    let factor: Float = 127 / max(x.map(abs).max() ?? 0, 1e-5)
    let codes = x.map {
      Int8(min(127, max(-128, ($0 * factor).rounded(.toNearestOrEven))))
    }
    return (codes, factor, codes.reduce(0) { $0 + Int32($1) })
  }

  /// Tokens that quantisation goes wrong with, cut or repeated to a length.
  private static func tokens(columns: Int) -> [[Float]] {
    var samples = TernarySamples(columns)
    var tokens: [[Float]] = [
      samples.numbers(columns), samples.numbers(columns, scale: 1e-3),
      samples.numbers(columns, scale: 3e38), samples.numbers(columns, scale: .leastNormalMagnitude),
      [Float](repeating: 0, count: columns), [Float](repeating: -0.0, count: columns),
      [Float](repeating: .greatestFiniteMagnitude, count: columns),
      [Float](repeating: -.leastNonzeroMagnitude, count: columns),
    ]
    // Halves: 127 makes the factor 1, and x.5 goes to the even neighbour.
    tokens.append(
      (0..<columns).map { (column: Int) -> Float in
        column == 0 ? 127 : Float(column % 250 - 125) + 0.5
      })
    for special: Float in [.nan, -.nan, .infinity, -.infinity] {
      for place in Set([0, columns / 2, columns - 1]) {
        var token = samples.numbers(columns)
        token[place] = special
        tokens.append(token)
      }
    }
    return tokens
  }

  private static func differ(_ x: TokenCodes, _ t: Int, _ wanted: [Float]) -> Bool {
    let (codes, factor, sum) = quantized(wanted)
    let zeros = [Int8](repeating: 0, count: x.stride - x.columns)
    let got = x.factor(ofToken: t)
    return x.codes(ofToken: t) != codes + zeros || x.sum(ofToken: t) != sum
      || !(got == factor || (got.isNaN && factor.isNaN))
  }

  @Test(
    "codes, factors and sums are the definition's with every instruction set",
    arguments: columns)
  func definition(columns: Int) {
    let tokens = Self.tokens(columns: columns)
    // A line is longer than a token; what lies between is not read.
    let ldx = columns + 1
    let x = tokens.flatMap { $0 + [.nan] }
    TernaryMachine.onEachVectorSet { isa, threads in
      let out = TokenCodes(count: tokens.count, columns: columns)
      withUnsafePointer(to: out.view()) { ek_quantize_tokens(x, ldx, $0) }
      for (t, token) in tokens.enumerated() {
        #expect(!Self.differ(out, t, token), "token \(t), set \(isa.rawValue), \(threads) threads")
      }
    }
  }

  @Test("norm and quantisation at once give the bits of one after the other", arguments: columns)
  func fused(columns: Int) {
    var samples = TernarySamples(columns + 1)
    let weight = samples.numbers(columns, scale: 2)
    let tokens = Self.tokens(columns: columns) + (0..<40).map { _ in samples.numbers(columns) }
    let x = tokens.flatMap { $0 }
    TernaryMachine.onEachVectorSet { isa, threads in
      var normed = [Float](repeating: 0, count: x.count)
      ek_rms_norm_rows(tokens.count, columns, 1e-5, x, columns, weight, &normed, columns)
      let (one, two) = (
        TokenCodes(count: tokens.count, columns: columns),
        TokenCodes(count: tokens.count, columns: columns)
      )
      withUnsafePointer(to: one.view()) { ek_quantize_tokens(normed, columns, $0) }
      withUnsafePointer(to: two.view()) { ek_rms_norm_quantize(1e-5, x, columns, weight, $0) }
      for t in tokens.indices {
        let isSame =
          one.codes(ofToken: t) == two.codes(ofToken: t)
          && one.sum(ofToken: t) == two.sum(ofToken: t)
          && one.factor(ofToken: t).bitPattern == two.factor(ofToken: t).bitPattern
        #expect(isSame, "token \(t), set \(isa.rawValue), \(threads) threads")
      }
    }
  }

  @Test("a token alone has the bits it has among others")
  func batchInvariance() {
    let (count, columns) = (37, 1000)
    var samples = TernarySamples(5)
    let x = samples.numbers(count * columns)
    let weight = samples.numbers(columns)
    TernaryMachine.onEachVectorSet { isa, threads in
      let all = TokenCodes(count: count, columns: columns)
      withUnsafePointer(to: all.view()) { ek_rms_norm_quantize(1e-6, x, columns, weight, $0) }
      for t in [0, 17, 36] {
        let alone = TokenCodes(count: 1, columns: columns)
        let row = Array(x[t * columns..<(t + 1) * columns])
        withUnsafePointer(to: alone.view()) { ek_rms_norm_quantize(1e-6, row, columns, weight, $0) }
        let isSame =
          alone.codes(ofToken: 0) == all.codes(ofToken: t)
          && alone.factor(ofToken: 0) == all.factor(ofToken: t)
        #expect(isSame, "token \(t), set \(isa.rawValue), \(threads) threads")
      }
    }
  }
}
