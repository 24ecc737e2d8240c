import ErgonLM
import ErgonTensor
import ErgonWorkload
import Testing

@testable import ErgonLMTraining

/// A made-up decoder of 23 tokens: deterministic, quick, and with an opinion.
func smallModel(context: Int = 48) throws -> TransformerModel {
  let shape = SyntheticShape(
    name: "tiny", hidden: 32, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 64,
    vocabulary: 23)
  let file = SyntheticModel(shape, weights: .f32, contextLength: context, seed: 3)
  return try Teacher(file).model
}

@Suite struct SampledTextTests {
  @Test("text n is the same whatever else is drawn and on any number of threads")
  func texts() throws {
    let source = try SampledText(smallModel(), beginning: 1, ends: [1, 2], seed: 7)
    let before = Compute.threads
    defer { Compute.threads = before }
    Compute.threads = 1
    let all = try source.draw(0..<100)
    let some = try source.draw(40..<43)
    #expect(some == Array(all[40..<43]))
    Compute.threads = 2
    let again = try source.draw(0..<100)
    #expect(again == all)
    let other = try SampledText(smallModel(), beginning: 1, ends: [1, 2], seed: 8).draw(0..<3)
    #expect(other.map(\.tokens) != all[0..<3].map(\.tokens))
  }

  @Test("texts begin with the beginning, end where the model or its context does, and say so")
  func bounds() throws {
    let source = try SampledText(smallModel(), beginning: 1, ends: [1, 2], seed: 7, limit: 20)
    let texts = try source.draw(0..<200)
    for text in texts {
      #expect(text.tokens.first == 1)
      #expect(text.tokens.count <= 20)
      let inner = text.tokens.dropFirst().dropLast(text.tokens.last == 2 ? 1 : 0)
      #expect(!inner.contains(1) && !inner.contains(2))
      #expect(text.isWhole || text.tokens.count == 20)
      // An end that is the next text's beginning is drawn, but not kept.
      let kept = text.tokens.count - 1
      #expect(text.drawn == kept + (text.isWhole && text.tokens.last != 2 ? 1 : 0))
    }
    #expect(texts.contains { $0.isWhole } && texts.contains { !$0.isWhole })
  }

  @Test("first tokens come as often as the model says, and entropy is what its logits give")
  func distribution() throws {
    let model = try smallModel()
    let source = try SampledText(model, beginning: 1, ends: [], seed: 11, limit: 2)
    let texts = try source.draw(0..<20_000)
    let logits = try Teacher(model).logits(Tensor<Int32>([1], shape: [1, 1]))
    let p = Tensor<Double>(logits).softmax().values
    var counts = [Double](repeating: 0, count: 23)
    for text in texts { counts[Int(text.tokens[1])] += 1 }
    let statistic = zip(counts, p).reduce(0) { sum, pair in
      let expected = pair.1 * 20_000
      return sum + (pair.0 - expected) * (pair.0 - expected) / expected
    }
    // The 99.9 % quantile of chi-squared with 22 degrees of freedom.
    #expect(statistic < 48.3, "chi-squared of \(statistic)")
    let entropy = TextEntropy(texts)
    let wanted = -(Tensor(p) * Tensor(p).log()).sum().scalar
    #expect(abs(entropy.mean - wanted) < 1e-5)
    #expect(entropy.standardError < 1e-5)
    #expect(abs(entropy.surprise - wanted) < 0.03)
    #expect(entropy.texts == 20_000 && entropy.tokens == 20_000)
  }

  @Test("a teacher's logits along a text are those the text was drawn by")
  func surprise() throws {
    let model = try smallModel()
    let text = try SampledText(model, beginning: 1, ends: [], seed: 2, limit: 40).draw(0..<1)[0]
    let ids = text.tokens
    let inputs = Tensor<Int32>(ids[..<39], shape: [1, 39])
    let logits = try Teacher(model).logits(inputs)
    let targets = Tensor<Int32>(ids[1...], shape: [1, 39])
    let mean = crossEntropy(logits, targets).scalar
    #expect(abs(Double(mean) - text.surprise / 39) < 1e-5)
  }

  @Test("a standard error is that of a ratio of sums over whole texts")
  func standardError() {
    var (a, b) = (SampledText.Text(tokens: [1]), SampledText.Text(tokens: [1]))
    (a.drawn, a.entropy, a.surprise) = (10, 20, 25)
    (b.drawn, b.entropy, b.surprise) = (30, 40, 35)
    let entropy = TextEntropy([a, b])
    #expect(entropy.mean == 1.5)
    #expect(entropy.surprise == 1.5)
    // Residues 20 - 15 and 40 - 45; √(2 · 50) / 40
    #expect(abs(entropy.standardError - 0.25) < 1e-12)
  }

  @Test("sampled batches are the texts in their order, cut into windows that follow each other")
  func sequences() throws {
    let texts = try SampledText(smallModel(), beginning: 1, ends: [1, 2], seed: 5)
    let source = try SampledSequences(texts, from: 4, sequences: 3, length: 16, batches: 2)
    let stream = try texts.draw(4..<100).flatMap(\.tokens)
    let inputs = source.batch(at: 0).inputs.values + source.batch(at: 1).inputs.values
    #expect(inputs == Array(stream[..<96]))
    let targets = source.batch(at: 0).targets.values + source.batch(at: 1).targets.values
    #expect(targets == Array(stream[1...96]))
    #expect(source.batch(at: 7).inputs == source.batch(at: 1).inputs)
  }

  @Test("texts in a file are those in memory, each a document, until it has its tokens")
  func file() throws {
    let source = try SampledText(smallModel(), beginning: 1, ends: [1, 2], seed: 5)
    let texts = try source.draw(3..<200)
    try withTemporaryFolder { folder in
      let path = folder + "a.tokens"
      let entropy = try source.write(
        tokens: 600, from: 3, to: path, tokenizer: ByteTokenizer())
      let file = try TokenFile(path)
      #expect(file.count >= 600 && file.count < 600 + 48)
      let kept = texts[..<file.documentCount]
      #expect(file.count == kept.reduce(0) { $0 + $1.tokens.count })
      #expect(entropy == TextEntropy(Array(kept)))
      let batch = try file.windows(of: 500, batch: 1)[0]
      #expect(batch.inputs.values == Array(texts.flatMap(\.tokens)[..<500]))
    }
  }

  @Test("a drawing that is asked to stop stops")
  func stops() throws {
    struct Impatient: WorkloadContext {
      func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
        throw WorkloadStopped(reason: "enough")
      }
    }
    let source = try SampledText(smallModel(), beginning: 1, ends: [1], seed: 5)
    #expect(throws: WorkloadStopped.self) { try source.draw(0..<1000, in: Impatient()) }
  }

  @Test("tokens that the vocabulary lacks and texts longer than the context are refused")
  func refusals() throws {
    let model = try smallModel()
    #expect(throws: LMError.self) { try SampledText(model, beginning: 23, ends: [], seed: 1) }
    #expect(throws: LMError.self) { try SampledText(model, beginning: 1, ends: [-1], seed: 1) }
    #expect(throws: LMError.self) {
      try SampledText(model, beginning: 1, ends: [], seed: 1, limit: 49)
    }
    #expect(throws: LMError.self) {
      try Teacher(model).logits(Tensor<Int32>([99], shape: [1, 1]))
    }
  }
}
