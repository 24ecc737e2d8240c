import ErgonEnergy
import Testing

@testable import ErgonLedger

struct PerformanceTests {
  @Test("ten thousand runs are listed, surveyed and compared; the times are printed")
  func tenThousand() throws {
    try withTemporaryLedger { ledger in
      let clock = ContinuousClock()
      let runs: [Run] = (0..<10_000).map { (index: Int) -> Run in
        let isEven = index % 2 == 0
        let accuracy = Metric(name: "accuracy", value: 0.5 + Double(index % 10) / 20)
        return Run.sample(
          "run \(index % 7)", joules: 10 + Double(index % 13), startedAt: Double(index),
          grid: isEven ? .france : nil, metrics: [accuracy],
          tags: ["task=\(index % 3)", isEven ? "even" : "odd"])
      }
      func time(_ what: String, _ body: () throws -> Void) rethrows {
        print("10,000 runs, \(what): \(try clock.measure { try body() })")
      }
      try time("save in one transaction") { try ledger.save(runs) }
      try time("list, newest 20") {
        let rows = try ledger.summaries(matching: RunQuery(limit: 20))
        #expect(rows.count == 20)
      }
      try time("list by subject") {
        let rows = try ledger.summaries(matching: RunQuery(subject: "RUN 3"))
        #expect(rows.count == 1429)
      }
      try time("all summaries, as a survey reads them") {
        let rows = try ledger.summaries()
        #expect(rows.count == 10_000)
      }
      try time("compare 5,000 with 5,000") {
        let comparison = try ledger.compare(
          .query(RunQuery(tags: ["even"])), with: .query(RunQuery(tags: ["odd"])))
        #expect(comparison.first.values.count == 5000)
      }
      try time("first write of a new process") {
        let other = Ledger(path: ledger.path)
        try other.save(.sample())
      }
    }
  }
}
