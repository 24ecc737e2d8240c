import ArgumentParser
import ErgonLM
import ErgonLab
import Foundation

/// `ergon lm export FOLDER -o OUT --type T`: a trained model for other programs.
struct LMExport: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a trained model as a GGUF file or a packed checkpoint.",
    discussion: example(
      "ergon lm export my-model -o my-model.gguf --type i2_s",
      "ergon lm export my-model -o packed/ --type packed",
      "ergon lm export my-model -o my-model.gguf --type f16",
      about: """
        i2_s, tq1_0 and tq2_0 are the ternary types of GGUF files, packed is that of Hugging \
        Face's BitNet. The weights that training learned are rounded to trits as it rounded them, \
        so that the model's words stay the same; the other types keep them as numbers.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "The folder that a model was trained in.") var model: String
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The GGUF file, .safetensors file or folder to write.", valueName: "path"))
  var file: String
  @Option(
    help: ArgumentHelp(
      "Of the matrices in the layers: in GGUF \(ModelFormat.names(of: .gguf)); in checkpoints "
        + "\(ModelFormat.names(of: .safetensors)).", valueName: "type"))
  var type: ModelFormat
  @Option(
    help: ArgumentHelp(
      "Of embedding and output; f16 for ternary types unless said.",
      valueName: "type"))
  var head: ModelFormat?
  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.") var noSave = false

  private var conversion: ModelConvert {
    var conversion = ModelConvert()
    conversion.output = output
    conversion.meter = meter
    conversion.grid = grid
    conversion.place = place
    conversion.model = model
    conversion.file = file
    conversion.type = type
    conversion.head = head
    conversion.ternarize = false
    conversion.noSave = noSave
    return conversion
  }

  func validate() throws { try conversion.validate() }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    var conversion = conversion
    let isRounded = try ModelConfiguration(openModel(model)).roundsToTernary
    conversion.ternarize = isRounded && type.format.isTernary
    let status = try await conversion.execute(in: context)
    if isRounded, !type.format.isTernary {
      context.console.note(
        "The matrices are those of training: whoever reads them has to round them, as ergon does")
    }
    return status
  }
}
