import ErgonLM
import ErgonNumerics
import ErgonTensor
import RealModule
import Testing

@testable import ErgonLMTraining

@Suite("multiple choice") struct MultipleChoiceTests {
  @Test("takes the greatest score, says how sure it is and counts what is right")
  func result() throws {
    let question = MultipleChoiceQuestion("?", options: ["a", "b", "c", "d"], answer: 1)
    let scores = OptionScores([0, .log(3), .log(3), 0])
    #expect(scores.choice == 1)
    #expect(abs(scores.confidence - 3 / 8.0) < 1e-12)
    #expect(OptionScores([-1e9, -1e9]).confidence == 0.5)
    var result = MultipleChoiceResult()
    #expect(result.interval() == nil && result.accuracy == 0)
    for _ in 0..<8 { result.add(scores, to: question) }
    for _ in 0..<2 { result.add(OptionScores([1, 0, 0, 0]), to: question) }
    #expect(result.accuracy == 0.8 && result.chance == 0.25)
    let interval = try #require(result.interval())
    // The bounds solve |p - 0.8| = z sqrt(p (1 - p) / 10).
    for bound in [interval.low, interval.high] {
      let z = 1.959_963_984_540_054
      #expect(abs(abs(bound - 0.8) - z * (bound * (1 - bound) / 10).squareRoot()) < 1e-9)
    }
  }

  /// A model of a few weights and a tokenizer with a token for each byte.
  static func model() throws -> LanguageModel {
    var random = RandomStream(seed: 4)
    let network = DecoderNetwork(
      .decoder(
        vocabulary: 258, context: 128, width: 32, layers: 2, heads: 2, keyValueHeads: 2,
        feedForward: 64, activation: .silu, isTernary: false),
      random: &random)
    return try LanguageModel(
      name: "test", model: TransformerModel(network.modelFile()), tokenizer: PlainTokenizer())
  }

  @Test("likelihoods are sums of the surprises of single tokens")
  func likelihoods() throws {
    let model = try Self.model().model
    let prompt: [TokenID] = [256, 3, 4, 5]
    let options: [[TokenID]] = [[9], [1, 2, 3], [1, 2, 200, 7]]
    let likelihoods = try model.logLikelihoods(of: options, after: prompt)
    for (option, likelihood) in zip(options, likelihoods) {
      var sum = 0.0
      for place in option.indices {
        let logits = try model.logits(after: prompt + option[..<place]).map { Double($0) }
        let mass = logits.reduce(0) { $0 + .exp($1) }
        sum += logits[Int(option[place])] - .log(mass)
      }
      #expect(abs(sum - likelihood) < 1e-4)
    }
    #expect(throws: LMError.self) {
      try model.logLikelihoods(of: [[1, 2]], after: Array(repeating: 1, count: 128))
    }
  }

  @Test("scores letters behind the answer, and options by likelihood a byte")
  func scores() throws {
    let model = try Self.model()
    let question = MultipleChoiceQuestion("Which?", options: ["red", "green"], answer: 0)
    let letters = try model.scores(of: question, by: .letter)
    let prompt = model.tokenizer.encode("Which?\nA. red\nB. green\nAnswer:")
    #expect(
      letters.scores == (try model.model.logLikelihoods(of: [[32, 65], [32, 66]], after: prompt)))
    let likelihood = try model.scores(of: question, by: .likelihood)
    let before = model.tokenizer.encode("Which?\nAnswer:")
    let sums = try model.model.logLikelihoods(
      of: [" red", " green"].map { model.tokenizer.encode($0) }, after: before)
    #expect(likelihood.scores == [sums[0] / 4, sums[1] / 6])
    var long = question
    long.context = String(repeating: "x", count: 200)
    #expect(throws: LMError.self) { try model.scores(of: long, by: .letter) }
  }
}
