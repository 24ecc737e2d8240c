import ErgonLab
import ErgonLedger
import ErgonStudies
import Foundation
import Testing

@Suite struct ErasmianLMTests {
  /// Sizes at which nothing is learned, but everything is done.
  static let small = [
    "bytes": "60000", "questions": "6", "heldOut": "0.2", "vocabulary": "400", "width": "32",
    "layers": "1", "passes": "0.2", "largePasses": "0.05", "length": "32", "sequences": "4",
    "sourceSteps": "3", "readerQuestions": "4", "secretPrompts": "2",
  ]

  @Test func `every check is made, and those of arithmetic hold at any size`() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/erasmian-\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let ledger = Ledger(path: path)
    let outcome = try await AnyStudy(ErasmianLM.self).run(
      in: CountingCarbonTests.lab(ledger), overrides: Self.small)
    let verdicts = Dictionary(uniqueKeysWithValues: outcome.claims.map { ($0.id, $0.verdict) })
    for id in [
      "parameters.large", "parameters.half", "parameters.quarter", "parameters.adapters",
      "parameters.network", "tokenizer.pairs", "tokenizer.unigram", "duplicates.found",
      "duplicates.wrong", "determinism", "tuning.merged", "tuning.base", "tuning.answers",
      "privacy.once", "input.refused", "input.repaired", "input.resumed",
    ] {
      #expect(verdicts[id] == .reproduced, "\(id)")
    }
    #expect(verdicts["parameters.readme"] == .notReproduced)
    #expect(verdicts["paper.essays"] == .notComparable)
    for id in [
      "source.entropy", "inside.same", "inside.large", "outside.same", "outside.large",
      "inside.ngram", "inside.ternary", "inside.continued", "exam.often", "exam.chance",
      "exam.words", "exam.frequency", "exam.outside", "exam.refusal", "search.once",
      "energy.training", "energy.reader", "energy.breakeven", "tuning.ends", "privacy.often",
      "privacy.spans", "chunks.bug", "leakage", "tokenizer.inside", "tokenizer.outside",
    ] {
      #expect(verdicts[id] != nil, "\(id)")
    }
    let kept = try ledger.run(outcome.run.id.description)
    #expect(kept.kind == .study && kept.settings["verdict.determinism"] == "reproduced")
    #expect(outcome.parts.contains { $0.subject == "train context" })
    let page = StudyReport(outcome).html()
    #expect(page.contains("Erasmian") && page.contains("<svg"))
  }

  @Test(arguments: ["bytes", "passes", "questions", "width", "heldOut"])
  func `a setting out of range is refused by name`(setting: String) async throws {
    do {
      _ = try await AnyStudy(ErasmianLM.self).run(
        in: CountingCarbonTests.lab(), overrides: [setting: "0"])
      Issue.record("\(setting) of 0 was taken")
    } catch {
      #expect("\(error)".contains("'\(setting)'"))
    }
  }
}
