/// A set of footprint records under unique ids.
///
/// ```swift
/// var registry = try FootprintRegistry.read(path: "footprints.jsonl")
/// try registry.add(record)
/// try registry.write(path: "footprints.jsonl")
/// ```
public struct FootprintRegistry: Sendable {
  /// In the order they were added.
  public private(set) var records: [FootprintRecord] = []
  /// Contradictions that were found while adding; the rows themselves are kept, except that of two
  /// rows with one id and different content only the first is.
  public private(set) var conflicts: [FootprintProblem] = []
  /// Rows that repeated another one to the letter and were counted once.
  public private(set) var repeatedRows = 0
  public let tables: FootprintTables
  public let rule: IntensityRule

  private var places: [String: Place] = [:]

  private struct Place {
    var index: Int
    var line: Int?
  }

  public init(tables: FootprintTables = .standard, rule: IntensityRule = .exactYear) {
    self.tables = tables
    self.rule = rule
  }

  /// Adds a record.
  ///
  /// - Returns: Whether it was new; a row that is already there to the letter is not added twice.
  /// - Throws: The first ``FootprintProblem`` of the record, or a duplicate id with other content.
  @discardableResult
  public mutating func add(_ record: FootprintRecord) throws(FootprintProblem) -> Bool {
    let problems = record.problems(tables: tables, rule: rule)
    if let problem = problems.first(where: { !$0.isConflict }) { throw problem }
    if let place = places[record.id] {
      if records[place.index] == record { return false }
      throw FootprintProblem(id: record.id, field: "id", kind: .duplicate(ofLine: place.line))
    }
    insert(record, line: nil)
    conflicts += problems
    return true
  }

  /// Puts a checked row of a file in; a duplicate becomes a conflict.
  mutating func insert(_ record: FootprintRecord, line: Int?) {
    if let place = places[record.id] {
      if records[place.index] == record {
        repeatedRows += 1
      } else {
        conflicts.append(
          FootprintProblem(
            line: line, id: record.id, field: "id", kind: .duplicate(ofLine: place.line)))
      }
      return
    }
    places[record.id] = Place(index: records.count, line: line)
    records.append(record)
  }

  mutating func note(_ conflicts: [FootprintProblem]) { self.conflicts += conflicts }

  mutating func reserve(_ count: Int) {
    records.reserveCapacity(count)
    places.reserveCapacity(count)
  }

  /// The record of an id.
  ///
  /// - Throws: ``FootprintError/unknownRecord(id:nearest:)``.
  public func record(_ id: String) throws(FootprintError) -> FootprintRecord {
    if let place = places[id] { return records[place.index] }
    let start = id.lowercased().prefix(3)
    let nearest = records.lazy.map(\.id).filter {
      !start.isEmpty && $0.lowercased().contains(start)
    }
    throw .unknownRecord(id: id, nearest: Array(nearest.prefix(3)))
  }

  /// Energy and greenhouse gas of a record of this registry.
  public func footprint(of record: FootprintRecord) -> Footprint {
    record.resolved(tables: tables)
  }
}
