import ErgonLM
import ErgonLMTraining
public import ErgonLab
import ErgonNN
import ErgonTensor

extension ErasmianLM {
  public func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    try settings.validate()
    let folder = try ScratchFolder()
    // What there is to read, and what the two tokenizers make of it.
    let texts = try lab.run("pages") { try StudyTexts(settings, in: folder, $0) }.value
    var claims = counts() + (try corpus(lab, texts, settings))
    let files = try lab.run("tokenizers") { try StudyTokens(texts, settings, folder, $0) }.value
    claims += tokenizers(texts, files)
    // The whole of training against a known answer, then the models.
    claims += try source(lab, settings)
    claims += try determinism(lab, settings, files.inside.training)
    let models = try contestants(lab, files, settings)
    // Inside and outside the context.
    let surprises = try lab.run("held-out text") { observer in
      try models.all.map { model in
        let own = model.tokenizer.vocabularyDigest == files.context.vocabularyDigest
        let heldOut = own ? files.inside : files.insideAsGeneral
        let outside = own ? files.outsideAsContext : files.outside
        return Surprise(
          model: model,
          inside: try model.bitsPerByte(of: heldOut.heldOut, length: settings.length, in: observer),
          outside: try model.bitsPerByte(
            of: outside.heldOut, length: settings.length, in: observer),
          tokensPerByte: heldOut.tokensPerByte)
      }
    }.value
    claims += surprise(lab, surprises, ngrams: try ngrams(lab, files))
    let examination = try examine(lab, models, texts)
    claims += examination.claims(lab)
    claims += try retrieval(lab, models, texts, examination, settings)
    claims += try tuning(lab, models.context, texts, settings)
    claims += try privacy(lab, models.context, texts, files, settings)
    claims += try chunks(lab, models.context, files, settings)
    claims += try badInput(lab, texts, folder)
    return claims + published
  }

  /// Trains the models that are compared.
  private func contestants(_ lab: Lab, _ files: StudyTokens, _ settings: Settings) throws
    -> Contestants
  {
    let seed = UInt64(bitPattern: Int64(settings.seed))
    let batchTokens = settings.length * settings.sequences
    func shape(_ tokenizer: any Tokenizer, width: Int, layers: Int, isTernary: Bool = false)
      -> ModelConfiguration
    {
      .decoder(
        vocabulary: tokenizer.vocabularySize, context: 1024, width: width,
        layers: layers, heads: width / 32, feedForward: 3 * width,
        activation: isTernary ? .squaredRelu : .silu, isTernary: isTernary)
    }
    func train(
      _ name: String, _ configuration: ModelConfiguration, _ tokenizer: any Tokenizer,
      _ text: TokenFile, passes: Double, rate: Double, base: DecoderNetwork? = nil
    ) throws -> ContextModel {
      let source = try text.sequences(
        of: settings.length, batch: settings.sequences, seed: seed)
      return try ModelRecipe(
        name: name, configuration: configuration,
        steps: max(1, Int(passes * Double(text.count) / Double(batchTokens))), rate: rate,
        seed: seed, base: base
      ).train(lab, on: source, tokenizer: tokenizer, batchTokens: batchTokens)
    }
    let (own, common) = (files.context, files.general)
    let small = shape(common, width: settings.width, layers: settings.layers)
    let general = try train(
      "general", small, common, files.outside.training, passes: settings.passes,
      rate: settings.rate)
    return Contestants(
      context: try train(
        "context", shape(own, width: settings.width, layers: settings.layers), own,
        files.inside.training, passes: settings.passes, rate: settings.rate),
      ternary: try train(
        "context, ternary",
        shape(own, width: settings.width, layers: settings.layers, isTernary: true), own,
        files.inside.training, passes: settings.passes, rate: settings.rate),
      general: general,
      large: try train(
        "general, large",
        shape(common, width: 2 * settings.width, layers: settings.layers + 1), common,
        files.outside.training, passes: settings.largePasses, rate: settings.rate / 2),
      continued: try train(
        "general, continued", small, common, files.insideAsGeneral.training,
        passes: settings.passes / 4, rate: settings.rate / 2, base: general.network))
  }

  /// Check 11: the original's loss of all but the first piece of each document, at equal steps.
  private func chunks(
    _ lab: Lab, _ model: ContextModel, _ files: StudyTokens, _ settings: Settings
  ) throws -> [Claim] {
    let text = files.inside.training
    let documents = (0..<text.documentCount).map { text[text.document($0)] }
    let steps = max(
      1,
      Int(settings.passes / 4 * Double(text.count)) / (settings.length * settings.sequences))
    let results = try [false, true].map { firstOnly in
      // Half of a sequence, so that pages have several pieces.
      let source = ChunkedSequences(
        documents, length: settings.length / 2, sequences: 2 * settings.sequences,
        firstOnly: firstOnly)
      let trained = try ModelRecipe(
        name: firstOnly ? "first pieces" : "all pieces",
        configuration: model.network.configuration, steps: steps, rate: settings.rate,
        seed: UInt64(bitPattern: Int64(settings.seed))
      ).train(
        lab, on: source, tokenizer: model.tokenizer,
        batchTokens: settings.length * settings.sequences)
      let bits = try lab.run("held-out text, \(trained.name)") {
        try trained.bitsPerByte(
          of: files.inside.heldOut, length: settings.length / 2, in: $0)
      }.value
      return (pieces: source.count, bits: bits)
    }
    return [
      Claim(
        "chunks.bug",
        "Learning from the first piece of each document alone: bits a byte over those of all "
          + "pieces, at equal steps", published: nil, ours: results[1].bits / results[0].bits,
        tolerance: .atLeast(1),
        remark: "\(results[1].pieces) of \(results[0].pieces) pieces; the released script does so")
    ]
  }

  /// What needs the paper's texts, graders or models.
  private var published: [Claim] {
    [
      .notComparable(
        "paper.essays", "Teachers find essays written with the model adequate", published: nil,
        because: "it needs a class, its teachers and the released model, which has been withdrawn"),
      .notComparable(
        "paper.subjects", "It answers best in subjects that belong to its context",
        published: nil,
        because: "questions and grades are not released; exam.often and exam.outside ask the same"),
    ]
  }
}
