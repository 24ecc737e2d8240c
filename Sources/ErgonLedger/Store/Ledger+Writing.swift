internal import ErgonEnergy
internal import GRDB

extension Ledger {
  /// Writes a run that is about to begin, held by this process.
  ///
  /// Should the process die before ``save(_:)``, the row stays open and ``abandoned()`` finds it.
  ///
  /// - Throws: ``LedgerError/runExists(_:)`` when the name is taken, and whatever a write can meet:
  ///   ``LedgerError/permission(path:reason:)``, ``LedgerError/diskFull(path:)``,
  ///   ``LedgerError/busy(path:seconds:)`` …
  public func open(_ run: Run) throws(LedgerError) {
    let owner = run.state == .open ? RunOwner.current() : nil
    try write { db in
      guard try RunRecord.key(of: run.id, in: db) == nil else {
        throw LedgerError.runExists(run.id)
      }
      try RunRecord.insert(run, owner: owner, in: db)
    }
  }

  /// Writes a run, whether it is there already or not: all of it, or nothing.
  ///
  /// Tags that somebody gave the row while it was open are kept.
  public func save(_ run: Run) throws(LedgerError) { try save([run]) }

  /// Writes many runs in one transaction: all of them, or none.
  public func save(_ runs: [Run]) throws(LedgerError) {
    guard !runs.isEmpty else { return }
    let owner = runs.contains { $0.state == .open } ? RunOwner.current() : nil
    try write { db in
      for run in runs {
        try RunRecord.replace(run, owner: run.state == .open ? owner : nil, in: db)
      }
    }
  }

  /// Writes those runs whose names are not there yet, in one transaction.
  ///
  /// - Returns: The names of those that were written.
  @discardableResult
  public func insert(missing runs: [Run]) throws(LedgerError) -> [RunID] {
    guard !runs.isEmpty else { return [] }
    return try write { db in
      var written: [RunID] = []
      for run in runs where try RunRecord.key(of: run.id, in: db) == nil {
        try RunRecord.insert(run, owner: nil, in: db)
        written.append(run.id)
      }
      return written
    }
  }

  /// Puts tags on runs; those that are there stay.
  ///
  /// - Parameter tags: `name` or `name=value`, without line breaks.
  public func tag(_ ids: [RunID], with tags: [String]) throws(LedgerError) {
    for tag in tags where !Self.isTag(tag) {
      throw .invalidQuery(
        name: "tag", value: tag, expected: "1 to 200 characters without line breaks or edge spaces")
    }
    try write { db in
      for id in ids {
        guard let key = try RunRecord.key(of: id, in: db) else {
          throw LedgerError.unknownRun(id.description)
        }
        try RunRecord.insert(tags: tags, run: key, in: db)
      }
    }
  }

  /// Takes tags off runs; those that are not there are no error.
  public func untag(_ ids: [RunID], _ tags: [String]) throws(LedgerError) {
    try write { db in
      for id in ids {
        guard let key = try RunRecord.key(of: id, in: db) else {
          throw LedgerError.unknownRun(id.description)
        }
        for tag in tags {
          try db.cachedStatement(sql: "DELETE FROM tag WHERE tag = ? AND run = ?")
            .execute(arguments: [tag, key])
        }
      }
    }
  }

  /// Whether a text can be a tag: 1 to 200 bytes without line breaks or spaces at an edge.
  public static func isTag(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && !text.contains(where: \.isNewline)
      && text.first?.isWhitespace == false && text.last?.isWhitespace == false
  }

  /// Removes runs with everything that belongs to them.
  public func delete(_ ids: [RunID]) throws(LedgerError) {
    guard exists, !ids.isEmpty else { return }
    try write { db in
      for id in ids {
        try db.cachedStatement(sql: "DELETE FROM run WHERE id = ?")
          .execute(arguments: [id.description])
      }
      try db.execute(sql: RunRecord.dropUnusedEnvironments)
    }
  }

  /// Removes old runs.
  ///
  /// Open runs are spared unless their process is gone.
  ///
  /// - Parameters:
  ///   - olderThan: Only runs started before this, seconds since 1970.
  ///   - keeping: So many of the newest matching runs stay.
  ///   - query: Only runs that match; its order and limit do not count.
  ///   - dryRun: Nothing is removed.
  /// - Returns: The runs removed, or that would be.
  public func prune(
    olderThan: Double? = nil, keeping: Int = 0, matching query: RunQuery = RunQuery(),
    dryRun: Bool = false
  ) throws(LedgerError) -> [RunSummary] {
    guard keeping >= 0 else {
      throw .invalidQuery(name: "keep", value: "\(keeping)", expected: "0 or more")
    }
    var query = query
    query.order = .newest
    query.limit = nil
    query.offset = keeping
    let lost = Set(try abandoned().map(\.id))
    let doomed = try summaries(matching: query).filter { run in
      olderThan.map { run.startedAt < $0 } ?? true && (run.state != .open || lost.contains(run.id))
    }
    if !dryRun { try delete(doomed.map(\.id)) }
    return doomed
  }
}
