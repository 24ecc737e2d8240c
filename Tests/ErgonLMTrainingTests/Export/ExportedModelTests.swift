import ErgonLM
import ErgonNN
import ErgonTensor
import ErgonWorkload
import Testing

@testable import ErgonLMTraining

/// A small ternary network that has learned a text, and the tokenizer it learned it with.
enum SmallLanguage {
  static let folder =
    String(#filePath).replacingLast("Export/ExportedModelTests.swift")
    + "Golden/export/"
  static let prompt = "Once upon a time there was a small mill"

  static func tokenizer() throws -> TokenizerFiles {
    let json = try mapFile(folder + "tokenizer.json").withBytes {
      String(decoding: $0, as: UTF8.self)
    }
    return TokenizerFiles(json: json, names: ["eos_token": "<|endoftext|>"])
  }

  static func tokens() throws -> [TokenID] {
    let text = try mapFile(folder + "text.txt").withBytes { String(decoding: $0, as: UTF8.self) }
    return try tokenizer().tokenizer().encode(text, addingSpecial: false)
  }

  /// Windows of the text, each beginning somewhere else.
  struct Windows: SequenceSource {
    let tokens: [TokenID]

    func batch(at step: Int) -> SequenceBatch {
      let starts = (0..<8).map { (step * 8 + $0) * 37 % (tokens.count - 49) }
      return SequenceBatch(
        inputs: Tensor(starts.flatMap { tokens[$0..<($0 + 48)] }, shape: [8, 48]),
        targets: Tensor(starts.flatMap { tokens[($0 + 1)..<($0 + 49)] }, shape: [8, 48]))
    }
  }

  static func network(isTernary: Bool = true, steps: Int = 80) throws -> DecoderNetwork {
    var random = RandomStream(seed: 1)
    let network = DecoderNetwork(
      .decoder(
        vocabulary: 288, context: 64, width: 256, layers: 1, heads: 4, keyValueHeads: 2,
        feedForward: 256, activation: isTernary ? .squaredRelu : .silu, isTernary: isTernary),
      random: &random)
    var settings = PretrainingSettings.ternary(steps: steps)
    settings.evaluations = 1
    try pretrain(network, on: Windows(tokens: tokens()), settings: settings)
    return network
  }

  nonisolated(unsafe) static let trained = Result { try network() }
}

extension String {
  fileprivate func replacingLast(_ suffix: String) -> String {
    precondition(hasSuffix(suffix))
    return String(dropLast(suffix.count))
  }
}

/// Logits of every place, with keys and values in full precision.
func servedLogits(_ file: any ModelFile, _ tokens: [TokenID]) throws -> [Float] {
  try Teacher(file).logits(Tensor(tokens, shape: [1, tokens.count])).values
}

func greatestDifference(_ a: [Float], _ b: [Float]) -> Float {
  zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

@Suite(.serialized) struct ExportedModelTests {
  @Test("a small ternary network is trained and exported, and says the same in every format")
  func roundTrip() throws {
    let network = try SmallLanguage.trained.get()
    let files = try SmallLanguage.tokenizer()
    let tokens = try files.tokenizer().encode(SmallLanguage.prompt)
    let memory = try network.modelFile()
    let logits = try servedLogits(memory, tokens)
    let greedy = try Teacher(memory).model.greedy(tokens, count: 24)
    let spread = logits.map(abs).max()!
    let batch = SmallLanguage.Windows(tokens: try SmallLanguage.tokens()).batch(at: 0)
    let loss = try network.evaluate(on: [batch]).loss
    #expect(loss < 2.5, "a loss of \(loss) where one of 5.7 is no knowledge at all")
    try withTemporaryFolder { folder in
      let golden = Environment.value("ERGON_MAKE_GOLDEN") == nil ? nil : SmallLanguage.folder
      try network.save(to: folder, tokenizer: files)
      let packed = golden.map { $0 + "packed/" } ?? folder + "packed/"
      try exportModel(folder, as: .packedTrits, to: packed)
      #expect(try servedLogits(openModelFile(packed), tokens) == logits)
      for (format, tolerance) in [
        (StorageFormat.i2_S, Float(2e-2)), (.tq2_0, 5e-2), (.tq1_0, 5e-2), (.f16, 5e-2),
      ] {
        let path = "\(golden ?? folder)\(format.name).gguf"
        #expect(try exportModel(packed, as: format, to: path) == [])
        let language = try LanguageModel(path)
        let exported = try servedLogits(openModelFile(path), tokens)
        #expect(
          greatestDifference(exported, logits) < tolerance * spread,
          "\(format.name): \(greatestDifference(exported, logits)) of \(spread)")
        #expect(try Teacher(openModelFile(path)).model.greedy(tokens, count: 24) == greedy)
        #expect(language.tokenizer.encode(SmallLanguage.prompt) == tokens)
        #expect(language.tokenizer.special.end == 0)
      }
    }
  }

  @Test("transformers gives the logits of the exported folder that this package gives")
  func transformers() throws {
    let folder = SmallLanguage.folder
    let expected = try Safetensors(path: folder + "expected.safetensors")
    let file = try openModelFile(folder + "packed/")
    let tokens = try expected.tensor("tokens", as: Int32.self).values
    let logits = try expected.tensor("logits", as: Float.self).values
    let own = try servedLogits(file, tokens)
    // A number on the edge between two 8-bit codes moves logits by some thousandths.
    let spread = logits.map(abs).max()!
    #expect(own.count == logits.count)
    #expect(greatestDifference(own, logits) < 2e-2 * spread)
    let greedy = try expected.tensor("greedy", as: Int32.self).values
    #expect(try Teacher(file).model.greedy(tokens, count: greedy.count) == greedy)
    let language = try LanguageModel(folder + "packed/")
    #expect(language.tokenizer.encode(SmallLanguage.prompt) == tokens)
  }

  @Test("the training's weights are exported with a word of warning, trits of others not at all")
  func kinds() throws {
    try withTemporaryFolder { folder in
      let network = try SmallLanguage.trained.get()
      let notes = try withTemporaryFolder { master in
        try network.save(to: master, tokenizer: SmallLanguage.tokenizer())
        return try exportModel(master, as: .f16, to: folder + "master.gguf")
      }
      #expect(notes.contains { $0.contains("have to round") || $0.contains("has to round") })
      let plain = try SmallLanguage.network(isTernary: false, steps: 1)
      try plain.save(to: folder, tokenizer: SmallLanguage.tokenizer())
      for format in [StorageFormat.packedTrits, .i2_S, .tq2_0] {
        #expect(throws: LMError.self) {
          try exportModel(folder, as: format, to: folder + "none.gguf")
        }
      }
      #expect(throws: LMError.self) {
        try exportModel(folder, as: .i64, to: folder + "none.gguf")
      }
      #expect(try exportModel(folder, as: .f16, to: folder + "plain.gguf") == [])
      let tokens = Array(try SmallLanguage.tokens()[..<20])
      let exported = try servedLogits(openModelFile(folder + "plain.gguf"), tokens)
      let own = try servedLogits(plain.modelFile(), tokens)
      #expect(greatestDifference(exported, own) < 1e-2 * own.map(abs).max()!)
    }
  }

  @Test(
    "a llama2.c model and its vocabulary become a folder and a GGUF file that say the same",
    .enabled(if: !realData.isEmpty))
  func stories() throws {
    let path = realData + "/stories260K/stories260K.bin"
    let source = try openModelFile(path)
    let files = try TokenizerFiles(of: source, path: realData + "/stories260K/tok512.bin")
    let tokens = try files.tokenizer().encode("Once upon a time, there was a cat")
    let greedy = try Teacher(source).model.greedy(tokens, count: 40)
    try withTemporaryFolder { folder in
      try DecoderNetwork(source).save(to: folder, tokenizer: files)
      #expect(try Teacher(openModelFile(folder)).model.greedy(tokens, count: 40) == greedy)
      try exportModel(folder, as: .f16, to: folder + "stories.gguf")
      let language = try LanguageModel(folder + "stories.gguf")
      #expect(language.tokenizer.encode("Once upon a time, there was a cat") == tokens)
      #expect(try language.model.greedy(tokens, count: 40) == greedy)
    }
  }
}
