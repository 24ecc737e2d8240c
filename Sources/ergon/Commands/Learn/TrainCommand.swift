public import ArgumentParser
import ErgonData
import ErgonEnergy
import ErgonLab
import ErgonLedger
public import ErgonNN
import ErgonTensor
import ErgonWorkload
import Foundation

/// `ergon train NETWORK --data SET`: learn, test, keep the weights, and say what it cost.
struct TrainCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a small image network under the meter.",
    discussion: example(
      "ergon train lenet --data mnist",
      "ergon train resnet20 --data cifar10 --rule adamw --rate 0.001 --augment --budget 5kJ",
      "ergon train mlp --data ./photographs --epochs 20",
      about: """
        Networks: \(ImageArchitecture.allCases.map { "\($0.rawValue) (\($0.summary))" }
          .joined(separator: "; ")).

        Data: \(ImageSet.all.map(\.description.name).joined(separator: ", ")) ('ergon data fetch' \
        brings them), or a folder, named with a slash, that holds one folder of pictures a class.

        A run that is stopped, by Ctrl-C (exit code 130) or by its budget (75), keeps its state \
        beside the network; the same command goes on where it ended, to the same weights as if it \
        had never stopped. The bill is of learning and testing, not of reading the images.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions

  @Argument(
    help: "The network: \(ImageArchitecture.allCases.map(\.rawValue).joined(separator: ", ")).")
  var network: ImageArchitecture

  @Option(help: ArgumentHelp("What to learn from.", valueName: "set|folder/"))
  var data: String

  @Option(help: "Times to go through the images.") var epochs = 5
  @Option(help: "Images a step.") var batch = 64
  @Option(help: "How the weights follow the gradient: sgd or adamw.")
  var rule = ImageClassifier.Recipe.Rule.sgd
  @Option(help: "Step size; 0.01 for sgd, 0.001 for adamw unless said.") var rate: Float?
  @Option(help: "Momentum of sgd.") var momentum: Float = 0.9
  @Option(name: .customLong("weight-decay"), help: "Pull of the weights towards zero.")
  var weightDecay: Float = 0
  @Option(help: "How the step size goes: constant, or cosine down to zero.")
  var schedule = RateSchedule.constant
  @Flag(help: "Shift and mirror the images a little, anew each epoch.") var augment = false
  @Option(help: "What weights, order and augmentation are drawn from.") var seed: UInt64 = 0
  @Option(
    name: .customLong("hold-out"),
    help: ArgumentHelp(
      "Part of the training images to validate with after each epoch.", valueName: "0…0.5"))
  var holdOut = 0.0
  @Option(help: ArgumentHelp("End after so many epochs without a better validation loss."))
  var patience: Int?
  @Option(help: ArgumentHelp("Stop once this much is spent.", valueName: "50J"))
  var budget: String?
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Where the network is saved; NETWORK-DATA.safetensors unless said.",
      valueName: "file.safetensors"))
  var file: String?
  @Flag(help: "Begin anew where a stopped run could be gone on with.") var restart = false

  enum RateSchedule: String, CaseIterable, ExpressibleByArgument { case constant, cosine }

  func validate() throws {
    guard (1...100_000).contains(epochs) else { throw ValidationError("--epochs: 1 or more.") }
    guard (1...1_000_000).contains(batch) else { throw ValidationError("--batch: 1 or more.") }
    guard (0...0.5).contains(holdOut) else { throw ValidationError("--hold-out: 0 to 0.5.") }
    if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate: above 0.") }
    guard (0..<1).contains(momentum) else { throw ValidationError("--momentum: 0 to below 1.") }
    guard weightDecay >= 0 && weightDecay.isFinite else {
      throw ValidationError("--weight-decay: 0 or more.")
    }
    if let patience {
      guard patience > 0 else { throw ValidationError("--patience: 1 or more.") }
      guard holdOut > 0 else { throw ValidationError("--patience needs --hold-out.") }
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try budget.map { text in
      guard let energy = try? Joules(parsing: text), energy.value > 0 else {
        throw CommandError.usage("bad value: --budget '\(text)': expected an energy, such as 50J")
      }
      return energy
    }
    let source = try ImageSource(
      data, size: network == .lenet ? (28, 28, 1) : (height: 32, width: 32, channels: 3))
    let file =
      file ?? "\(network.rawValue)-\(URL(fileURLWithPath: data).lastPathComponent).safetensors"
    var isFolder: ObjCBool = false
    if file.isEmpty || FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
      file.isEmpty || isFolder.boolValue
    {
      throw CommandError.cannotWrite(path: file, reason: "it is a folder; name a file")
    }
    try Console.checkFolder(ofFile: file)
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings)
    try await source.fetchIfMissing(in: lab, context.console)
    let images = try source.load(.train)
    let test = try source.load(.test)
    let (train, held) = split(images)
    let classifier = try ImageClassifier(
      network, for: images, scaling: source.scaling, seed: seed)
    let state = file + ".stopped"
    if restart { try? FileManager.default.removeItem(atPath: state) }
    if FileManager.default.fileExists(atPath: state) {
      context.console.note("Going on with \(state); --restart begins anew")
    }
    let recipe = recipe(batches: (train.count + batch - 1) / batch, state: state)

    let outcome = try await lab.runOrStop(
      "train \(network.rawValue) on \(source.name)", settings: described(recipe),
      tags: learning.tags, budget: budget
    ) { observer in
      let pausesBefore = Compute.activity.pauses
      let history = try classifier.train(
        on: train, validating: held, epochs: epochs, recipe: recipe, in: observer)
      let tested = try classifier.evaluate(on: test, in: observer)
      observer.record("accuracy", tested.figures["accuracy"] ?? .nan, higherIsBetter: true)
      observer.record("loss", tested.loss, higherIsBetter: false)
      observer.record(
        "waiting pauses", Double(Compute.activity.pauses - pausesBefore), higherIsBetter: false)
      return (history, tested)
    }
    switch outcome.value {
    case .failure(let stop):
      return try stopped(stop, classifier, file, state, outcome.run, context)
    case .success(let (history, tested)):
      try classifier.save(to: file)
      try? FileManager.default.removeItem(atPath: state)
      show(history, tested, outcome.run, file, context)
      return .done
    }
  }

  /// Says where a stopped run is kept; a network that was there before is left alone.
  private func stopped(
    _ stop: WorkloadStopped, _ classifier: ImageClassifier, _ file: String, _ state: String,
    _ run: Run, _ context: CommandContext
  ) throws -> ExitStatus {
    let isNew = !FileManager.default.fileExists(atPath: file)
    if isNew { try classifier.save(to: file) }
    if context.isJSON {
      context.console.print(json: [
        "stopped": .string(stop.reason), "state": .string(state),
        "file": isNew ? .string(file) : .null, "run": .object(JSONObject(run)),
      ])
    }
    context.console.note(
      "Stopped: \(stop.reason). The run is kept in \(state), and the same command goes on"
        + (isNew ? "; the network as it stands is in \(file)" : ""))
    learning.note(run, context.console)
    return ExitStatus(for: stop)
  }

  /// The images to learn from, and those held out: the same ones for the same seed.
  private func split(_ images: LabelledImages) -> (LabelledImages, LabelledImages?) {
    guard holdOut > 0 else { return (images, nil) }
    let order = BatchPlan(count: images.count, batchSize: 1, seed: seed ^ 0x686f_6c64).order(
      epoch: 0)
    let held = max(1, Int(Double(images.count) * holdOut))
    return (
      images.selecting(order[held...].sorted()), images.selecting(order[..<held].sorted())
    )
  }

  private func recipe(batches: Int, state: String) -> ImageClassifier.Recipe {
    var recipe = ImageClassifier.Recipe()
    recipe.rule = rule
    recipe.rate = rate ?? (rule == .sgd ? 0.01 : 0.001)
    recipe.momentum = momentum
    recipe.weightDecay = weightDecay
    recipe.batchSize = batch
    recipe.seed = seed
    if augment {
      recipe.augmentation = ImageAugmentation(
        cropPadding: 4, flipsHorizontally: network == .resnet20)
    }
    if schedule == .cosine { recipe.options.schedule = .cosine(over: batches * epochs) }
    recipe.options.earlyStop = patience.map { EarlyStop(.loss, patience: $0) }
    recipe.checkpoint = Checkpoint(path: state)
    return recipe
  }

  private func described(_ recipe: ImageClassifier.Recipe) -> [String: String] {
    [
      "network": network.rawValue, "data": data, "epochs": "\(epochs)", "batch": "\(batch)",
      "rule": rule.rawValue, "rate": "\(recipe.rate)", "momentum": "\(momentum)",
      "weightDecay": "\(weightDecay)", "schedule": schedule.rawValue, "augment": "\(augment)",
      "seed": "\(seed)", "holdOut": "\(holdOut)", "threads": "\(Compute.threads)",
    ]
  }

  private func show(
    _ history: TrainingHistory, _ tested: Evaluation, _ run: Run, _ file: String,
    _ context: CommandContext
  ) {
    let accuracy = tested.figures["accuracy"] ?? .nan
    if context.isJSON {
      context.console.print(json: [
        "file": .string(file), "testAccuracy": .number(accuracy),
        "testLoss": .number(tested.loss), "testImages": JSONValue(tested.items),
        "epochs": .array(history.epochs.map { .object(JSONObject($0)) }),
        "run": .object(JSONObject(run)),
      ])
      return
    }
    let isValidated = history.epochs.contains { $0.validation != nil }
    var table = TextTable(
      [.right("EPOCH"), .right("LOSS"), .right("ACCURACY")]
        + (isValidated ? [.right("VALIDATION LOSS"), .right("VALIDATION ACCURACY")] : []))
    for epoch in history.epochs {
      let validation = [
        epoch.validation.map { Self.figure($0.loss) },
        Self.percent(epoch.validation?.figures["accuracy"]),
      ]
      table.append(
        [
          "\(epoch.epoch + 1)", Self.figure(epoch.training.loss),
          Self.percent(epoch.training.figures["accuracy"]),
        ] + (isValidated ? validation : []))
    }
    context.console.print(table)
    context.console.print(
      "test: \(Self.percent(accuracy) ?? "—") of \(tested.items) images right, loss "
        + "\(Self.figure(tested.loss)); saved to \(file)")
    learning.note(run, context.console)
  }

  static func figure(_ value: Double) -> String { String(format: "%.4f", value) }
  static func percent(_ share: Double?) -> String? {
    share.map { String(format: "%.2f %%", $0 * 100) }
  }
}

extension ImageArchitecture: ExpressibleByArgument {}
extension ImageClassifier.Recipe.Rule: ExpressibleByArgument {}

extension JSONObject {
  fileprivate init(_ epoch: EpochRecord) {
    self = [
      "epoch": JSONValue(epoch.epoch + 1), "loss": .number(epoch.training.loss),
      "accuracy": .number(epoch.training.figures["accuracy"] ?? .nan),
      "validationLoss": epoch.validation.map { .number($0.loss) } ?? .null,
      "validationAccuracy": epoch.validation.map { .number($0.figures["accuracy"] ?? .nan) }
        ?? .null,
    ]
  }
}
