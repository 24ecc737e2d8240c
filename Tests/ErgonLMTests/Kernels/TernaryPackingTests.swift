import CErgonKernels
import Testing

@Suite("Ternary packing")
struct TernaryPackingTests {
  static let shapes = [
    (1, 1), (3, 4), (7, 5), (64, 64), (65, 63), (70, 100), (130, 13), (8, 320), (33, 12),
  ]

  @Test("what is packed unpacks to the same trits", arguments: TernaryMachine.layouts, shapes)
  func roundTrip(layout: ek_ternary_layout, shape: (Int, Int)) {
    let (rows, columns) = shape
    var samples = TernarySamples(rows * 1000 + columns)
    let trits = samples.trits(rows * columns)
    let packed = PackedTrits(layout, rows: rows, columns: columns, trits)
    var back = [Int8](repeating: 9, count: rows * columns)
    ek_ternary_unpack(layout, rows, columns, 0, rows, packed.matrix.packed, &back, columns)
    #expect(back == trits)

    // Any rows of it, into a wider array.
    let first = rows / 2
    let wide = columns + 3
    var part = [Int8](repeating: 9, count: (rows - first) * wide)
    ek_ternary_unpack(
      layout, rows, columns, first, rows - first, packed.matrix.packed, &part, wide)
    for r in first..<rows {
      let line = part[(r - first) * wide..<(r - first + 1) * wide]
      #expect(Array(line) == trits[r * columns..<(r + 1) * columns] + [9, 9, 9])
    }
  }

  @Test(
    "tiles packed one by one make the same bytes as all at once, and no byte is left out",
    arguments: TernaryMachine.layouts, shapes)
  func tiles(layout: ek_ternary_layout, shape: (Int, Int)) {
    let (rows, columns) = shape
    var samples = TernarySamples(rows * 7 + columns)
    let trits = samples.trits(rows * columns)
    let bytes = ek_ternary_bytes(layout, rows, columns)
    #expect(bytes % 64 == 0)
    #expect(bytes * 8 * 3 >= rows * columns * 5)
    let tile = ek_ternary_tile_rows(layout)
    func pack(step: Int, fill: UInt8) -> [UInt8] {
      var packed = [UInt8](repeating: fill, count: bytes)
      // From the last to the first: no tile depends on one before it.
      for first in stride(from: 0, to: rows, by: step).reversed() {
        let count = min(step, rows - first)
        ek_ternary_pack(
          layout, rows, columns, first, count, Array(trits[(first * columns)...]), columns, &packed)
      }
      return packed
    }
    let whole = (rows + tile - 1) / tile * tile
    #expect(pack(step: tile, fill: 0) == pack(step: whole, fill: 0))
    // Only what rounds the size up to 64 may be left as it was.
    let different = zip(pack(step: whole, fill: 0), pack(step: whole, fill: 0xff)).filter(!=).count
    #expect(different < 64)
  }

  /// Where the code of a row and column lies: the byte and its lowest bit.
  static func place(
    _ layout: ek_ternary_layout, _ r: Int, _ k: Int, columns: Int
  ) -> (byte: Int, bit: Int) {
    switch layout {
    case EK_TERNARY_ROW_PLANES:
      let vector = r / 64 * ((columns + 3) / 4) + k / 4
      return (vector * 64 + 4 * (r % 16) + k % 4, 2 * (r % 64 / 16))
    case EK_TERNARY_COLUMN_PLANES:
      let vector = r / 8 * ((columns + 15) / 16) + k / 16
      return (vector * 32 + 4 * (r % 8) + k % 4, 2 * (k % 16 / 4))
    default:
      let vector = r / 4 * ((columns + 15) / 16) + k / 16
      return (vector * 16 + 4 * (r % 4) + k % 4, 2 * (k % 16 / 4))
    }
  }

  @Test(
    "two-bit layouts hold each code where they say, and code 1 in their padding",
    arguments: [EK_TERNARY_ROW_PLANES, EK_TERNARY_COLUMN_PLANES, EK_TERNARY_NEON])
  func places(layout: ek_ternary_layout) {
    let (rows, columns) = (70, 21)
    var samples = TernarySamples(3)
    let trits = samples.trits(rows * columns)
    let packed = PackedTrits(layout, rows: rows, columns: columns, trits)
    let tile = ek_ternary_tile_rows(layout)
    let step = layout == EK_TERNARY_ROW_PLANES ? 4 : 16
    for r in 0..<(rows + tile - 1) / tile * tile {
      for k in 0..<(columns + step - 1) / step * step {
        let (byte, bit) = Self.place(layout, r, k, columns: columns)
        let trit = r < rows && k < columns ? trits[r * columns + k] : 0
        #expect(Int8(packed.matrix.packed[byte] >> bit & 3) == trit + 1, "row \(r), column \(k)")
      }
    }
  }
}
