import Testing

@testable import ergon

@Suite struct SamplingSettingsTests {
  @Test("the ledger keeps temperature and seed, and every other option that was changed")
  func described() throws {
    let flags = try SamplingFlags.parse([
      "--top-k", "5", "--repeat-last-n", "9", "--logit-bias", "3=-inf", "--min-p", "0.05",
    ])
    let kept = [
      "temperature": "0.8", "seed": "7", "topK": "5", "repeatLastN": "9", "logitBias": "3=-inf",
    ]
    #expect(flags.described(seed: 7) == kept)
    #expect(try SamplingFlags.parse(["--greedy"]).described(seed: 1)["temperature"] == "0.0")
  }
}
