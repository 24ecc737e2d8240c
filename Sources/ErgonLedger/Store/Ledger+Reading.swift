internal import ErgonEnergy
internal import GRDB

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Ledger {
  /// The run whose name begins with `prefix`, with its time series.
  ///
  /// - Parameter prefix: Any unambiguous beginning of a name, upper or lower case, or `last` for
  ///   the run started latest.
  /// - Throws: ``LedgerError/unknownRun(_:)`` or
  ///   ``LedgerError/ambiguousRun(prefix:candidates:count:)``.
  public func run(_ prefix: String) throws(LedgerError) -> Run {
    let id = try self.id(prefix)
    guard let run = try runs(matching: RunQuery(ids: [id]), withSeries: true).first else {
      throw .unknownRun(prefix)
    }
    return run
  }

  /// The whole name that begins with `prefix`; see ``run(_:)``.
  public func id(_ prefix: String) throws(LedgerError) -> RunID {
    if prefix == "last" {
      guard let last = try summaries(matching: RunQuery(limit: 1)).first else {
        throw .unknownRun(prefix)
      }
      return last.id
    }
    let beginning = prefix.uppercased()
    guard !beginning.isEmpty, beginning.utf8.count <= 26 else { throw .unknownRun(prefix) }
    let found = try read { db in
      // '~' is above every character of a name.
      let range = "FROM run WHERE id >= ? AND id < ?"
      let arguments: StatementArguments = [beginning, beginning + "~"]
      let ids = try String.fetchAll(
        db, sql: "SELECT id \(range) ORDER BY id DESC LIMIT 5", arguments: arguments)
      let count = try Int.fetchOne(db, sql: "SELECT count(*) \(range)", arguments: arguments)
      return (ids.compactMap { RunID($0) }, count ?? 0)
    }
    guard let (ids, count) = found, let first = ids.first else { throw .unknownRun(prefix) }
    guard count == 1 else {
      throw .ambiguousRun(prefix: prefix, candidates: ids, count: count)
    }
    return first
  }

  /// The runs that match, whole.
  ///
  /// - Parameter withSeries: Whether time series are read too; they can be large.
  public func runs(matching query: RunQuery = RunQuery(), withSeries: Bool = false)
    throws(LedgerError) -> [Run]
  {
    let statement = try query.statement()
    return try read { try runs(statement, withSeries: withSeries, in: $0) } ?? []
  }

  /// The run of that name, with its time series; `nil` where there is none.
  func held(_ id: RunID, in db: Database) throws -> Run? {
    try runs(RunQuery(ids: [id]).statement(), withSeries: true, in: db).first
  }

  private func runs(_ statement: RunQuery.Statement, withSeries: Bool, in db: Database) throws
    -> [Run]
  {
    let tags = try self.tags(statement, in: db)
    var runs: [Run] = []
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT run.key, document.json FROM run JOIN document ON document.run = run.key "
        + "WHERE \(statement.condition) \(statement.tail)", arguments: statement.arguments)
    while let row = try rows.next() {
      guard let key: Int64 = row.value(0), let json: Data = row.value(1) else { continue }
      var run = try decoded(Run.self, from: json, "run \(key)")
      run.tags = tags[key] ?? []
      if withSeries { try readSeries(of: &run, key: key, in: db) }
      runs.append(run)
    }
    return runs
  }

  private func readSeries(of run: inout Run, key: Int64, in db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT stage, data FROM series WHERE run = ?"), arguments: [key])
    while let row = try rows.next() {
      guard let stage: Int = row.value(0), stage < run.stages.count,
        let data: Data = row.value(1), let series = try? PowerSeriesCoding.decode([UInt8](data))
      else {
        throw LedgerError.damaged(path: path, reason: "the time series of \(run.id) is unreadable")
      }
      run[seriesOfStage: stage] = series
    }
  }

  /// The matching runs without their parts: fast for many thousands.
  public func summaries(matching query: RunQuery = RunQuery()) throws(LedgerError) -> [RunSummary] {
    let statement = try query.statement()
    return try read { try summaries(statement, in: $0) } ?? []
  }

  /// How many runs match; order, limit and offset do not count.
  public func count(matching query: RunQuery = RunQuery()) throws(LedgerError) -> Int {
    let statement = try query.statement()
    return try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM run WHERE \(statement.condition)",
        arguments: statement.arguments)
    }.flatMap { $0 } ?? 0
  }

  /// Open runs whose process has ended without saving them, newest first.
  public func abandoned() throws(LedgerError) -> [RunSummary] {
    let here = RunOwner.current()
    let statement = try RunQuery(states: [.open]).statement()
    return try read { db in
      let owners = try Row.fetchAll(
        db,
        sql: "SELECT id, ownerPID, ownerStart, ownerBoot, ownerNamespace FROM run "
          + "WHERE state = 'open' AND ownerPID IS NOT NULL")
      let gone = Set(
        owners.compactMap { row -> String? in
          guard let id: String = row.value(0), let pid: Int32 = row.value(1) else { return nil }
          let owner = RunOwner(
            pid: pid, start: row.value(2) ?? "", boot: row.value(3) ?? "",
            namespace: row.value(4) ?? "")
          return owner.isGone(seenFrom: here) ? id : nil
        })
      return try summaries(statement, in: db).filter { gone.contains($0.id.description) }
    } ?? []
  }

  // MARK: Rows to values

  private func summaries(_ statement: RunQuery.Statement, in db: Database) throws -> [RunSummary] {
    let tags = try self.tags(statement, in: db)
    let metrics = try self.metrics(statement, in: db)
    var environments: [Int64: RunEnvironment] = [:]
    var summaries: [RunSummary] = []
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT \(RunSummary.columns) FROM run WHERE \(statement.condition) \(statement.tail)",
      arguments: statement.arguments)
    while let row = try rows.next() {
      guard let key: Int64 = row.value(0), let place: Int64 = row.value(1) else { continue }
      let environment: RunEnvironment
      if let known = environments[place] {
        environment = known
      } else {
        environment = try self.environment(place, in: db)
        environments[place] = environment
      }
      guard
        let summary = RunSummary(
          row, environment: environment, metrics: metrics[key] ?? [], tags: tags[key] ?? [])
      else {
        throw LedgerError.damaged(path: path, reason: "row \(key) of table run is unreadable")
      }
      summaries.append(summary)
    }
    return summaries
  }

  private func environment(_ key: Int64, in db: Database) throws -> RunEnvironment {
    let json = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT CAST(json AS BLOB) FROM environment WHERE key = ?"),
      arguments: [key])
    return try decoded(RunEnvironment.self, from: json ?? Data(), "environment \(key)")
  }

  private func tags(_ statement: RunQuery.Statement, in db: Database) throws -> [Int64: [String]] {
    var tags: [Int64: [String]] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT run, tag FROM tag WHERE run IN (\(statement.keys)) ORDER BY tag",
      arguments: statement.arguments)
    while let row = try rows.next() {
      guard let key: Int64 = row.value(0), let tag: String = row.value(1) else { continue }
      tags[key, default: []].append(tag)
    }
    return tags
  }

  private func metrics(_ statement: RunQuery.Statement, in db: Database) throws
    -> [Int64: [Metric]]
  {
    var metrics: [Int64: [Metric]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT run, name, value, unit, higherIsBetter FROM metric "
        + "WHERE run IN (\(statement.keys)) ORDER BY run, position",
      arguments: statement.arguments)
    while let row = try rows.next() {
      guard let key: Int64 = row.value(0), let name: String = row.value(1) else { continue }
      // SQLite keeps no NaN: it reads back as NULL.
      let metric = Metric(
        name: name, value: row.value(2) ?? .nan, unit: row.value(3) ?? "",
        higherIsBetter: row.value(4))
      metrics[key, default: []].append(metric)
    }
    return metrics
  }

  private func decoded<T: Decodable>(_ type: T.Type, from json: Data, _ what: String) throws -> T {
    do { return try RunCoding.value(type, from: json) } catch {
      throw LedgerError.damaged(path: path, reason: "the JSON of \(what) is unreadable")
    }
  }
}

