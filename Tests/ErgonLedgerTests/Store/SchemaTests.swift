import Foundation
import GRDB
import Testing

@testable import ErgonLedger

struct SchemaTests {
  /// Reading and writing both refuse, and not a byte changes.
  private func expectRefused(_ path: String, _ isExpected: (LedgerError) -> Bool) throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let attempts: [(Ledger) throws -> Void] = [
      { _ = try $0.summaries() }, { try $0.save(.sample()) }, { try $0.delete([RunID()]) },
    ]
    for attempt in attempts {
      let error = #expect(throws: LedgerError.self) { try attempt(Ledger(path: path)) }
      #expect(error.map(isExpected) == true, "\(error.map { "\($0)" } ?? "no error")")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test("a file that is not SQLite is refused and left alone")
  func text() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/notes.txt"
      try Data(repeating: 65, count: 5000).write(to: URL(fileURLWithPath: path))
      try expectRefused(path) { if case .notALedger = $0 { true } else { false } }
    }
  }

  @Test("another program's SQLite file is refused and left alone")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/places.sqlite"
      let queue = try DatabaseQueue(path: path)
      try queue.write { try $0.execute(sql: "CREATE TABLE bookmarks (x); PRAGMA user_version = 1") }
      try queue.close()
      try expectRefused(path) { if case .notALedger = $0 { true } else { false } }
    }
  }

  @Test("a schema from the future is refused and left alone")
  func newer() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      do {
        let ledger = Ledger(path: path)
        try ledger.save(.sample())
        try ledger.write { try $0.execute(sql: "PRAGMA user_version = 99") }
      }
      try expectRefused(path) { $0 == .newerSchema(path: path, found: 99, known: Schema.version) }
    }
  }

  @Test("a ledger whose pages are overwritten is reported as damaged, never a trap")
  func damaged() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      do { try Ledger(path: path).save((0..<50).map { .sample("run \($0)") }) }
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var refusals = 0
      for page in stride(from: 4096, to: whole.count - 4096, by: 4096 * 3) {
        var broken = whole
        broken.replaceSubrange(page..<page + 600, with: Data(repeating: 0xA7, count: 600))
        try broken.write(to: URL(fileURLWithPath: path))
        do { _ = try Ledger(path: path).runs(withSeries: true) } catch LedgerError.damaged {
          refusals += 1
        }
      }
      #expect(refusals > 0)
    }
  }

  @Test("rows that no Ergon wrote are damage or absence, never a trap")
  func oddRows() throws {
    try withTemporaryLedger { ledger in
      try ledger.save(.sample(tags: ["t"]))
      for change in [
        "UPDATE run SET bestJ = 'many', durationS = x'00ff', exitCode = 1e300, position = 'p'",
        "UPDATE metric SET value = x'01'", "UPDATE run SET lowJ = 5, bestJ = 1",
      ] {
        try ledger.write { try $0.execute(sql: change) }
        #expect(try ledger.summaries().count == 1)
      }
      try ledger.write { try $0.execute(sql: "UPDATE document SET json = '{'") }
      #expect(throws: LedgerError.self) { try ledger.runs() }
      try ledger.write { try $0.execute(sql: "UPDATE run SET id = 'x'") }
      #expect(throws: LedgerError.self) { try ledger.summaries() }
    }
  }

  @Test("an empty file becomes a ledger")
  func empty() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let ledger = Ledger(path: path)
      #expect(try ledger.count() == 0)
      try ledger.save(.sample())
      #expect(try ledger.count() == 1)
    }
  }

  @Test("the file is in write-ahead mode and only its owner can read it")
  func mode() throws {
    try withTemporaryLedger { ledger in
      try ledger.save(.sample())
      let (journal, synchronous) = try #require(
        try ledger.read { db in
          (
            try String.fetchOne(db, sql: "PRAGMA journal_mode"),
            try Int.fetchOne(db, sql: "PRAGMA synchronous")
          )
        })
      #expect(journal == "wal" && synchronous == 1)
      let attributes = try FileManager.default.attributesOfItem(atPath: ledger.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test(
    "the default place follows the variables",
    arguments: [
      (["ERGON_LEDGER": "/a/l.db", "XDG_DATA_HOME": "/x"], "/a/l.db"),
      (["XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/ergon/ledger.sqlite"),
      (["ERGON_LEDGER": "", "XDG_DATA_HOME": "/x"], "/x/ergon/ledger.sqlite"),
    ] as [([String: String], String)])
  func place(variables: [String: String], path: String) {
    #expect(Ledger.defaultPath { variables[$0] } == path)
  }

  @Test("a relative XDG folder is ignored")
  func relative() {
    let path = Ledger.defaultPath { ["XDG_DATA_HOME": "data", "HOME": "/h"][$0] }
    #expect(path.hasPrefix("/h/") && path.hasSuffix("/ergon/ledger.sqlite"))
  }
}
