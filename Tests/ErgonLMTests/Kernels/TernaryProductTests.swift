import CErgonKernels
import Testing

@Suite("Ternary products")
struct TernaryProductTests {
  static let columns = [1, 4, 5, 63, 64, 100, 320, 2560, 6912, 8640, 13824]

  /// What the kernel gives on every layout, instruction set and thread count where it is not `wanted`.
  private func differences(
    rows: Int, columns: Int, trits: [Int8], codes: [Int8], wanted: [Int32]
  ) -> [String] {
    let tokens = codes.count / columns
    let x = TokenCodes(columns: columns, codes)
    var found: [String] = []
    for layout in TernaryMachine.layouts {
      let w = PackedTrits(layout, rows: rows, columns: columns, trits)
      TernaryMachine.onEachDotSet { isa, threads in
        // One column more than there are rows: it must stay as it is.
        let ldy = rows + 1
        var y = [Int32](repeating: 5, count: tokens * ldy)
        withUnsafePointer(to: w.matrix) { matrix in
          withUnsafePointer(to: x.view()) { ek_ternary_product(matrix, $0, &y, ldy) }
        }
        let isSame = (0..<tokens).allSatisfy { t in
          y[t * ldy..<t * ldy + rows] == wanted[t * rows..<(t + 1) * rows] && y[t * ldy + rows] == 5
        }
        if !isSame { found.append("layout \(layout.rawValue), set \(isa.rawValue), \(threads)") }
      }
    }
    return found
  }

  @Test("random codes: the integers of the definition", arguments: columns)
  func random(columns: Int) {
    let rows = 67
    var samples = TernarySamples(columns)
    let trits = samples.trits(rows * columns)
    let codes = samples.codes((columns > 1000 ? 7 : 17) * columns)
    let wanted = ternaryProduct(trits, rows: rows, columns: columns, codes)
    #expect(
      differences(rows: rows, columns: columns, trits: trits, codes: codes, wanted: wanted) == [])
  }

  @Test("every code and every weight as large as they get: no sum overflows", arguments: columns)
  func extremes(columns: Int) {
    let rows = 66
    let codes: [Int8] = [127, -127, -128]
    let tokens = codes.flatMap { [Int8](repeating: $0, count: columns) }
    for weight: Int8 in [1, -1] {
      let trits = [Int8](repeating: weight, count: rows * columns)
      let wanted = codes.flatMap {
        [Int32](repeating: Int32($0) * Int32(weight) * Int32(columns), count: rows)
      }
      #expect(
        differences(rows: rows, columns: columns, trits: trits, codes: tokens, wanted: wanted) == []
      )
    }
    // Pairs whose parts have opposite signs, so that both halves of a lane are at their limits.
    let trits = (0..<rows * columns).map { Int8($0 % columns % 2 == 0 ? 1 : -1) }
    let alternating = (0..<columns).map { Int8($0 % 2 == 0 ? 127 : -128) }
    let sum = alternating.reduce(Int32(0)) { $0 + abs(Int32($1)) }
    #expect(
      differences(
        rows: rows, columns: columns, trits: trits, codes: alternating,
        wanted: [Int32](repeating: sum, count: rows)) == [])
  }

  @Test("as many columns as a matrix can have: every plane is exact")
  func mostColumns() {
    let columns = Int(EK_TERNARY_COLUMNS)
    let trits = [Int8](repeating: 1, count: columns)
    for tokens in [1, 2] {
      let codes = [Int8](repeating: -128, count: tokens * columns)
      // The one row, and behind it those of the other planes with weight 0.
      for rows in [1, 64] {
        let matrix = [Int8](repeating: 0, count: (rows - 1) * columns) + trits
        let row = [Int32](repeating: 0, count: rows - 1) + [Int32(-128 * columns)]
        let wanted = Array(repeating: row, count: tokens).flatMap { $0 }
        #expect(
          differences(rows: rows, columns: columns, trits: matrix, codes: codes, wanted: wanted)
            == [], "\(tokens) tokens, \(rows) rows")
      }
    }
  }

  @Test("1 to 17 tokens and 130: each token's integers, whatever it is batched with")
  func tokenCounts() {
    let (rows, columns) = (150, 100)
    var samples = TernarySamples(11)
    let trits = samples.trits(rows * columns)
    let codes = samples.codes(130 * columns)
    let wanted = ternaryProduct(trits, rows: rows, columns: columns, codes)
    for tokens in Array(1...17) + [24, 25, 130] {
      #expect(
        differences(
          rows: rows, columns: columns, trits: trits, codes: Array(codes[..<(tokens * columns)]),
          wanted: Array(wanted[..<(tokens * rows)])) == [], "\(tokens) tokens")
    }
  }

  @Test("rows around the tiles' sizes", arguments: [1, 3, 4, 7, 8, 9, 31, 33, 63, 64, 65, 129])
  func rowCounts(rows: Int) {
    let columns = 37
    var samples = TernarySamples(rows)
    let trits = samples.trits(rows * columns)
    for tokens in [1, 5] {
      let codes = samples.codes(tokens * columns)
      let wanted = ternaryProduct(trits, rows: rows, columns: columns, codes)
      #expect(
        differences(rows: rows, columns: columns, trits: trits, codes: codes, wanted: wanted) == [])
    }
  }

  @Test("no tokens, no rows: nothing is touched")
  func nothing() {
    for layout in TernaryMachine.layouts {
      let w = PackedTrits(layout, rows: 5, columns: 8, [Int8](repeating: 1, count: 40))
      let none = TokenCodes(count: 0, columns: 8)
      var y: [Int32] = [7]
      withUnsafePointer(to: w.matrix) { matrix in
        withUnsafePointer(to: none.view()) { ek_ternary_product(matrix, $0, &y, 5) }
      }
      #expect(y == [7])
      #expect(ek_ternary_bytes(layout, 0, 8) == 0)
    }
  }
}
