import Foundation
import Testing

@testable import ErgonLM

@Suite("Encodings")
struct EncodingTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Golden/files/formats.gguf").path

  private func floats(_ name: String, _ file: any ModelFile) throws -> [Float] {
    let matrix = try WeightRows(file[name]!, in: file)
    var values = [Float](repeating: .nan, count: matrix.rows * matrix.columns)
    try values.withUnsafeMutableBufferPointer {
      try matrix.read(0..<matrix.rows, into: $0.baseAddress!)
    }
    return values
  }

  private func encode(_ values: [Float], _ format: StorageFormat, columns: Int) -> [UInt8] {
    let encoding = RowEncoding(format, columns: columns)
    var bytes = [UInt8](repeating: 0xEE, count: values.count / columns * encoding.rowBytes)
    bytes.withUnsafeMutableBytes { out in
      values.withUnsafeBufferPointer { values in
        for row in 0..<values.count / columns {
          encoding.encode(
            values.baseAddress! + row * columns,
            into: out.baseAddress! + row * encoding.rowBytes)
        }
      }
    }
    return bytes
  }

  private func decode(_ bytes: [UInt8], _ format: StorageFormat, columns: Int) throws -> [Float] {
    var content = GGUFBytes()
    let rows = bytes.count / (columns / format.block.weights * format.block.bytes)
    content.add("w", [UInt64(columns), UInt64(rows)], format.rawValue, bytes)
    let folder = try TemporaryFolder()
    return try floats("w", openModelFile(folder.write(content.bytes)))
  }

  @Test("formats read as another reader reads them")
  func golden() throws {
    let file = try openModelFile(Self.golden)
    #expect(file.metadata["words"] == .strings(StringTable(["one", "", "drei", "七"])))
    #expect(file.metadata["numbers"] == .integers([1, -2, 3]))
    for name in ["F16", "BF16", "Q8_0", "Q4_0", "TQ1_0", "TQ2_0", "Q4_K", "Q6_K"] {
      let (read, expected) = (try floats(name, file), try floats(name + ".read", file))
      #expect(file[name]?.format.name == name)
      for (value, right) in zip(read, expected) {
        // Products of three factors may be rounded in another order.
        #expect(abs(value - right) <= 1e-5 * max(abs(right), 0.1), "\(name)")
      }
    }
  }

  @Test(
    "formats are written as another writer writes them",
    arguments: [.f16, .bf16, .q8_0, .q4_0] as [StorageFormat])
  func bytes(format: StorageFormat) throws {
    let file = try openModelFile(Self.golden)
    let bytes = encode(try floats("numbers", file), format, columns: 512)
    #expect(try bytes == Array(file.bytes(of: format.name).bytes))
  }

  @Test(
    "trits are written as another writer writes them",
    arguments: [.tq1_0, .tq2_0] as [StorageFormat])
  func trits(format: StorageFormat) throws {
    let file = try openModelFile(Self.golden)
    let matrix = try Ternarization(file["trits"]!, in: file, rounds: false)
    #expect(matrix.scale == 0.375 && matrix.rows == 2)
    let encoding = TritEncoding(format, columns: 512)
    var bytes = [UInt8](repeating: 0, count: 2 * encoding.rowBytes)
    var trits = [Int8](repeating: 0, count: 512)
    for row in 0..<2 {
      try trits.withUnsafeMutableBufferPointer {
        try matrix.read(row..<row + 1, into: $0.baseAddress!)
      }
      bytes.withUnsafeMutableBufferPointer {
        encoding.encode(trits, scale: matrix.scale, into: $0.baseAddress! + row * encoding.rowBytes)
      }
    }
    #expect(try bytes == Array(file.bytes(of: format.name).bytes))
  }

  @Test("I2_S is written as its definition has it", arguments: [128, 384])
  func i2S(columns: Int) {
    let trits = TernaryRowsTests.trits(columns, seed: 11)
    let encoding = TritEncoding(.i2_S, columns: columns)
    var bytes = [UInt8](repeating: 0, count: encoding.rowBytes)
    bytes.withUnsafeMutableBufferPointer {
      encoding.encode(trits, scale: 1, into: $0.baseAddress!)
    }
    #expect(bytes == Array(TernaryRowsTests.i2S(trits, scale: 1).prefix(columns / 4)))
  }

  @Test(
    "what is written reads back as near as the format's bits allow",
    arguments: [(.q8_0, 0.006), (.q4_0, 0.095), (.q4_K, 0.08), (.q6_K, 0.02)]
      as [(StorageFormat, Double)])
  func nearness(format: StorageFormat, bound: Double) throws {
    let file = try openModelFile(Self.golden)
    let values = try floats("numbers", file)
    let back = try decode(encode(values, format, columns: 512), format, columns: 512)
    var (error, power) = (0.0, 0.0)
    for (value, read) in zip(values, back) {
      error += Double(value - read) * Double(value - read)
      power += Double(value) * Double(value)
    }
    let relative = (error / power).squareRoot()
    #expect(relative < bound, "\(relative)")
    // Zeros, and what cannot be written, leave nothing behind that is not finite.
    let zeros = [Float](repeating: 0, count: 256)
    #expect(try decode(encode(zeros, format, columns: 256), format, columns: 256) == zeros)
  }

  @Test("rounding to trits divides by the mean magnitude and goes half to even")
  func rounding() throws {
    var content = GGUFBytes()
    // Mean 1: 0.5 goes to 0, 1.5 to 2 and so to 1.
    let values: [Float] = [0.5, -0.5, 1.5, -1.5, 2, -0.25, 1.25, 0.5]
    content.add("w", [4, 2], 0, values.flatMap { little($0) })
    let folder = try TemporaryFolder()
    let file = try openModelFile(folder.write(content.bytes))
    #expect(throws: LMError.self) { try Ternarization(file["w"]!, in: file, rounds: false) }
    let matrix = try Ternarization(file["w"]!, in: file, rounds: true)
    #expect(matrix.scale == 1)
    var trits = [Int8](repeating: 9, count: 8)
    try trits.withUnsafeMutableBufferPointer { try matrix.read(0..<2, into: $0.baseAddress!) }
    #expect(trits == [0, 0, 1, -1, 1, 0, 1, 0])
  }
}
