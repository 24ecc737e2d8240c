internal import GRDB

/// The tables of a ledger file and how they came to be.
///
/// | table | holds |
/// |---|---|
/// | `run` | a row a run: everything a list, a comparison or a survey asks for |
/// | `environment` | each distinct environment once, as JSON |
/// | `document` | the whole run as JSON, without tags and time series |
/// | `component` | energy by part of the machine |
/// | `metric`, `tag` | as named |
/// | `series` | power over time, in the form of ``PowerSeriesCoding`` |
///
/// A migration that has been published is never changed; the next one is added behind it.
enum Schema {
  /// The number of the newest migration, kept in `user_version`.
  static let version = 1

  /// Checks that the file is ours and of a schema we know, then brings it up to date.
  static func prepare(_ queue: DatabaseQueue, path: String) throws {
    let readonly = queue.configuration.readonly
    // One transaction, so that a file just being made by another process is not taken for a
    // stranger's.
    let (found, owner, tables) = try queue.read { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
        try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      )
    }
    guard owner == Ledger.applicationID || (owner == 0 && found == 0 && tables == 0) else {
      throw LedgerError.notALedger(path: path, reason: "it is the SQLite file of another program")
    }
    guard found <= version else {
      throw LedgerError.newerSchema(path: path, found: found, known: version)
    }
    if readonly, found < version {
      throw LedgerError.permission(
        path: path, reason: "its schema \(found) must be brought to \(version), yet it is read-only"
      )
    }
    guard !readonly else { return }
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      guard found < version else { return }
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA application_id = \(Ledger.applicationID)")
    }
    guard found < version else { return }
    do {
      try migrator.migrate(queue)
    } catch {
      // The migrator looks before it locks: where two processes make the file at once, the slower
      // one fails on what has just been made. Then the work is done.
      let now = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
      if now < version { throw error }
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs") { db in
      try db.execute(sql: first)
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    return migrator
  }

  private static let first = """
    CREATE TABLE environment (
      key INTEGER PRIMARY KEY,
      json TEXT NOT NULL UNIQUE
    );

    CREATE TABLE run (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      parent TEXT,
      subject TEXT NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      startedAt REAL NOT NULL,
      durationS REAL,
      exitCode INTEGER,
      cpuS REAL,
      lowJ REAL, bestJ REAL, highJ REAL,
      provenance TEXT, source TEXT, sourceVersion TEXT,
      idleJ REAL,
      lowG REAL, bestG REAL, highG REAL,
      grid TEXT, gridGPerKWh REAL,
      repetition TEXT, side TEXT, position INTEGER, interleaved INTEGER,
      environment INTEGER NOT NULL REFERENCES environment (key),
      -- The process that holds an open run, so that a lost one can be told.
      ownerPID INTEGER, ownerStart TEXT, ownerBoot TEXT, ownerNamespace TEXT
    );
    CREATE INDEX run_startedAt ON run (startedAt);
    CREATE INDEX run_kind ON run (kind, startedAt);
    CREATE INDEX run_state ON run (state, startedAt);
    CREATE INDEX run_bestJ ON run (bestJ);
    CREATE INDEX run_grid ON run (grid, startedAt) WHERE grid IS NOT NULL;
    CREATE INDEX run_parent ON run (parent) WHERE parent IS NOT NULL;
    CREATE INDEX run_repetition ON run (repetition, side, position) WHERE repetition IS NOT NULL;
    CREATE INDEX run_environment ON run (environment);

    CREATE TABLE document (
      run INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
      json BLOB NOT NULL
    );

    CREATE TABLE component (
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      component TEXT NOT NULL,
      counter TEXT NOT NULL,
      isInHeadline INTEGER NOT NULL,
      provenance TEXT, source TEXT, sourceVersion TEXT,
      lowJ REAL, bestJ REAL, highJ REAL,
      idleJ REAL, totalJ REAL,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;

    CREATE TABLE metric (
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      value REAL,
      unit TEXT NOT NULL,
      higherIsBetter INTEGER,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE INDEX metric_name ON metric (name, run);

    CREATE TABLE tag (
      tag TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      PRIMARY KEY (tag, run)
    ) WITHOUT ROWID;
    CREATE INDEX tag_run ON tag (run, tag);

    CREATE TABLE series (
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      -- -1 is the run's own reading, 0 and up its stages.
      stage INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (run, stage)
    );
    """
}
