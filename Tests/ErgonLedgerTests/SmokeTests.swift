import ErgonEnergy
import Testing

@testable import ErgonLedger

struct SmokeTests {
  @Test("the example in the documentation of Run holds")
  func example() throws {
    try withTemporaryLedger { ledger in
      let bill = Bill(reading: .sample())
      var run = Run(subject: "gzip -9 corpus.tar", environment: .current())
      try ledger.open(run)
      #expect(try ledger.run(run.id.description).state == .open)
      run.complete(with: bill)
      try ledger.save(run)
      #expect(try ledger.run(run.id.description) == run)
      #expect(try ledger.summaries() == [RunSummary(run)])
    }
  }

  @Test("reading a ledger that is not there finds nothing and makes no file")
  func absent() throws {
    try withTemporaryLedger { ledger in
      let (summaries, runs) = (try ledger.summaries(), try ledger.runs())
      #expect(summaries.isEmpty)
      #expect(runs.isEmpty)
      #expect(throws: LedgerError.unknownRun("01")) { try ledger.run("01") }
      #expect(!ledger.exists)
    }
  }
}
