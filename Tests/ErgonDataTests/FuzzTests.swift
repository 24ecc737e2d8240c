import Testing

@testable import ErgonData

@Suite("Readers under mutated input")
struct FuzzTests {
  /// A seed text with a few bytes changed, removed, doubled or cut off.
  private func mutated(_ seed: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    let marks: [UInt8] = [0, 10, 13, 34, 44, 92, 0x7B, 0x5B, 0x80, 0xC3, 0xEF, 0xFF]
    var bytes = seed
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      switch UInt8.random(in: 0...4, using: &generator) {
      case 0 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &generator)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: place)
      case 3: bytes.removeSubrange(place...)
      default: bytes.insert(contentsOf: bytes.prefix(place), at: place)
      }
    }
    return bytes
  }

  @Test("100,000 mutated CSV files give rows of one width or a typed error")
  func csv() {
    let seed = Array("name,joules,note\r\ngzip,12.5,\"a, \"\"b\"\"\"\r\nxz,1e3,é\r\n".utf8)
    let format = CSVFormat(fieldLimit: 64, rowLimit: 128, columnLimit: 16)
    var generator = SeededGenerator(state: 1)
    var (failures, rows) = (0, 0)
    for _ in 0..<100_000 {
      do {
        var reader = try CSVReader(bytes: mutated(seed, &generator), format: format)
        let width = reader.header?.count
        while let row = try reader.next() {
          if row.count != width { Issue.record("\(row.count) fields where \(width ?? 0) were due") }
          _ = row.fields
          _ = try? row.number(at: row.count - 1)
          rows += 1
        }
      } catch {
        failures += 1
      }
    }
    #expect(failures > 1000 && rows > 1000, "both outcomes must occur")
  }

  @Test("100,000 mutated files of JSON lines give values or a typed error")
  func jsonLines() {
    let seed = Array("{\"name\":\"a\",\"joules\":1.5}\n{\"name\":\"é\"}\n".utf8)
    var generator = SeededGenerator(state: 2)
    var (failures, values) = (0, 0)
    for _ in 0..<100_000 {
      do {
        var reader = try JSONLinesReader<JSONLinesTests.Item>(
          bytes: mutated(seed, &generator), lineLimit: 200)
        while try reader.next() != nil { values += 1 }
      } catch {
        failures += 1
      }
    }
    #expect(failures > 1000 && values > 1000, "both outcomes must occur")
  }
}
