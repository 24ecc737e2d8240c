import ArgumentParser
import ErgonData
import ErgonFetch
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonTensor
import ErgonWorkload
import Foundation

/// `ergon lm distill --teacher MODEL -o FOLDER`: a smaller model learns what a larger one predicts.
struct LMDistill: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "distill",
    abstract: "Train a language model on the predictions of another.",
    discussion: example(
      "ergon lm distill --teacher stories260K.bin -o student --tokens 2000000",
      "ergon lm distill notes/ --teacher llama.gguf -o student --shape small --hard-share 0.2",
      about: """
        The student has the teacher's tokenizer. Without PATHS the text is the teacher's own, \
        drawn token by token from its whole distribution.

        The loss is --hard-share of the surprise about the token that came, and for the rest the \
        divergence from the teacher's distribution, both divided by --temperature. A run that is \
        stopped goes on when the same command is given again.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var computing: LearnOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(
    help: ArgumentHelp(
      "Files and folders of text; the teacher's own text unless said.", valueName: "path"))
  var paths: [String] = []
  @Option(help: ArgumentHelp("The model to learn from.", valueName: "model")) var teacher: String
  @Option(
    help: ArgumentHelp(
      "Its tokenizer, where it is neither in the file nor beside it.", valueName: "path"))
  var tokenizer: String?
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The folder to train in.", valueName: "folder"))
  var folder: String
  @Option(
    help: ArgumentHelp(
      "Tokens of the teacher's own text, each learned from once unless steps are said.",
      valueName: "n"))
  var tokens: Int?
  @Option(help: ArgumentHelp("Divides the logits of both.", valueName: "t"))
  var temperature: Float = 1
  @Option(help: ArgumentHelp("Part of the loss that is the token's that came.", valueName: "0…1"))
  var hardShare: Float = 0

  @OptionGroup(title: "Text") var text: TextOptions
  @OptionGroup(title: "The student") var shape: ShapeOptions
  @OptionGroup(title: "Learning") var learning: LearningOptions

  func validate() throws {
    guard temperature > 0, temperature.isFinite else {
      throw ValidationError("--temperature: above 0.")
    }
    guard (0...1).contains(hardShare) else { throw ValidationError("--hard-share: 0 to 1.") }
    if let tokens, !(1...1 << 40).contains(tokens) {
      throw ValidationError("--tokens: 1 or more.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let place = try RunFolder(folder)
    let settings = try context.settings(meter, grid, self.place)
    let lab = try computing.lab(context, settings)
    var learning = learning
    if let tokens, learning.steps == nil, learning.epochs == nil, learning.minutes == nil {
      let perStep = learning.sequences * learning.length * learning.accumulate
      learning.steps = max(1, (tokens + perStep - 1) / perStep)
    }
    let own = [
      "teacher": teacher, "teacherTokenizer": tokenizer, "temperature": "\(temperature)",
      "hardShare": "\(hardShare)", "tokens": tokens.map { "\($0)" },
    ].compactMapValues { $0 }
    let described = [shape.described(length: learning.length), learning.described, own].reduce(
      text.described(paths)
    ) { $0.merging($1) { first, _ in first } }
    let training = FolderTraining(
      verb: "distill", folder: place, learning: learning, options: computing,
      isTernary: !shape.fullPrecision, settings: described,
      command: Array(CommandLine.arguments.dropFirst()), budget: budget)
    return try await training.run(in: lab, context) { record, observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let file = try openModelFile(ModelCache.standard.resolve(teacher))
      let teacher = try Teacher(file, in: observer)
      let most = teacher.model.configuration.contextLength
      guard learning.length <= most else {
        throw LMError.request(
          what: "--length \(learning.length)", reason: "the teacher reads \(most) tokens",
          mend: "ask for no more")
      }
      let files = try TokenizerFiles(of: file, path: tokenizer)
      var random = RandomStream(seed: learning.seed).stream(named: "weights")
      let network = DecoderNetwork(
        shape.configuration(
          vocabulary: teacher.model.configuration.vocabularySize, length: learning.length),
        random: &random)
      let prepared =
        paths.isEmpty
        ? try ownText(of: teacher, files, in: place, learning, &record, observer)
        : try text.prepare(
          paths, in: place, &record, observer, kind: self.teacher
        ) { _, _ in files }
      var lesson = try prepared.lesson(network, learning)
      let (temperature, hardShare) = (temperature, hardShare)
      lesson.identity += ", teacher \(files.identity), \(temperature), \(hardShare)"
      lesson.loss = { logits, batch in
        distillationLoss(
          logits, teacher: try teacher.logits(batch.inputs), targets: batch.targets,
          temperature: temperature, hardShare: hardShare)
      }
      return lesson
    }
  }

  /// What the teacher tells, written down once, with some of it held out.
  private func ownText(
    of teacher: Teacher, _ files: TokenizerFiles, in folder: RunFolder,
    _ learning: LearningOptions, _ record: inout TrainingRecord, _ observer: Observer
  ) throws -> PreparedText {
    if record.text == nil || !folder.has("train.tokens") {
      let reader = try files.tokenizer()
      try files.save(to: folder.path)
      record.text = .init(paths: [])
      record.tokenizer = .init(
        kind: self.teacher, vocabulary: reader.vocabularySize, digest: files.identity)
      let perStep = learning.sequences * learning.length * learning.accumulate
      let wanted =
        tokens ?? perStep * min(learning.steps ?? 1000, max(1, Self.mostTokens / perStep))
      for (name, count) in [
        ("train.tokens", wanted),
        ("validation.tokens", min(Lesson.validationTokens, max(wanted / 10, learning.length + 1))),
      ] {
        let texts = try SampledText(
          teacher.model, tokenizer: reader,
          seed: learning.seed ^ (name == "train.tokens" ? 0 : 0x6865_6c64))
        // One more than are learned from: each has to have a next one.
        try texts.write(
          tokens: count + 1, to: folder.file(name), tokenizer: reader,
          digest: SHA256Digest(hexadecimal: files.identity), in: observer)
        let written = try TokenFile(folder.file(name))
        record.text?.textBytes += written.textBytes
        if name == "train.tokens" {
          record.text?.documents = written.documentCount
          record.text?.trainingTokens = written.count
        } else {
          record.text?.validationTokens = written.count
        }
      }
    }
    return try PreparedText(in: folder)
  }

  /// Of the teacher's own text; a longer run goes through it again.
  private static let mostTokens = 20_000_000
}
