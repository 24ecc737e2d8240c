internal import ErgonEnergy
internal import GRDB

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A run as rows: how one is written and put together again.
enum RunRecord {
  static func key(of id: RunID, in db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT key FROM run WHERE id = ?"), arguments: [id.description])
  }

  /// Writes a run in the place of the row of the same name, if there is one.
  static func replace(_ run: Run, owner: RunOwner?, in db: Database) throws {
    guard let key = try key(of: run.id, in: db) else {
      try insert(run, owner: owner, in: db)
      return
    }
    let wasOpen =
      try String.fetchOne(
        db.cachedStatement(sql: "SELECT state FROM run WHERE key = ?"), arguments: [key])
      == RunState.open.rawValue
    var run = run
    if wasOpen { run.tags += try tags(of: key, in: db) }
    try db.cachedStatement(sql: "DELETE FROM run WHERE key = ?").execute(arguments: [key])
    try insert(run, owner: owner, in: db)
  }

  static func insert(_ run: Run, owner: RunOwner?, in db: Database) throws {
    let summary = RunSummary(run)
    let energy = summary.energy
    let repetition = run.repetition
    try db.cachedStatement(sql: insertRun).execute(arguments: [
      run.id.description, run.parent?.description, run.subject, run.kind.rawValue,
      run.state.rawValue, run.startedAt, summary.duration?.value, run.exitCode,
      summary.cpu?.value, energy?.low.value, energy?.best.value, energy?.high.value,
      energy?.provenance.kind.rawValue, energy?.provenance.source, energy?.provenance.version,
      summary.idle?.value, summary.carbon?.low.value, summary.carbon?.best.value,
      summary.carbon?.high.value, summary.grid, summary.gramsPerKWh,
      repetition?.group.description, repetition?.side, repetition?.index,
      repetition?.isInterleaved, try environmentKey(run.environment, in: db),
      owner?.pid, owner?.start, owner?.boot, owner?.namespace,
    ])
    let key = db.lastInsertedRowID
    try insertDocument(run, key: key, in: db)
    for (position, part) in (run.bill?.reading.components ?? []).enumerated() {
      let dynamic = part.dynamic
      let provenance = (part.dynamic ?? part.total ?? part.idle)?.provenance
      try db.cachedStatement(
        sql: "INSERT INTO component VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        key, position, part.component.rawValue, part.counter, part.isInHeadline,
        provenance?.kind.rawValue, provenance?.source, provenance?.version,
        dynamic?.low.value, dynamic?.best.value, dynamic?.high.value, part.idle?.best.value,
        part.total?.best.value,
      ])
    }
    for (position, metric) in run.metrics.enumerated() {
      try db.cachedStatement(sql: "INSERT INTO metric VALUES (?, ?, ?, ?, ?, ?)").execute(
        arguments: [
          key, position, metric.name, metric.value, metric.unit, metric.higherIsBetter,
        ])
    }
    try insert(tags: run.tags, run: key, in: db)
  }

  static func insert(tags: [String], run key: Int64, in db: Database) throws {
    for tag in tags {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO tag VALUES (?, ?)")
        .execute(arguments: [tag, key])
    }
  }

  private static func insertDocument(_ run: Run, key: Int64, in db: Database) throws {
    var bare = run
    bare.tags = []
    for stage in -1..<run.stages.count {
      guard let series = bare[seriesOfStage: stage] else { continue }
      try db.cachedStatement(sql: "INSERT INTO series VALUES (?, ?, ?)")
        .execute(arguments: [key, stage, Data(PowerSeriesCoding.encode(series))])
      bare[seriesOfStage: stage] = nil
    }
    try db.cachedStatement(sql: "INSERT INTO document VALUES (?, ?)")
      .execute(arguments: [key, try RunCoding.data(bare)])
  }

  private static func environmentKey(_ environment: RunEnvironment, in db: Database) throws
    -> Int64
  {
    let json = String(decoding: try RunCoding.data(environment), as: UTF8.self)
    let find = try db.cachedStatement(sql: "SELECT key FROM environment WHERE json = ?")
    if let key = try Int64.fetchOne(find, arguments: [json]) { return key }
    try db.cachedStatement(sql: "INSERT INTO environment (json) VALUES (?)")
      .execute(arguments: [json])
    return db.lastInsertedRowID
  }

  static func tags(of key: Int64, in db: Database) throws -> [String] {
    try String.fetchAll(
      db.cachedStatement(sql: "SELECT tag FROM tag WHERE run = ? ORDER BY tag"), arguments: [key])
  }

  static let dropUnusedEnvironments =
    "DELETE FROM environment WHERE key NOT IN (SELECT environment FROM run)"

  private static let insertRun = """
    INSERT INTO run (id, parent, subject, kind, state, startedAt, durationS, exitCode, cpuS,
      lowJ, bestJ, highJ, provenance, source, sourceVersion, idleJ, lowG, bestG, highG,
      grid, gridGPerKWh, repetition, side, position, interleaved, environment,
      ownerPID, ownerStart, ownerBoot, ownerNamespace)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
}

extension Run {
  /// The time series of a stage; -1 is the run's own reading.
  subscript(seriesOfStage stage: Int) -> PowerSeries? {
    get { stage < 0 ? bill?.reading.series : stages[stage].reading.series }
    set {
      if stage < 0 {
        bill?.reading.series = newValue
      } else {
        stages[stage].reading.series = newValue
      }
    }
  }
}
