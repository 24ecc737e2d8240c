public import ArgumentParser
public import ErgonData
import ErgonLab
import ErgonNN

/// `ergon evaluate --model FILE --data SET`: how often a saved network is right.
struct EvaluateCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a saved image network on labelled images.",
    discussion: example(
      "ergon evaluate --model lenet-mnist.safetensors --data mnist",
      about: "The bill is of the network alone, not of reading the images."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions

  @Option(help: ArgumentHelp("What 'ergon train' saved.", valueName: "file"))
  var model: String

  @Option(help: ArgumentHelp("What to measure on.", valueName: "set|folder/"))
  var data: String

  @Option(
    help: """
      Which part: train or test. Of a set the test images unless said, of a folder all pictures; \
      'test' is every fifth picture of a class, which 'ergon train' kept.
      """)
  var split: DataSplit?

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let classifier = try ImageClassifier(path: model)
    let source = try ImageSource(
      data, size: (classifier.height, classifier.width, classifier.channels))
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings)
    try await source.fetchIfMissing(in: lab, context.console)
    let images = try source.loadForMeasuring(split)
    try classifier.checkFit(of: images)
    let outcome = try lab.run(
      "evaluate \(model) on \(data)",
      settings: ["model": model, "data": data, "split": split?.rawValue ?? ""], tags: learning.tags
    ) { observer in
      let tested = try classifier.evaluate(on: images, in: observer)
      observer.record("accuracy", tested.figures["accuracy"] ?? .nan, higherIsBetter: true)
      observer.record("loss", tested.loss, higherIsBetter: false)
      return tested
    }
    let tested = outcome.value
    if context.isJSON {
      context.console.print(json: [
        "accuracy": .number(tested.figures["accuracy"] ?? .nan), "loss": .number(tested.loss),
        "images": JSONValue(tested.items), "run": .object(JSONObject(outcome.run)),
      ])
    } else {
      context.console.print(
        "\(TrainCommand.percent(tested.figures["accuracy"]) ?? "—") of \(tested.items) images "
          + "right, loss \(TrainCommand.figure(tested.loss))")
      learning.note(outcome.run, context.console)
    }
    return .done
  }
}

extension DataSplit: ExpressibleByArgument {}
