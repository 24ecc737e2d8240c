internal import ErgonEnergy
internal import GRDB

extension RunQuery {
  /// The query as SQL over the table `run`.
  struct Statement {
    /// The matching keys, to be put inside another statement.
    var keys: String
    /// The conditions alone; `1` for none.
    var condition: String
    /// The order and the limit.
    var tail: String
    var arguments: StatementArguments
  }

  /// - Throws: ``LedgerError/invalidQuery(name:value:expected:)`` for a negative limit or offset.
  func statement() throws(LedgerError) -> Statement {
    if let limit, limit < 0 {
      throw .invalidQuery(name: "limit", value: "\(limit)", expected: "0 or more")
    }
    guard offset >= 0 else {
      throw .invalidQuery(name: "offset", value: "\(offset)", expected: "0 or more")
    }
    var conditions: [String] = []
    var arguments = StatementArguments()
    func require(_ condition: String, _ values: any DatabaseValueConvertible...) {
      conditions.append(condition)
      arguments += StatementArguments(values)
    }
    func require(_ column: String, in values: [String]) {
      // JSON keeps the statement's text the same for any number of values.
      require("\(column) IN (SELECT value FROM json_each(?))", RunCoding.jsonArray(values))
    }
    if let subject, !subject.isEmpty { require(#"subject LIKE ? ESCAPE '\'"#, like(subject)) }
    if let kinds { require("kind", in: kinds.map(\.rawValue)) }
    if let states { require("state", in: states.map(\.rawValue)) }
    if let ids { require("id", in: ids.map(\.description)) }
    for tag in tags {
      // '>' follows '=' in ASCII: the range holds every `tag=…`.
      require(
        "key IN (SELECT run FROM tag WHERE tag = ? UNION SELECT run FROM tag "
          + "WHERE tag >= ? AND tag < ?)", tag, tag + "=", tag + ">")
    }
    if let since { require("startedAt >= ?", since) }
    if let until { require("startedAt < ?", until) }
    if let parent { require("parent = ?", parent.description) }
    if let group { require("repetition = ?", group.description) }
    if let side { require("side = ?", side) }
    if let grid { require("grid = ?", grid) }
    if let provenance { require("provenance = ?", provenance.rawValue) }
    let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    var tail = "ORDER BY \(order.sql)"
    if limit != nil || offset > 0 { tail += " LIMIT \(limit ?? -1) OFFSET \(offset)" }
    // Order matters to the keys alone only where some are cut off.
    return Statement(
      keys: "SELECT key FROM run WHERE \(condition)" + (tail.contains("LIMIT") ? " \(tail)" : ""),
      condition: condition, tail: tail,
      arguments: arguments)
  }

  private func like(_ text: String) -> String {
    var pattern = "%"
    for character in text {
      if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
      pattern.append(character)
    }
    return pattern + "%"
  }
}

extension RunQuery.Order {
  fileprivate var sql: String {
    switch self {
    case .newest: "startedAt DESC, id DESC"
    case .oldest: "startedAt, id"
    // SQLite sorts NULL below every number.
    case .energy: "bestJ DESC, startedAt DESC, id DESC"
    case .duration: "durationS DESC, startedAt DESC, id DESC"
    case .carbon: "bestG DESC, startedAt DESC, id DESC"
    }
  }
}
