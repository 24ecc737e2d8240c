import Dispatch
import ErgonData
import Foundation
import Synchronization

extension FootprintRegistry {
  /// Reads a registry file; one bad row refuses it.
  ///
  /// - Throws: ``FootprintError/refused(_:)`` with every problem of every row, or
  ///   ``FootprintError/unreadable(path:reason:)``.
  public static func read(
    path: String, tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) throws(FootprintError) -> FootprintRegistry {
    try accepted(check(path: path, tables: tables, rule: rule))
  }

  /// Reads a registry from memory; one bad row refuses it.
  ///
  /// - Throws: ``FootprintError/refused(_:)``.
  public static func read(
    jsonLines text: String, tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) throws(FootprintError) -> FootprintRegistry {
    try accepted(check(Data(text.utf8), tables: tables, rule: rule))
  }

  private static func accepted(
    _ checked: (registry: FootprintRegistry, problems: [FootprintProblem])
  ) throws(FootprintError) -> FootprintRegistry {
    guard checked.problems.isEmpty else { throw .refused(checked.problems) }
    return checked.registry
  }

  /// Reads every row that can be read and lists every problem of the others.
  ///
  /// - Throws: ``FootprintError/unreadable(path:reason:)``.
  public static func check(
    path: String, tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) throws(FootprintError) -> (registry: FootprintRegistry, problems: [FootprintProblem]) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: FootprintError.words(error))
    }
    return check(data, tables: tables, rule: rule)
  }

  /// Reads every row of a text that can be read and lists every problem of the others.
  public static func check(
    jsonLines text: String, tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) -> (registry: FootprintRegistry, problems: [FootprintProblem]) {
    check(Data(text.utf8), tables: tables, rule: rule)
  }

  /// Writes all records, one a line; the file appears whole or not at all.
  ///
  /// - Throws: ``FootprintError/unwritable(path:reason:)``.
  public func write(path: String) throws(FootprintError) {
    do {
      try JSONLines.write(records, path: path)
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
  }

  /// A row as it came out of a file, with its line.
  private struct Row: Sendable {
    var line: Int
    var record: FootprintRecord?
    var problems: [FootprintProblem]
  }

  private static let lineLimit = 1 << 20

  private static func check(
    _ data: Data, tables: FootprintTables, rule: IntensityRule
  ) -> (registry: FootprintRegistry, problems: [FootprintProblem]) {
    let lines = split(data)
    // Rows are independent of each other, so each core decodes and checks a share of them.
    let size = max(256, (lines.count + 7) / 8)
    let count = (lines.count + size - 1) / size
    let parts = Mutex([[Row]](repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { part in
      let decoder = JSONDecoder()
      let rows = lines[part * size..<min(lines.count, (part + 1) * size)].map {
        row(data, $0, decoder, tables, rule)
      }
      parts.withLock { $0[part] = rows }
    }
    var registry = FootprintRegistry(tables: tables, rule: rule)
    registry.reserve(lines.count)
    var refused: [FootprintProblem] = []
    for row in parts.withLock({ $0 }).joined() {
      refused += row.problems.filter { !$0.isConflict }
      if let record = row.record { registry.insert(record, line: row.line) }
      registry.note(row.problems.filter(\.isConflict))
    }
    return (registry, refused)
  }

  private struct Line: Sendable {
    var number: Int
    var range: Range<Int>
  }

  /// The lines that hold anything, without their ends.
  private static func split(_ data: Data) -> [Line] {
    data.withUnsafeBytes { bytes in
      var lines: [Line] = []
      // A byte order mark is not part of the first line.
      var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      var number = 0
      while start < bytes.count {
        number += 1
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let length = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
        let isBlank = rest[..<length].allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
        if !isBlank { lines.append(Line(number: number, range: start..<start + length)) }
        start += length + 1
      }
      return lines
    }
  }

  private static func row(
    _ data: Data, _ line: Line, _ decoder: JSONDecoder, _ tables: FootprintTables,
    _ rule: IntensityRule
  ) -> Row {
    func refused(_ problem: FootprintProblem) -> Row {
      var problem = problem
      problem.line = line.number
      return Row(line: line.number, record: nil, problems: [problem])
    }
    guard line.range.count <= lineLimit else {
      return refused(
        FootprintProblem(field: "record", kind: .malformed("a line above \(lineLimit) bytes")))
    }
    let start = data.startIndex + line.range.lowerBound
    let text = data[start..<start + line.range.count]
    do {
      let record = try FootprintRecord.decode(Data(text), with: decoder)
      let problems = record.problems(tables: tables, rule: rule).map { problem in
        var problem = problem
        problem.line = line.number
        return problem
      }
      let isUsable = problems.allSatisfy(\.isConflict)
      return Row(line: line.number, record: isUsable ? record : nil, problems: problems)
    } catch {
      return refused(error)
    }
  }
}
