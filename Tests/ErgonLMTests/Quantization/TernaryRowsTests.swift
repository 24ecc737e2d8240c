import Testing

@testable import ErgonLM

@Suite("Ternary rows")
struct TernaryRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Trits that depend on nothing but their place.
  static func trits(_ count: Int, seed: Int) -> [Int8] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int8((state >> 33) % 3) - 1
    }
  }

  /// Bytes of I2_S as its definition has them: weight j of 128 in byte j mod 32, high bits first.
  static func i2S(_ trits: [Int8], scale: Float) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: trits.count / 4)
    for (index, trit) in trits.enumerated() {
      let (block, j) = index.quotientAndRemainder(dividingBy: 128)
      bytes[block * 32 + j % 32] |= UInt8(trit + 1) << UInt8(6 - 2 * (j / 32))
    }
    return bytes + little(scale) + [UInt8](repeating: 0, count: 28)
  }

  static func tq2(_ trits: [Int8], scales: [UInt16]) -> [UInt8] {
    (0..<trits.count / 256).flatMap { block -> [UInt8] in
      var bytes = [UInt8](repeating: 0, count: 64)
      for element in 0..<256 {
        let (half, rest) = element.quotientAndRemainder(dividingBy: 128)
        bytes[half * 32 + rest % 32] |=
          UInt8(trits[block * 256 + element] + 1) << UInt8(2 * (rest / 32))
      }
      return bytes + little(scales[block % scales.count])
    }
  }

  static func tq1(_ trits: [Int8], scale: UInt16) -> [UInt8] {
    (0..<trits.count / 256).flatMap { block -> [UInt8] in
      func byte(_ places: [Int]) -> UInt8 {
        let digits = places.map { Int(trits[block * 256 + $0] + 1) } + (places.count < 5 ? [0] : [])
        let value = digits.reduce(0) { 3 * $0 + $1 }
        return UInt8((256 * value + 242) / 243)
      }
      var bytes = (0..<32).map { m in byte((0..<5).map { 32 * $0 + m }) }
      bytes += (0..<16).map { m in byte((0..<5).map { 160 + 16 * $0 + m }) }
      bytes += (0..<4).map { m in byte((0..<4).map { 240 + 4 * $0 + m }) }
      return bytes + little(scale)
    }
  }

  static func iq2BN(_ trits: [Int8], columns: Int, scales: [Float]) -> [UInt8] {
    scales.indices.flatMap { row -> [UInt8] in
      var bytes = [UInt8](repeating: 0, count: columns / 4)
      for column in 0..<columns {
        let (block, j) = column.quotientAndRemainder(dividingBy: 64)
        bytes[block * 16 + j % 16] |=
          UInt8(trits[row * columns + column] + 1) << UInt8(2 * (j / 16))
      }
      return little(scales[row]) + bytes
    }
  }

  private func open(_ type: UInt32, _ columns: Int, _ rows: Int, _ bytes: [UInt8]) throws
    -> any ModelFile
  {
    var content = GGUFBytes()
    content.add("w", [UInt64(columns), UInt64(rows)], type, bytes)
    return try openModelFile(folder.write(content.bytes))
  }

  private func read(_ file: any ModelFile, _ rows: Range<Int>) throws -> [Int8] {
    let matrix = try TernaryRows(file["w"]!, in: file)
    var trits = [Int8](repeating: 9, count: rows.count * matrix.columns)
    try trits.withUnsafeMutableBufferPointer { try matrix.read(rows, into: $0.baseAddress!) }
    return trits
  }

  private func floats(_ file: any ModelFile, _ name: String = "w") throws -> [Float] {
    let matrix = try WeightRows(file[name]!, in: file)
    var values = [Float](repeating: .nan, count: matrix.rows * matrix.columns)
    try values.withUnsafeMutableBufferPointer {
      try matrix.read(0..<matrix.rows, into: $0.baseAddress!)
    }
    return values
  }

  @Test("I2_S, also of rows of an odd number of blocks", arguments: [128, 384, 640, 2560])
  func i2S(columns: Int) throws {
    let trits = Self.trits(5 * columns, seed: columns)
    let file = try open(36, columns, 5, Self.i2S(trits, scale: 0.75))
    #expect(try read(file, 0..<5) == trits)
    #expect(try read(file, 3..<4) == Array(trits[3 * columns..<4 * columns]))
    #expect(try TernaryRows(file["w"]!, in: file).scale == 0.75)
    #expect(try floats(file) == trits.map { Float($0) * 0.75 })
  }

  @Test("TQ2_0 and TQ1_0 with one scale, blocks of scale zero aside")
  func blocks() throws {
    let columns = 768
    var trits = Self.trits(4 * columns, seed: 3)
    var bytes = Self.tq2(trits, scales: [0x3800])
    // A block whose scale is zero is zero, whatever its codes.
    bytes[64] = 0
    bytes[65] = 0x80
    for place in 0..<256 { trits[place] = 0 }
    let two = try open(35, columns, 4, bytes)
    #expect(try read(two, 0..<4) == trits)
    #expect(try TernaryRows(two["w"]!, in: two).scale == 0.5)
    let one = try open(34, columns, 4, Self.tq1(trits, scale: 0x3800))
    #expect(try read(one, 0..<4) == trits)
    #expect(try floats(one) == floats(two))
    #expect(try floats(one) == trits.map { Float($0) * 0.5 })
  }

  @Test("TQ2_0 with a scale a row has row scales, with a scale a block it is numbers")
  func ownScales() throws {
    let trits = Self.trits(2 * 512, seed: 4)
    let rows = try open(35, 512, 2, Self.tq2(trits, scales: [0x3800, 0x3800, 0x4000, 0x4000]))
    let matrix = try TernaryRows(rows["w"]!, in: rows)
    #expect(matrix.rowScales == [0.5, 2])
    let file = try open(35, 512, 2, Self.tq2(trits, scales: [0x3800, 0x4000]))
    #expect(throws: LMError.self) { try TernaryRows(file["w"]!, in: file) }
    #expect(try TernaryRows.sharingScales(file["w"]!, in: file)?.scale == nil)
    #expect(
      try floats(file)
        == trits.enumerated().map { Float($1) * ($0 / 256 % 2 == 0 ? 0.5 : 2) })
  }

  @Test("IQ2_BN has a scale before each row")
  func rowScales() throws {
    let trits = Self.trits(3 * 192, seed: 5)
    let file = try open(135, 192, 3, Self.iq2BN(trits, columns: 192, scales: [1, 2, 4]))
    #expect(try TernaryRows(file["w"]!, in: file).rowScales == [1, 2, 4])
    #expect(try read(file, 0..<3) == trits)
    #expect(try floats(file) == trits.enumerated().map { Float($1) * [1, 2, 4][$0 / 192] })
  }

  @Test(
    "packed trits, four rows a byte, multiplied or divided by their scale",
    arguments: [true, false])
  func packed(multiplies: Bool) throws {
    let columns = 5
    let trits = Self.trits(8 * columns, seed: 6)
    var bytes = [UInt8](repeating: 0, count: 2 * columns)
    for row in 0..<8 {
      for column in 0..<columns {
        bytes[row % 2 * columns + column] |=
          UInt8(trits[row * columns + column] + 1)
          << UInt8(2 * (row / 2))
      }
    }
    let header = #"""
      {"w_scale":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},
      "w":{"dtype":"U8","shape":[2,5],"data_offsets":[2,12]}}
      """#
    let content = little(UInt64(header.utf8.count)) + Array(header.utf8) + little(UInt16(0x4080))
    _ = try folder.write(content + bytes, "model.safetensors")
    _ = try folder.write(
      #"{"quantization_config": {"linear_class": "\#(multiplies ? "autobitlinear" : "bitlinear")"}}"#,
      "config.json")
    let file = try openModelFile(folder.path)
    #expect(try read(file, 0..<8) == trits)
    #expect(try read(file, 3..<6) == Array(trits[15..<30]))
    #expect(try TernaryRows(file["w"]!, in: file).scale == (multiplies ? 4 : 0.25))
    _ = try folder.write(content + [UInt8](repeating: 3, count: 10), "model.safetensors")
    let broken = try openModelFile(folder.path)
    #expect(throws: LMError.self) { try read(broken, 0..<1) }
    #expect(try read(broken, 2..<3) == [-1, -1, -1, -1, -1])
  }

  @Test("a code of three, and a scale that is no number, are faults", arguments: [35, 36, 135])
  func faults(type: UInt32) throws {
    let columns = 256
    let trits = Self.trits(2 * columns, seed: 7)
    func bytes(_ scale: Float, _ half: UInt16) -> [UInt8] {
      switch type {
      case 36: Self.i2S(trits, scale: scale)
      case 35: Self.tq2(trits, scales: [half])
      default: Self.iq2BN(trits, columns: columns, scales: [scale, scale])
      }
    }
    var broken = bytes(1, 0x3C00)
    broken[5] |= 0b11
    let file = try open(type, columns, 2, broken)
    #expect(throws: LMError.self) { try read(file, 0..<2) }
    #expect(throws: LMError.self) { try floats(file) }
    for (scale, half) in [(Float.nan, 0x7E00), (.infinity, 0x7C00)] as [(Float, UInt16)] {
      let file = try open(type, columns, 2, bytes(scale, half))
      #expect(throws: LMError.self) { try TernaryRows(file["w"]!, in: file) }
    }
  }

  @Test("plain formats are read as the numbers they are")
  func plain() throws {
    var content = GGUFBytes()
    content.add("i8", [3], 24, [1, 0xFF, 0x80])
    content.add("i16", [2], 25, little(Int16(-300)) + little(Int16(7)))
    content.add("i32", [2], 26, little(Int32(-70_000)) + little(Int32(7)))
    content.add("i64", [1], 27, little(Int64(-1)))
    content.add("f64", [1], 28, little(Double(0.25).bitPattern))
    content.add("f16", [2], 1, little(UInt16(0x3800)) + little(UInt16(0xBC00)))
    content.add("bf16", [1], 30, little(UInt16(0x3F80)))
    let file = try openModelFile(folder.write(content.bytes))
    #expect(try floats(file, "i8") == [1, -1, -128])
    #expect(try floats(file, "i16") == [-300, 7])
    #expect(try floats(file, "i32") == [-70_000, 7])
    #expect(try floats(file, "i64") == [-1])
    #expect(try floats(file, "f64") == [0.25])
    #expect(try floats(file, "f16") == [0.5, -1])
    #expect(try floats(file, "bf16") == [1])
  }
}
