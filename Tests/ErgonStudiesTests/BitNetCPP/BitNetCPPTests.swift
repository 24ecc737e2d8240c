import ErgonLab
import ErgonStudies
import Testing

@Suite struct BitNetCPPTests {
  @Test func `every check of arithmetic meets what a working study reaches`() async throws {
    let outcome = try await AnyStudy(BitNetCPP.self).run(
      in: CountingCarbonTests.lab(),
      overrides: [
        "prompts": "4", "answerTokens": "4", "timedPrompt": "8", "timedAnswer": "2",
        "repeats": "1", "largest": "125",
      ])
    // Times and energies belong to an optimised build on a quiet machine.
    let arithmetic = outcome.claims.filter { $0.id.hasPrefix("exact.") }
    #expect(!arithmetic.isEmpty && arithmetic.allSatisfy { $0.verdict == .reproduced })
    let ids = Set(outcome.claims.map(\.id))
    #expect(
      ids.isSuperset(of: [
        "lossless.samples", "lossless.blocks", "speed.125M", "bytes.125M", "speed.grows",
        "energy.125M", "energy.time.125M", "speed.70B",
      ]))
    let page = StudyReport(outcome).html()
    #expect(page.contains("BitNet") && page.contains("<svg"))
  }

  @Test(arguments: ["largest", "repeats", "prompts"])
  func `a setting out of range is refused by name`(setting: String) async throws {
    await #expect(throws: (any Error).self) {
      try await AnyStudy(BitNetCPP.self).run(
        in: CountingCarbonTests.lab(), overrides: [setting: "0"])
    }
  }
}
