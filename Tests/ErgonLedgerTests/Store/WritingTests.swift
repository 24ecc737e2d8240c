import ErgonEnergy
import Foundation
import GRDB
import Testing

@testable import ErgonLedger

struct WritingTests {
  @Test("a run comes back as it was saved, with its stages and time series")
  func roundTrip() throws {
    try withTemporaryLedger { ledger in
      let series = PowerSeries(
        time: [0.01, 0.02, 0.0305],
        channels: [.init(counter: "c", component: .cpu, powerW: [1.5, 2.25, 0])])
      var run = Run.sample(
        "näme ✓", grid: .france, metrics: [Metric(name: "loss", value: 0.25, unit: "nat")],
        tags: ["b", "a=1"], repetition: Repetition(group: RunID(), index: 3, isInterleaved: true))
      run.bill?.reading.series = series
      run.stages = [
        Stage(name: "plain", reading: .sample()),
        Stage(name: "s", reading: .sample(series: series)),
      ]
      try ledger.save(run)
      run.tags.sort()
      #expect(try ledger.run(run.id.description) == run)
      let bare = try ledger.runs(matching: RunQuery())
      #expect(bare.first?.bill?.reading.series == nil)
      #expect(bare.first?.stages.count == 2)
      run.subject = "renamed"
      run.stages = []
      try ledger.save(run)
      #expect(try ledger.run("last") == run)
      #expect(try ledger.count() == 1)
    }
  }

  @Test("numbers that JSON lacks come back")
  func notFinite() throws {
    try withTemporaryLedger { ledger in
      let run = Run.sample(metrics: [
        Metric(name: "nan", value: .nan), Metric(name: "inf", value: -.infinity),
      ])
      try ledger.save(run)
      let metrics = try ledger.run("last").metrics
      #expect(metrics[0].value.isNaN && metrics[1].value == -.infinity)
      let summary = try ledger.summaries()[0]
      #expect(summary.metrics[0].value.isNaN && summary.metrics[1].value == -.infinity)
    }
  }

  @Test("a run is opened once, and keeps the tags it was given while open")
  func opening() throws {
    try withTemporaryLedger { ledger in
      var run = Run(subject: "long", environment: .sample, tags: ["mine"])
      try ledger.open(run)
      #expect(throws: LedgerError.runExists(run.id)) { try ledger.open(run) }
      try ledger.tag([run.id], with: ["yours"])
      run.complete(with: Bill(reading: .sample()), exitCode: 3)
      try ledger.save(run)
      let saved = try ledger.run("last")
      #expect(saved.tags == ["mine", "yours"])
      #expect(saved.state == .failed && saved.exitCode == 3)
      try ledger.untag([run.id], ["yours", "not there"])
      try ledger.save(run)
      #expect(try ledger.run("last").tags == ["mine"])
    }
  }

  @Test(
    "tags that would break a list or a file are refused",
    arguments: ["", " x", "x ", "a\nb", String(repeating: "x", count: 201)])
  func badTags(tag: String) throws {
    try withTemporaryLedger { ledger in
      let run = Run.sample()
      try ledger.save(run)
      #expect(throws: LedgerError.self) { try ledger.tag([run.id], with: ["good", tag]) }
      #expect(try ledger.run("last").tags == [])
      #expect(throws: LedgerError.self) { try ledger.tag([run.id, RunID()], with: ["good"]) }
      #expect(try ledger.run("last").tags == [])
    }
  }

  @Test("deleting a run leaves nothing of it behind")
  func deletion() throws {
    try withTemporaryLedger { ledger in
      var run = Run.sample(metrics: [Metric(name: "m", value: 1)], tags: ["t"])
      run.bill?.reading.series = PowerSeries(time: [], channels: [])
      try ledger.save(run)
      try ledger.delete([run.id, RunID()])
      for table in ["run", "document", "component", "metric", "tag", "series", "environment"] {
        let rows = try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
        #expect(rows == 0, "\(table)")
      }
    }
  }

  @Test("pruning takes old runs, keeps the newest, spares the open, and can be tried first")
  func pruning() throws {
    try withTemporaryLedger { ledger in
      try ledger.save((1...6).map { .sample("r\($0)", startedAt: Double($0)) })
      try ledger.open(Run(subject: "open", environment: .sample, startedAt: 0))
      let trial = try ledger.prune(olderThan: 4, dryRun: true)
      #expect(trial.map(\.subject) == ["r3", "r2", "r1"])
      #expect(try ledger.count() == 7)
      #expect(try ledger.prune(keeping: 4).map(\.subject) == ["r2", "r1"])
      #expect(try ledger.prune(matching: RunQuery(subject: "r3", limit: 0)).count == 1)
      let left = try ledger.summaries().map(\.subject)
      #expect(left == ["r6", "r5", "r4", "open"])
      #expect(throws: LedgerError.self) { try ledger.prune(keeping: -1) }
    }
  }

  @Test("an open run is abandoned once its process is gone, and only then")
  func abandoned() throws {
    try withTemporaryLedger { ledger in
      let mine = Run(subject: "mine", environment: .sample)
      try ledger.open(mine)
      #expect(try ledger.abandoned() == [])
      func set(_ column: String, _ value: String) throws {
        try ledger.write { try $0.execute(sql: "UPDATE run SET \(column) = \(value)") }
      }
      // Another process that got our number later.
      try set("ownerStart", "'1'")
      #expect(try ledger.abandoned().map(\.id) == [mine.id])
      // The same number in another container says nothing.
      try set("ownerNamespace", "'pid:[1]'")
      #expect(try ledger.abandoned() == [])
      try set("ownerBoot", "'an earlier boot'")
      #expect(try ledger.abandoned().map(\.id) == [mine.id])
      #expect(try ledger.prune().map(\.id) == [mine.id])
    }
  }
}
