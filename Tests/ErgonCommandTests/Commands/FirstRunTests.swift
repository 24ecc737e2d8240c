import ErgonLedger
import Foundation
import Testing

@testable import ergon

@Suite struct FirstRunTests {
  @Test("the built-in work is the same every time, and is real work")
  func workload() {
    var first = FirstWorkload()
    var second = FirstWorkload()
    first.advance(100_000)
    for _ in 0..<10 { second.advance(10_000) }
    #expect(first.points == 100_000)
    #expect(first.inside == second.inside)
    // The standard error of 100,000 points is 0.0052; six of them leave room for any seed.
    #expect(abs(first.estimate - Double.pi) < 0.032)
  }

  @Test("without a command there is a bill, its provenance and three commands to try")
  func noArgument() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run()
    #expect(result.exitCode == 0)
    for word in ["energy", "mean power", "Try next:", "ergon measure", "ergon top", "ergon doctor"]
    {
      #expect(result.output.contains(word), "\(word)")
    }
    let runs = try Ledger(path: ergon.ledgerPath).summaries()
    #expect(runs.map(\.kind) == [.window])
    #expect(runs.first?.state == .complete)
  }

  @Test("a ledger that cannot be written does not spoil the first bill")
  func unwritableLedger() async throws {
    let ergon = try ErgonProcess()
    try ergon.home.write("no ledger", to: "data/ergon/ledger.sqlite")
    let result = try await ergon.run("--json")
    #expect(result.exitCode == 0)
    let object = try result.json()
    #expect(object["saved"] as? Bool == false)
    #expect(result.error.contains("warning: the run is not kept: not a ledger"))
  }
}
