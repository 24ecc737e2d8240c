import Testing

@testable import ErgonData

@Suite("Reading CSV")
struct CSVReaderTests {
  private func rows(_ text: String, _ format: CSVFormat = CSVFormat(hasHeader: false)) throws
    -> [[String]]
  {
    var reader = try CSVReader(bytes: Array(text.utf8), format: format)
    var rows: [[String]] = []
    while let row = try reader.next() { rows.append(row.fields) }
    return rows
  }

  static let accepted: [(text: String, rows: [[String]])] = [
    ("", []),
    ("\n\r\n\n", []),
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r1,2", [["a", "b"], ["1", "2"]]),
    ("a,b\n\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("\"a,b\",c\n", [["a,b", "c"]]),
    ("\"say \"\"hi\"\"\",x", [["say \"hi\"", "x"]]),
    ("\"two\nlines\",\"three\r\nmore\"", [["two\nlines", "three\r\nmore"]]),
    ("\"\"\n", [[""]]),
    (",\n", [["", ""]]),
    ("a,\n", [["a", ""]]),
    ("\u{FEFF}é,😀\n", [["é", "😀"]]),
    (" a , b \n", [[" a ", " b "]]),
    ("\"\"\"\"", [["\""]]),
  ]

  @Test("what RFC 4180 allows is read as it says", arguments: accepted)
  func accepts(text: String, expected: [[String]]) throws { #expect(try rows(text) == expected) }

  static let refused: [(text: String, row: Int, column: Int?)] = [
    ("a,b\n1,2,3\n", 2, nil),
    ("a,b\n1\n", 2, nil),
    ("a,b\nx\"y,2\n", 2, 1),
    ("a,b\n1,\"x\"y\n", 2, 2),
    ("a,b\n\n1,\"x", 3, 2),
    ("\"", 1, 1),
  ]

  @Test("what it does not allow is refused with row and column", arguments: refused)
  func refuses(text: String, row: Int, column: Int?) {
    #expect {
      _ = try rows(text)
    } throws: {
      guard case .malformed("text", row, column, _) = $0 as? DataError else { return false }
      return true
    }
  }

  @Test("bytes that are not UTF-8 are refused with their place, never mended")
  func encoding() throws {
    var reader = try CSVReader(
      bytes: [UInt8(ascii: "a"), UInt8(ascii: ","), 0xE9, 10], format: CSVFormat(hasHeader: false))
    #expect(
      throws: DataError.malformed(
        source: "text", row: 1, column: 2, reason: "not UTF-8; convert the file to UTF-8")
    ) { _ = try reader.next() }
  }

  @Test("a header names the columns, and each row knows its place in the file")
  func header() throws {
    var reader = try CSVReader(bytes: Array("name,joules\n\ngzip,12.5\nxz,\n".utf8))
    #expect(reader.header == ["name", "joules"])
    try reader.requireColumns(["joules"])
    let first = try #require(try reader.next())
    #expect(first.number == 3 && first["name"] == "gzip" && first["none"] == nil)
    #expect(try first.number("joules") == 12.5)
    let second = try #require(try reader.next())
    #expect(try second.number("joules") == nil, "an empty field is absent, not zero")
    #expect(first["name"] == "gzip", "an earlier row stays as it was")
    #expect(try reader.next() == nil)
  }

  @Test("a missing or doubled column is said by name")
  func columns() throws {
    var reader = try CSVReader(bytes: Array("a,b\n1,2\n".utf8), name: "file.csv")
    #expect(throws: DataError.missingColumn(source: "file.csv", name: "c")) {
      try reader.requireColumns(["a", "c"])
    }
    let row = try #require(try reader.next())
    #expect(throws: DataError.missingColumn(source: "file.csv", name: "c")) { try row.number("c") }
    #expect(throws: DataError.self) { _ = try CSVReader(bytes: Array("a,a\n".utf8)) }
  }

  @Test(
    "only finite decimal numbers pass as numbers",
    arguments: ["nan", "inf", "0x10", "1e999", "1,5", "12 J", "--1", ".", "e"])
  func numbers(text: String) throws {
    var reader = try CSVReader(bytes: Array("x\n\"\(text)\"\n".utf8))
    let row = try #require(try reader.next())
    #expect {
      _ = try row.number("x")
    } throws: {
      guard case .malformed("text", 2, 1, _) = $0 as? DataError else { return false }
      return true
    }
  }

  @Test(
    "numbers are read in every decimal form",
    arguments: [
      ("0", 0.0), ("-1.5", -1.5), ("+2", 2), ("1e-3", 0.001), ("6.02E23", 6.02e23), (".5", 0.5),
    ])
  func forms(text: String, value: Double) throws {
    var reader = try CSVReader(bytes: Array("x\n\(text)\n".utf8))
    #expect(try #require(try reader.next()).number(at: 0) == value)
  }

  @Test("another separator leaves commas alone", arguments: [";", "\t"] as [Character])
  func separator(separator: Character) throws {
    #expect(
      try rows("1,5\(separator)x\n", CSVFormat(separator: separator, hasHeader: false))
        == [["1,5", "x"]])
  }

  @Test("fields, rows and columns beyond their limits are refused, quoted or not")
  func limits() {
    let field = CSVFormat(hasHeader: false, fieldLimit: 4)
    #expect(throws: DataError.self) { try rows("12345", field) }
    #expect(throws: DataError.self) { try rows("\"12345\"", field) }
    #expect(throws: Never.self) { try rows("1234,1234", field) }
    let row = CSVFormat(hasHeader: false, rowLimit: 6)
    #expect(throws: DataError.tooLarge(source: "text", row: 2, what: "a row", limit: 6)) {
      try rows("123,456\n123,4567", row)
    }
    #expect(
      throws: DataError.tooLarge(
        source: "text", row: 1, what: "the number of columns", limit: 2)
    ) { try rows("1,2,3", CSVFormat(hasHeader: false, columnLimit: 2)) }
  }

  @Test("a file is read across the borders of its chunks")
  func chunks() throws {
    let folder = try TemporaryFolder()
    var text = "id,text\r\n"
    for index in 0..<20_000 { text += "\(index),\"line \(index)\r\nwith \"\"quotes\"\"\"\r\n" }
    var reader = try CSVReader(path: try folder.write(text, to: "long.csv"))
    var count = 0
    while let row = try reader.next() {
      #expect(row[0] == "\(count)" && row[1] == "line \(count)\r\nwith \"quotes\"")
      count += 1
    }
    #expect(count == 20_000)
  }

  @Test("a missing file and a folder are said so")
  func files() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("none.csv")
    #expect(
      throws: DataError.cannotOpen(path: missing, reason: "no such file; check the name")
    ) { _ = try CSVReader(path: missing) }
    #expect(
      throws: DataError.cannotRead(path: folder.path, reason: "it is a folder; name a file")
    ) { _ = try CSVReader(path: folder.path) }
  }
}
