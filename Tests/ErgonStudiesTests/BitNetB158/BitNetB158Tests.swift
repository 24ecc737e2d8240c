import ErgonLab
import ErgonLedger
import ErgonStudies
import Foundation
import Testing

@Suite struct BitNetB158Tests {
  /// Widths that learn nothing in their few steps: what is tried is the way, not the quality.
  static let small = [
    "narrow": "8", "middle": "16", "wide": "24", "steps": "10",
    "scheduleSteps": "20", "scheduleSeeds": "2", "sequences": "2", "length": "16", "repeats": "1",
    "generated": "true",
  ]

  @Test(
    "equations, integers, refusals and arithmetic are those of the paper, and the run is kept",
    .tags(.slow))
  func claims() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ergon-study-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let ledger = Ledger(path: folder + "/ledger.sqlite")
    let outcome = try await AnyStudy(BitNetB158.self).run(
      in: CountingCarbonTests.lab(ledger), overrides: Self.small)
    let exact = outcome.claims.filter { claim in
      ["quantisers.", "gradients", "integers.", "bad-input", "energy.products", "energy.token."]
        .contains { claim.id.hasPrefix($0) }
    }
    #expect(exact.count == 11)
    for claim in exact {
      #expect(claim.verdict == .reproduced, "\(claim.id): \(claim.oursText)")
    }
    #expect(
      Set(outcome.claims.map(\.id)).isSuperset(of: [
        "quality.trigram", "quality.gap.8", "quality.gap.16", "quality.gap.24", "quality.shrinks",
        "quality.rounded", "rates", "trits.least", "trits.most", "trits.zeros", "trits.loss",
        "schedule.loss", "schedule.drop", "schedule.flips", "energy.measured", "energy.bytes",
      ]))
    #expect(outcome.figures.count == 6 && outcome.tables.count == 2)
    #expect(StudyReport(outcome).html().contains("generated language"))
    // The method, four runs of schedules, six timings, and at least six runs a width.
    #expect(outcome.parts.count >= 1 + 4 + 6 + 18)
    #expect(outcome.parts.allSatisfy { $0.parent == outcome.run.id && $0.state == .complete })
    let kept = try ledger.run(outcome.run.id.description)
    #expect(kept.metrics.map(\.name).filter { $0.hasPrefix("energy.token.") }.count == 5)
  }

  @Test(
    "a setting out of range is refused by name",
    arguments: [("narrow", "9"), ("steps", "0"), ("length", "1"), ("timed", "126")])
  func refused(setting: String, value: String) async throws {
    await #expect(throws: (any Error).self) {
      try await AnyStudy(BitNetB158.self).run(
        in: CountingCarbonTests.lab(), overrides: [setting: value])
    }
  }
}
