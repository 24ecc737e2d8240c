import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonStudies
import Foundation
import Testing

@Suite("Counting carbon")
struct CountingCarbonTests {
  static let small = [
    "rows": "5000", "registries": "10", "draws": "20000", "scaleRows": "500",
  ]

  static func lab(_ ledger: Ledger? = nil) -> Lab {
    let model = CPUPowerModel(
      name: "test", version: "1", wattsPerCore: Interval(Watts(5), factor: 2),
      idleWattsPerCore: Interval(Watts(1), factor: 2), kind: .estimated)
    return Lab(
      meter: Meter(sources: [], model: model), ledger: ledger,
      environment: RunEnvironment(
        logicalProcessors: 2, architecture: "test", ergonVersion: "test"))
  }

  @Test("every claim that can be compared meets what a working study reaches")
  func claims() async throws {
    let outcome = try await AnyStudy(CountingCarbon.self)
      .run(in: Self.lab(), overrides: Self.small)
    // The clock belongs to an optimised build.
    #expect(outcome.failures.map(\.id).filter { $0 != "scale.seconds" } == [])
    #expect(outcome.claims.count > 40)
    let verdicts = Dictionary(
      uniqueKeysWithValues: outcome.claims.map { ($0.id, $0.verdict) })
    #expect(verdicts["formula.carbon"] == .reproduced)
    #expect(verdicts["shares.sum"] == .reproduced)
    #expect(verdicts["drivers.starter"] == .notReproduced)
    #expect(verdicts["paper.total"] == .notComparable)
    #expect(outcome.figures.count == 3)
    let page = StudyReport(outcome).html()
    #expect(page.contains("Counting Carbon"))
    #expect(page.contains("<svg"))
  }

  @Test("a file of one's own is asked the paper's question, and the run is kept")
  func input() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ergon-study-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Ten rows of one power and one time that differ only in their grid.
    let rows = (1...10).map { number in
      #"{"id":"r\#(number)","name":"r","devices":[{"model":"x","count":1,"tdpW":100}],"hours":10,"#
        + #""intensity":{"value":\#(number * number * 5)},"provenance":"declared","version":1}"#
    }
    let path = folder + "/rows.jsonl"
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    var settings = Self.small
    settings["input"] = path
    let ledger = Ledger(path: folder + "/ledger.sqlite")
    let outcome = try await AnyStudy(CountingCarbon.self)
      .run(in: Self.lab(ledger), overrides: settings)
    let claim = try #require(outcome.claims.first { $0.id == "drivers.input" })
    #expect(abs(try #require(claim.ours) - 1) < 1e-12)
    #expect(claim.verdict == .reproduced)
    let kept = try ledger.run(outcome.run.id.description)
    #expect(kept.kind == .study)
    #expect(kept.settings["verdict.drivers.input"] == "reproduced")
  }

  @Test(
    "sizes that make no sense are refused",
    arguments: [
      ["rows": "0"], ["hours": "5", "jobHours": "6"], ["draws": "-1"],
      ["input": "/no/such/file.jsonl"],
    ])
  func refused(settings: [String: String]) async {
    await #expect(throws: FootprintError.self) {
      try await AnyStudy(CountingCarbon.self)
        .run(in: Self.lab(), overrides: Self.small.merging(settings) { $1 })
    }
  }
}
