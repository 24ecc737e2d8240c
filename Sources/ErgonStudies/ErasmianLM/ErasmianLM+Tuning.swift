import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNN
import ErgonTensor

extension ErasmianLM {
  /// Check 7: adapters of low rank on questions and answers, as the paper tunes its model.
  func tuning(_ lab: Lab, _ model: ContextModel, _ texts: StudyTexts, _ settings: Settings) throws
    -> [Claim]
  {
    let questions = texts.examination.free
    let asked = questions.prefix(questions.count / 3)
    let learned = questions.dropFirst(asked.count)
    let set = InstructionExamples(
      learned.map {
        .completion(prompt: Examination.prompt($0.question), completion: " " + $0.answer)
      })
    let source = try set.sequences(
      of: settings.length, batch: 8, tokenizer: model.tokenizer,
      seed: UInt64(bitPattern: Int64(settings.seed)))
    let before = model.network.digest
    let tuned = try lab.run("tune") { observer in
      var random = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)))
      let tuned = model.network.adapted(
        ["*.query", "*.value"], rank: 8, alpha: 16, random: &random)
      // The paper's three passes over its answers.
      var training = PretrainingSettings(
        steps: max(1, 3 * source.count / 8), rate: 2e-3, schedule: .cosine)
      training.evaluations = 1
      training.weightDecay = 0
      try pretrain(tuned, on: source, settings: training, in: observer)
      return tuned
    }.value
    model.network.unfreeze()
    let merged = try tuned.merged()
    let batch = source.batch(at: 0)
    let difference = withoutRecording {
      (tuned(batch.inputs, .inference) - merged(batch.inputs, .inference)).abs().max().scalar
    }
    let answers = try lab.run("answers of the tuned model") { _ in
      try [model.network, merged].map { network in
        try Self.answers(
          of: LanguageModel(
            name: "tuned", model: TransformerModel(network.modelFile()),
            tokenizer: model.tokenizer), to: Array(asked))
      }
    }.value
    let share = { (count: Int) in 100 * Double(count) / Double(max(asked.count, 1)) }
    return [
      Claim(
        "tuning.merged", "Logits with adapters beside the weights and merged into them differ by",
        published: 0, ours: Double(difference), tolerance: .absolute(1e-4)),
      Claim.holds(
        "tuning.base", "The weights beside the adapters are not changed in a single bit",
        model.network.digest == before),
      Claim(
        "tuning.answers", "Gradient of the loss at places of the question", published: 0,
        ours: Double(Self.gradientAtQuestions(model.network, batch)), tolerance: .absolute(0)),
      Claim(
        "tuning.ends", "Answers of the tuned model that end by themselves", published: nil,
        ours: share(answers[1].ended), unit: "%", tolerance: .atLeast(95),
        remark: "before tuning \(answers[0].ended) of \(asked.count)"),
      Claim(
        "tuning.right",
        "Free questions on other facts answered word for word, after tuning and "
          + "before: points more", published: nil, ours: share(answers[1].right - answers[0].right),
        unit: "points", tolerance: .atLeast(0),
        remark: "\(answers[1].right) of \(asked.count) after, \(answers[0].right) before"),
    ]
  }

  /// How many greedy answers end within 24 tokens, and how many are the right one.
  private static func answers(
    of model: LanguageModel, to questions: [(question: String, answer: String)]
  ) throws -> (ended: Int, right: Int) {
    var (ended, right) = (0, 0)
    for (question, answer) in questions {
      let prompt = model.tokenizer.encode(Examination.prompt(question), addingSpecial: true)
      let tokens = try model.model.greedy(prompt, count: 24)
      let end = tokens.firstIndex { model.tokenizer.special.endOfGeneration.contains($0) }
      ended += end == nil ? 0 : 1
      // An untuned model goes on with the next line.
      let text = model.tokenizer.decode(tokens[..<(end ?? tokens.count)])
      let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
      right += line == " " + answer ? 1 : 0
    }
    return (ended, right)
  }

  /// The greatest gradient of the loss in the logits of places that are not learned.
  private static func gradientAtQuestions(
    _ network: DecoderNetwork, _ batch: SequenceBatch
  ) -> Float {
    let logits = withoutRecording { network(batch.inputs, .inference) }
    let (_, gradients) = valueAndGradient(at: [logits]) { crossEntropy($0[0], batch.targets) }
    let greatest = gradients[0].abs().max(axes: [-1]).withElements { Array($0) }
    let targets = batch.targets.withElements { Array($0) }
    return zip(greatest, targets).reduce(0) { $1.1 < 0 ? max($0, $1.0) : $0 }
  }
}
