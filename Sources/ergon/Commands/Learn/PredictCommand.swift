import ArgumentParser
import ErgonData
import ErgonImage
import ErgonLab
import ErgonNN
import ErgonWorkload

/// `ergon predict --model FILE PICTURE…`: what pictures show.
struct PredictCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Say what pictures show, with a saved image network.",
    discussion: example(
      "ergon predict --model lenet-mnist.safetensors seven.png",
      about: """
        PNG and JPEG are read. For a network made for 28 x 28 grey images a picture is prepared \
        as handwritten digits are: cut out, white on black, centred; --as-is only resizes it. \
        The bill is of the network alone, not of reading the pictures.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions

  @Option(help: ArgumentHelp("What 'ergon train' saved.", valueName: "file"))
  var model: String

  @Option(help: "Classes to show for each picture.")
  var top = 3

  @Flag(name: .customLong("as-is"), help: "Only resize the pictures.")
  var asIs = false

  @Argument(help: ArgumentHelp("The pictures.", valueName: "picture"))
  var pictures: [String]

  func validate() throws {
    guard top > 0 else { throw ValidationError("--top: 1 or more.") }
  }

  func execute(in context: CommandContext) throws -> ExitStatus {
    let classifier = try ImageClassifier(path: model)
    // Every picture is read before the first is judged: a damaged one stops nothing half-way.
    let prepared = try pictures.map { try pixels(of: $0, for: classifier) }
    let settings = try context.settings(meter, grid, place)
    let outcome = try learning.lab(context, settings).run(
      "predict with \(model)", settings: ["model": model, "pictures": "\(pictures.count)"],
      tags: learning.tags
    ) { observer in
      var rankings: [[(name: String, probability: Float)]] = []
      for (index, pixels) in prepared.enumerated() {
        rankings.append(Array(classifier.ranking(of: pixels).prefix(top)))
        try observer.report(
          WorkloadProgress(
            completed: Double(index + 1), total: Double(prepared.count),
            counts: WorkloadCounts(items: UInt64(index + 1))))
      }
      return rankings
    }
    guard outcome.value.allSatisfy({ $0.allSatisfy(\.probability.isFinite) }) else {
      throw NNError.notAClassifier(path: model, reason: "its answers are not finite numbers")
    }
    show(outcome, context)
    return .done
  }

  private func pixels(of path: String, for classifier: ImageClassifier) throws -> [UInt8] {
    let image = try Image(path: path)
    do throws(DataError) {
      return try pixels(of: image, for: classifier)
    } catch {
      guard case .unsupported(_, let what) = error else { throw error }
      throw DataError.unsupported(source: path, what: what)
    }
  }

  private func pixels(
    of image: Image, for classifier: ImageClassifier
  ) throws(DataError) -> [UInt8] {
    if !asIs, (classifier.height, classifier.width, classifier.channels) == (28, 28, 1) {
      return try image.mnistDigit().pixels
    }
    let coloured = classifier.channels == 1 ? image.grayscale() : image.rgb()
    return coloured.resized(width: classifier.width, height: classifier.height).pixels
  }

  private func show(
    _ outcome: Observed<[[(name: String, probability: Float)]]>, _ context: CommandContext
  ) {
    if context.isJSON {
      let predictions = zip(pictures, outcome.value).map { picture, ranking -> JSONValue in
        .object([
          "picture": .string(picture),
          "classes": .array(
            ranking.map {
              .object(["name": .string($0.name), "probability": .number(Double($0.probability))])
            }),
        ])
      }
      context.console.print(json: [
        "predictions": .array(predictions), "run": .object(JSONObject(outcome.run)),
      ])
      return
    }
    for (picture, ranking) in zip(pictures, outcome.value) {
      let classes = ranking.map {
        "\($0.name) \(TrainCommand.percent(Double($0.probability)) ?? "—")"
      }
      context.console.print("\(picture): \(classes.joined(separator: " · "))")
    }
    learning.note(outcome.run, context.console)
  }
}
