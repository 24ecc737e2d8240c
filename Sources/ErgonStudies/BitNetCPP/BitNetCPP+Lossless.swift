import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNumerics
import ErgonWorkload

extension BitNetCPP {
  /// Every layout gives the integers of the definition, extremes among them.
  func exactness(_ settings: Settings, _ observer: Observer) throws -> [Claim] {
    // Columns of the paper's models, and what leaves a remainder in every layout.
    let columns = [100, 1536, 2560, 6912, 8640, 13824]
    let (rows, tokens) = (130, 7)
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)))
    var wrong = 0
    var products = 0
    for (index, columns) in columns.enumerated() {
      for extreme in [false, true] {
        let trits = (0..<rows * columns).map { _ in
          extreme ? 1 : Int8.random(in: -1...1, using: &random)
        }
        let codes = (0..<tokens * columns).map { i in
          extreme
            ? (i / columns % 2 == 0 ? Int8(127) : -127)
            : Int8.random(in: -127...127, using: &random)
        }
        let expected = TernaryMatrix.plainProduct(
          trits: trits, rows: rows, columns: columns, codes: codes)
        for layout in TernaryMatrix.Layout.allCases {
          let matrix = TernaryMatrix(
            trits: trits, rows: rows, columns: columns, scale: 1, layout: layout)
          let got = matrix.product(codes: codes)
          wrong += zip(got, expected).count { $0 != $1 } + (matrix.trits == trits ? 0 : 1)
          products += got.count
        }
      }
      try observer.report(
        WorkloadProgress(
          completed: Double(index + 1), total: Double(columns),
          counts: WorkloadCounts(items: UInt64(products))))
    }
    return [
      Claim(
        "exact.integers",
        "Products of ternary weights and 8-bit activations are those of training: wrong integers "
          + "of \(products)",
        published: 0, ours: Double(wrong), tolerance: .absolute(0))
    ]
  }

  /// Greedy answers of the integer engine against the plain full-precision computation.
  func lossless(_ settings: Settings, _ observer: Observer) throws -> [Claim] {
    let same = try sameAnswers(
      of: EmbeddedModel.file(), block: nil, settings, observer
    ) { model in
      // What the model itself may begin with.
      let texts = try SampledText(
        model, tokenizer: makeTokenizer(for: EmbeddedModel.file()),
        seed: UInt64(bitPattern: Int64(settings.seed)), limit: 32)
      return try texts.draw(0..<settings.prompts).map { Array($0.tokens.prefix(16)) }
    }
    let shape = SyntheticShape(
      name: "lossless", hidden: 384, layers: 3, heads: 6, keyValueHeads: 2, feedForward: 1152,
      vocabulary: 512)
    let madeUp = SyntheticModel(
      shape, weights: .ternary, contextLength: 16 + settings.answerTokens,
      seed: UInt64(bitPattern: Int64(settings.seed)))
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)))
    let prompts = (0..<settings.prompts).map { _ in
      (0..<Int.random(in: 4..<16, using: &random)).map { _ in
        TokenID.random(in: 0..<TokenID(shape.vocabulary), using: &random)
      }
    }
    let wide = try sameAnswers(of: madeUp, block: 256, settings, observer) { _ in prompts }
    let share = { (count: Int) in 100 * Double(count) / Double(settings.prompts) }
    let all = settings.prompts * settings.answerTokens
    return [
      Claim(
        "lossless.samples",
        "Samples all of whose greedy tokens equal full precision (\(settings.prompts) prompts, "
          + "\(settings.answerTokens) tokens)",
        published: 100, ours: share(same.ours), unit: "%", tolerance: .absolute(0),
        partly: .between(90, 100),
        remark: "the story model that comes with Ergon; \(same.tokens) of \(all) tokens before the "
          + "first difference; of a made-up model, whose best tokens lie closer than a trained "
          + "one's, \(Int(share(wide.ours))) %"),
      Claim(
        "lossless.blocks",
        "Activations rounded in blocks of 256 with half-precision scales, as TQ1_0 and TQ2_0 do, "
          + "lose most samples",
        published: 1.4, ours: share(wide.blocks), unit: "%", tolerance: .atMost(50),
        remark: "a made-up model, wider than a block"),
    ]
  }

  /// Prompts whose greedy answers are those of full precision, and how many tokens came before the
  /// first that is not.
  private func sameAnswers(
    of file: any ModelFile, block: Int?, _ settings: Settings, _ observer: Observer,
    to prompts: (TransformerModel) throws -> [[TokenID]]
  ) throws -> (ours: Int, tokens: Int, blocks: Int) {
    var options = LoadOptions()
    options.keyValueFormat = .f32
    let model = try TransformerModel(file, options: options)
    var reference = try ReferenceModel(file)
    var blocks = try block.map { try ReferenceModel(file, activationBlock: $0) }
    var result = (ours: 0, tokens: 0, blocks: 0)
    for (index, prompt) in try prompts(model).enumerated() {
      let wanted = reference.greedy(prompt, count: settings.answerTokens)
      let ours = try model.greedy(prompt, count: settings.answerTokens)
      result.ours += ours == wanted ? 1 : 0
      result.tokens += zip(ours, wanted).prefix { $0 == $1 }.count
      let rounded = blocks?.greedy(prompt, count: settings.answerTokens)
      result.blocks += rounded == wanted ? 1 : 0
      try observer.report(
        WorkloadProgress(
          completed: Double(index + 1), total: Double(settings.prompts),
          counts: WorkloadCounts(items: UInt64((index + 1) * settings.answerTokens))))
    }
    return result
  }
}
