import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonData

@Suite("Writing CSV")
struct CSVWriterTests {
  @Test(
    "only fields that need quotes get them",
    arguments: [
      (["a", "b c"], "a,b c\r\n"), (["a,b", "c"], "\"a,b\",c\r\n"), (["x\"y"], "\"x\"\"y\"\r\n"),
      (["1\n2", ""], "\"1\n2\",\r\n"), ([""], "\"\"\r\n"),
    ])
  func quoting(fields: [String], line: String) { #expect(CSVWriter.line(fields) == line) }

  @Test("whatever is written reads back the same, 2,000 random tables", arguments: [",", ";"])
  func roundTrip(separator: String) throws {
    let separator = Character(separator)
    var generator = SeededGenerator(seed: 11)
    let alphabet: [Character] = [
      "a", "é", "😀", ",", ";", "\"", "\n", "\r", " ", "\t", "0", "\u{0}",
    ]
    for _ in 0..<1000 {
      let columns = Int.random(in: 1...4, using: &generator)
      let table = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        (0..<columns).map { _ in
          String(
            (0..<Int.random(in: 0...6, using: &generator)).map { _ in
              alphabet.randomElement(using: &generator) ?? "x"
            })
        }
      }
      let text = table.map { CSVWriter.line($0, separator: separator) }.joined()
      var reader = try CSVReader(
        bytes: Array(text.utf8), format: CSVFormat(separator: separator, hasHeader: false))
      var back: [[String]] = []
      while let row = try reader.next() { back.append(row.fields) }
      // Compared by scalars: "\r" + "\n" is one character but two bytes.
      #expect(back.map { $0.map { Array($0.utf8) } } == table.map { $0.map { Array($0.utf8) } })
    }
  }

  @Test("the file appears when it is finished, and an unfinished one leaves nothing")
  func replacement() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "runs.csv")
    do {
      var abandoned = try CSVWriter(path: path, header: ["a"])
      try abandoned.write(["1"])
    }
    #expect(try folder.read("runs.csv") == "old" && folder.names == ["runs.csv"])
    var writer = try CSVWriter(path: path, header: ["a"])
    try writer.write(["1"])
    #expect(try folder.read("runs.csv") == "old")
    try writer.finish()
    #expect(try folder.read("runs.csv") == "a\r\n1\r\n" && folder.names == ["runs.csv"])
  }

  @Test("appending adds rows without a second header, and first ends a torn line")
  func append() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a\r\n1\r\ntor", to: "runs.csv")
    var writer = try CSVWriter(path: path, header: ["a"], mode: .append)
    try writer.write(["2"])
    try writer.finish()
    #expect(try folder.read("runs.csv") == "a\r\n1\r\ntor\n2\r\n")
  }

  @Test("a folder that does not exist is said so")
  func missing() {
    #expect(throws: DataError.self) { _ = try CSVWriter(path: "/nonexistent-ergon/x.csv") }
  }

  #if os(Linux)
    @Test("a full disk is a typed error")
    func full() throws {
      var writer = try CSVWriter(path: "/dev/full", header: ["a"])
      try writer.write(["1"])
      do {
        try writer.finish()
        Issue.record("writing to a full device succeeded")
      } catch {
        #expect(
          error
            == .cannotWrite(
              path: "/dev/full", reason: "no space left on the device; free some and try again"))
      }
    }
  #endif
}
