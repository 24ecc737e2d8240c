import ArgumentParser
import ErgonData
import ErgonFetch
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonTensor
import ErgonWorkload
import Foundation

/// `ergon lm finetune MODEL DATA.jsonl -o FOLDER`: a model learns to answer.
struct LMFinetune: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Teach a language model answers, with adapters of low rank or all of its weights.",
    discussion: example(
      "ergon lm finetune llama.gguf questions.jsonl -o tuned",
      "ergon lm finetune my-model questions.jsonl -o tuned --full --epochs 5",
      "ergon lm finetune my-model questions.jsonl -o tuned --lora-rank 16 --targets query,value",
      about: """
        DATA has one JSON object a line: instruction, input and output; prompt and completion; or \
        messages with roles. Only the answers are learned. Conversations are written as the \
        model's chat template does, which goes into FOLDER.

        Adapters are small products beside the matrices, which stay as they are; they are written \
        as Hugging Face's PEFT has them, and the model with them merged beside them. Merged \
        ternary matrices are ternary no more: rounding would undo most of what was learned. --full \
        keeps a ternary model ternary. A run that is stopped goes on when the same command is \
        given again.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var computing: LearnOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(help: "A model's file, folder or name.") var model: String
  @Argument(help: ArgumentHelp("Questions and answers.", valueName: "data.jsonl")) var data: String
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The folder to train in.", valueName: "folder"))
  var folder: String
  @Option(
    help: ArgumentHelp(
      "Its tokenizer, where it is neither in the file nor beside it.", valueName: "path"))
  var tokenizer: String?
  @Option(
    help: ArgumentHelp(
      "A chat template, in Jinja; the model's own unless said.",
      valueName: "file"))
  var template: String?
  @Option(help: ArgumentHelp("Columns of the adapters; 8 unless said.", valueName: "n"))
  var loraRank: Int?
  @Option(
    help: ArgumentHelp(
      "What their products are multiplied by, times the rank; twice that unless said.",
      valueName: "x"))
  var loraAlpha: Float?
  @Option(
    help: ArgumentHelp(
      "Matrices that get one, of query, key, value, output, gate, up and down; all unless said.",
      valueName: "names"))
  var targets: String?
  @Flag(help: "Learn all weights, without adapters.") var full = false
  @Option(
    help: ArgumentHelp("Part of the examples that is kept to measure with.", valueName: "0…0.5"))
  var validationShare = 0.05

  @OptionGroup(title: "Learning") var learning: LearningOptions

  private static let matrices = ["query", "key", "value", "output", "gate", "up", "down"]

  func validate() throws {
    if full, loraRank != nil || loraAlpha != nil || targets != nil {
      throw ValidationError("--full and what adapters are like exclude each other.")
    }
    if let loraRank, !(1...4096).contains(loraRank) {
      throw ValidationError("--lora-rank: 1 to 4096.")
    }
    if let loraAlpha, !(loraAlpha > 0 && loraAlpha.isFinite) {
      throw ValidationError("--lora-alpha: above 0.")
    }
    for name in names where !Self.matrices.contains(name) {
      throw ValidationError(
        "--targets: '\(name)' is none of \(Self.matrices.joined(separator: ", ")).")
    }
    guard (0...0.5).contains(validationShare) else {
      throw ValidationError("--validation-share: 0 to 0.5.")
    }
  }

  private var names: [String] {
    targets?.split(separator: ",").map(String.init) ?? Self.matrices
  }

  private var described: [String: String] {
    let own = [
      "model": model, "data": data, "modelTokenizer": tokenizer, "template": template,
      "full": "\(full)", "loraRank": full ? nil : "\(loraRank ?? 8)",
      "loraAlpha": loraAlpha.map { "\($0)" }, "targets": full ? nil : names.joined(separator: ","),
      "validationShare": "\(validationShare)",
    ].compactMapValues { $0 }
    return own.merging(learning.described) { first, _ in first }
  }

  /// Three passes at a low rate, unless said otherwise.
  private var wholeLearning: LearningOptions {
    var learning = learning
    if learning.steps == nil, learning.epochs == nil, learning.minutes == nil {
      learning.epochs = 3
    }
    learning.rate = learning.rate ?? (full ? 3e-4 : 1e-3)
    return learning
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let place = try RunFolder(folder)
    let settings = try context.settings(meter, grid, self.place)
    let lab = try computing.lab(context, settings)
    let learning = wholeLearning
    let training = FolderTraining(
      verb: "finetune", folder: place, learning: learning, options: computing, isTernary: false,
      settings: described, command: Array(CommandLine.arguments.dropFirst()), budget: budget)
    return try await training.run(in: lab, context) { record, observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let file = try openModelFile(ModelCache.standard.resolve(model))
      let files = try TokenizerFiles(of: file, path: tokenizer)
      let set = try InstructionExamples(path: data)
      let source = try template.map(AnswerOptions.read) ?? chatTemplateSource(for: file)
      let base = try DecoderNetwork(file)
      var lesson = try lesson(base, set, files, template: source, learning, &record)
      lesson.identity +=
        ", data \(try SHA256Digest(ofFile: data)), model \(model), tokenizer \(files.identity)"
      try observer.report(WorkloadProgress(stage: "load", completed: 1, total: 1))
      if let source {
        try Console.write(source, toFile: place.file("chat_template.jinja"))
      }
      return lesson
    }
  }

  private func lesson(
    _ base: DecoderNetwork, _ set: InstructionExamples, _ files: TokenizerFiles, template: String?,
    _ learning: LearningOptions, _ record: inout TrainingRecord
  ) throws -> Lesson {
    let reader = try files.tokenizer()
    let length = min(learning.length, base.configuration.contextLength)
    var (learned, held) = (InstructionExamples([]), InstructionExamples([]))
    let period = validationShare > 0 ? max(2, Int((1 / validationShare).rounded())) : .max
    for (index, example) in set.examples.enumerated() {
      if index % period == period - 1 {
        held.examples.append(example)
      } else {
        learned.examples.append(example)
      }
    }
    func batches(_ set: InstructionExamples) throws -> InstructionSequences {
      try set.sequences(
        of: length, batch: learning.sequences, tokenizer: reader, templateSource: template,
        seed: learning.seed)
    }
    let source = try batches(learned)
    record.text = .init(
      paths: [data], documents: source.count, duplicates: 0, skipped: 0)
    record.tokenizer = .init(
      kind: tokenizer ?? model, vocabulary: reader.vocabularySize, digest: files.identity)
    var lesson = Lesson(
      network: base, source: source,
      stepsPerPass: Double(source.count) / Double(learning.sequences), tokenizer: files,
      identity: "\(learning.sequences) answers of \(length) tokens")
    if !held.examples.isEmpty {
      let sequences = try batches(held)
      // As many as hold each answer once, some of them twice.
      let count = (sequences.count + learning.sequences - 1) / learning.sequences
      lesson.validation = (0..<count).map(sequences.batch(at:))
      lesson.heldOut = lesson.validation
    }
    if !full {
      var random = RandomStream(seed: learning.seed).stream(named: "adapters")
      let rank = loraRank ?? 8
      lesson.network = base.adapted(
        names.map { "*.\($0)" }, rank: rank, alpha: loraAlpha ?? Float(2 * rank), random: &random)
      let folder = folder
      lesson.written = {
        try $0.saveAdapters(to: folder)
        return try $0.merged(leavingTernary: true)
      }
    }
    return lesson
  }
}
