import Testing

@testable import ErgonData

@Suite("JSON lines")
struct JSONLinesTests {
  struct Item: Codable, Equatable {
    var name: String
    var joules: Double?
  }

  private func read(_ text: String, limit: Int = 1000) throws -> [Item] {
    var reader = try JSONLinesReader<Item>(bytes: Array(text.utf8), lineLimit: limit)
    var items: [Item] = []
    while let item = try reader.next() { items.append(item) }
    return items
  }

  @Test(
    "one value a line, blank lines and carriage returns aside",
    arguments: [
      "{\"name\":\"a\"}\n{\"name\":\"b\",\"joules\":1.5}\n",
      "\u{FEFF}{\"name\":\"a\"}\r\n\r\n \t\n{\"name\":\"b\",\"joules\":1.5}",
    ])
  func reads(text: String) throws {
    #expect(try read(text) == [Item(name: "a"), Item(name: "b", joules: 1.5)])
  }

  @Test(
    "what is wrong is said with its line and key",
    arguments: [
      ("{\"name\":\"a\"}\n{\"joules\":1}\n", 2, "the key 'name' is missing"),
      ("\n{\"name\":1}\n", 2, "String expected at name"),
      ("{\"name\":null}", 1, "a value is null at name"),
    ])
  func wrong(text: String, line: Int, reason: String) {
    #expect(
      throws: DataError.malformed(source: "text", row: line, column: nil, reason: reason)
    ) { try read(text) }
  }

  @Test(
    "text that is no JSON, cut short, or nested without end is refused",
    arguments: [
      "{", "nonsense", "{\"name\":\"a\"} x", String(repeating: "[", count: 900), "\u{0}",
    ])
  func refused(text: String) {
    #expect(throws: DataError.self) { try read(text) }
  }

  @Test("reading goes on behind a bad line")
  func recovery() throws {
    var reader = try JSONLinesReader<Item>(bytes: Array("oops\n{\"name\":\"a\"}\n".utf8))
    #expect(throws: DataError.self) { _ = try reader.next() }
    #expect(try reader.next() == Item(name: "a"))
    #expect(reader.line == 2)
  }

  @Test("a line beyond the limit is refused before it is held in memory")
  func limit() {
    #expect(throws: DataError.tooLarge(source: "text", row: 1, what: "a line", limit: 10)) {
      try read("{\"name\":\"aaaaaaaaaaaaaa\"}", limit: 10)
    }
  }

  @Test("values read back as they were written, and appending adds to them")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("items.jsonl")
    let items = (0..<5000).map { Item(name: "line\n\($0) / \"é\"", joules: Double($0) / 7) }
    try JSONLines.write(items, path: path)
    var writer = try JSONLinesWriter<Item>(path: path, mode: .append)
    try writer.write(Item(name: "last"))
    try writer.finish()
    #expect(try JSONLines.read(Item.self, path: path) == items + [Item(name: "last")])
    #expect(try folder.read("items.jsonl").hasSuffix("{\"name\":\"last\"}\n"))
  }

  @Test("a value without a JSON form is refused and the file left alone")
  func notEncodable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{}\n", to: "items.jsonl")
    #expect(throws: DataError.self) {
      try JSONLines.write([Item(name: "a", joules: .nan)], path: path)
    }
    #expect(try folder.read("items.jsonl") == "{}\n" && folder.names == ["items.jsonl"])
  }
}