extension RunSummary {
  static let columns = """
    key, environment, id, parent, subject, kind, state, startedAt, durationS, exitCode, cpuS,
    lowJ, bestJ, highJ, provenance, source, sourceVersion, idleJ, lowG, bestG, highG,
    grid, gridGPerKWh, repetition, side, position, interleaved
    """

  /// A row of ``columns``; `nil` where it holds what no Ergon wrote.
  fileprivate init?(
    _ row: Row, environment: RunEnvironment, metrics: [Metric], tags: [String]
  ) {
    guard let id = RunID(row.value(2) ?? ""),
      let kind = RunKind(rawValue: row.value(5) ?? ""),
      let state = RunState(rawValue: row.value(6) ?? ""),
      let startedAt = row.value(7) as Double?
    else { return nil }
    self.id = id
    self.kind = kind
    self.state = state
    self.startedAt = startedAt
    parent = (row.value(3) as String?).flatMap { RunID($0) }
    subject = row.value(4) ?? ""
    duration = (row.value(8) as Double?).map { Seconds($0) }
    exitCode = row.value(9)
    cpu = (row.value(10) as Double?).map { Seconds($0) }
    if let joules: Interval<Joules> = Self.interval(row.value(11), row.value(12), row.value(13)),
      let provenance = ProvenanceKind(rawValue: row.value(14) ?? "")
    {
      energy = Figure(
        joules, Provenance(provenance, source: row.value(15) ?? "", version: row.value(16) ?? ""))
    }
    idle = (row.value(17) as Double?).map { Joules($0) }
    carbon = Self.interval(row.value(18), row.value(19), row.value(20))
    grid = row.value(21)
    gramsPerKWh = row.value(22)
    if let group = (row.value(23) as String?).flatMap({ RunID($0) }) {
      repetition = Repetition(
        group: group, side: row.value(24) ?? "", index: row.value(25) ?? 0,
        isInterleaved: row.value(26) ?? false)
    }
    self.environment = environment
    self.metrics = metrics
    self.tags = tags
  }

  private static func interval<Q: PhysicalQuantity>(
    _ low: Double?, _ best: Double?, _ high: Double?
  )
    -> Interval<Q>?
  {
    guard let low, let best, let high, low <= best, best <= high else { return nil }
    return Interval(low: Q(low), best: Q(best), high: Q(high))
  }
}

extension Row {
  /// The column's value, or `nil` where it is NULL or of another type: a damaged file must not trap.
  fileprivate func value<T: DatabaseValueConvertible>(_ index: Int) -> T? {
    T.fromDatabaseValue(self[index] as DatabaseValue)
  }
}
