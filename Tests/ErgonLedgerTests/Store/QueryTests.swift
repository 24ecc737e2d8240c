import ErgonEnergy
import GRDB
import Testing

@testable import ErgonLedger

struct QueryTests {
  private static let group = RunID()
  private static let parent = RunID()
  private static let runs: [Run] = [
    .sample("gzip -9 a.tar", joules: 5, seconds: 9, startedAt: 100, tags: ["task=compress", "x"]),
    .sample(
      "GZIP -1 a_tar", joules: 50, seconds: 1, startedAt: 200, provenance: .counter,
      grid: .france, tags: ["task"], parent: parent),
    .sample(
      "train 100%", joules: 20, seconds: 5, startedAt: 300, kind: .study,
      metrics: [Metric(name: "accuracy", value: 0.9, higherIsBetter: true)],
      tags: ["tasks=other"], repetition: Repetition(group: group, side: "A", index: 0)),
    Run(subject: "open one", environment: .sample, startedAt: 400, tags: ["x"]),
  ]

  @Test(
    "every condition finds exactly its runs",
    arguments: [
      (RunQuery(), [3, 2, 1, 0]),
      (RunQuery(order: .oldest), [0, 1, 2, 3]),
      (RunQuery(subject: "gzip"), [1, 0]),
      (RunQuery(subject: "100%"), [2]),
      (RunQuery(subject: "a_tar"), [1]),
      (RunQuery(subject: "%"), [2]),
      (RunQuery(subject: "\\"), []),
      (RunQuery(subject: "'; DROP TABLE run; --"), []),
      (RunQuery(kinds: [.study]), [2]),
      (RunQuery(kinds: []), []),
      (RunQuery(kinds: [.study, .command], order: .oldest), [0, 1, 2, 3]),
      (RunQuery(states: [.open]), [3]),
      (RunQuery(tags: ["task"]), [1, 0]),
      (RunQuery(tags: ["task=compress"]), [0]),
      (RunQuery(tags: ["x", "task"]), [0]),
      (RunQuery(since: 200, until: 300), [1]),
      (RunQuery(parent: parent), [1]),
      (RunQuery(group: group), [2]),
      (RunQuery(group: group, side: "B"), []),
      (RunQuery(grid: "FR"), [1]),
      (RunQuery(provenance: .measured), [1]),
      (RunQuery(order: .energy), [1, 2, 0, 3]),
      (RunQuery(order: .duration), [0, 2, 1, 3]),
      (RunQuery(order: .carbon, limit: 1), [1]),
      (RunQuery(limit: 2, offset: 1), [2, 1]),
      (RunQuery(limit: 0), []),
      (RunQuery(offset: 3), [0]),
    ] as [(RunQuery, [Int])])
  func conditions(query: RunQuery, expected: [Int]) throws {
    try withTemporaryLedger { ledger in
      try ledger.save(Self.runs)
      let wanted = expected.map { Self.runs[$0] }
      let summaries = try ledger.summaries(matching: query)
      #expect(summaries.map(\.subject) == wanted.map(\.subject))
      #expect(summaries == wanted.map { RunSummary($0) })
      let whole = try ledger.runs(matching: query)
      #expect(whole == wanted)
      if query.limit == nil, query.offset == 0 {
        #expect(try ledger.count(matching: query) == expected.count)
      }
    }
  }

  @Test("a negative limit or offset is refused")
  func negative() throws {
    try withTemporaryLedger { ledger in
      try ledger.save(Self.runs)
      #expect(throws: LedgerError.invalidQuery(name: "limit", value: "-1", expected: "0 or more")) {
        try ledger.runs(matching: RunQuery(limit: -1))
      }
      #expect(throws: LedgerError.self) { try ledger.summaries(matching: RunQuery(offset: -1)) }
    }
  }

  @Test("a beginning finds its run; too short a one names the candidates, newest first")
  func prefixes() throws {
    try withTemporaryLedger { ledger in
      var runs = (0..<7).map { Run.sample("run \($0)", startedAt: Double($0)) }
      for index in runs.indices {
        runs[index].id = RunID(milliseconds: UInt64(index), random: (0, 0))
      }
      try ledger.save(runs)
      #expect(try ledger.run("0000000003").subject == "run 3")
      #expect(try ledger.run(runs[4].id.description.lowercased()) == runs[4])
      #expect(try ledger.run("last").subject == "run 6")
      let newest = Array(runs.map(\.id).reversed().prefix(5))
      #expect(throws: LedgerError.ambiguousRun(prefix: "000", candidates: newest, count: 7)) {
        try ledger.run("000")
      }
      for text in ["", "7", "é", "'", "0000000003000000000000000000", "%"] {
        #expect(throws: LedgerError.unknownRun(text)) { try ledger.run(text) }
      }
    }
  }

  @Test(
    "queries on indexed columns do not scan the table",
    arguments: [
      (RunQuery(limit: 20), "run_startedAt"), (RunQuery(since: 100), "run_startedAt"),
      (RunQuery(states: [.open]), "run_state"), (RunQuery(kinds: [.study]), "run_kind"),
      (RunQuery(parent: parent), "run_parent"), (RunQuery(group: group), "run_repetition"),
      (RunQuery(grid: "FR"), "run_grid"), (RunQuery(order: .energy, limit: 5), "run_bestJ"),
      (RunQuery(ids: [group]), "sqlite_autoindex_run_1"), (RunQuery(tags: ["x"]), "tag"),
    ])
  func plan(query: RunQuery, index: String) throws {
    try withTemporaryLedger { ledger in
      try ledger.save(Self.runs)
      let statement = try query.statement()
      let plan = try ledger.read { db in
        try Row.fetchAll(
          db, sql: "EXPLAIN QUERY PLAN \(statement.keys)", arguments: statement.arguments
        ).map { $0["detail"] as String }
      }
      let steps = try #require(plan)
      #expect(steps.contains { $0.contains(index) }, "\(steps)")
      #expect(!steps.contains { $0 == "SCAN run" || $0 == "SCAN TABLE run" }, "\(steps)")
    }
  }
}
