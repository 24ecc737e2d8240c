import ArgumentParser
import ErgonLM
import ErgonLab
import Foundation

/// `ergon model convert IN OUT`: a model as a GGUF file or a Hugging Face checkpoint, in another
/// format.
struct ModelConvert: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model as a GGUF file or a checkpoint, in another format.",
    discussion: example(
      "ergon model convert Llama-3.2-1B/ llama.gguf --type q4_k --head q6_k",
      "ergon model convert bitnet-b1.58-2B-4T-bf16/ bitnet.gguf --type i2_s --ternarize",
      "ergon model convert bitnet.gguf bitnet-packed/ --type packed",
      about: """
        OUT is a GGUF file, or a Hugging Face checkpoint where it ends in .safetensors or / or is a \
        folder; config.json and the tokenizer's files then go beside the tensors, and no other \
        model's are replaced. Norms and biases stay F32. Ternary types take matrices that are \
        ternary; --ternarize rounds others, after a division by their mean magnitude. Memory is \
        bounded, and a conversion that is stopped leaves nothing behind.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "A model's file, folder or name.") var model: String
  @Argument(help: "The GGUF file, .safetensors file or folder to write.") var file: String
  @Option(
    help: ArgumentHelp(
      "Of the matrices in the layers: in GGUF \(ModelFormat.names(of: .gguf)); in checkpoints "
        + "\(ModelFormat.names(of: .safetensors)).", valueName: "type"))
  var type: ModelFormat
  @Option(
    help: ArgumentHelp(
      "Of embedding and output; for ternary types f16 in GGUF and the source's in checkpoints, "
        + "else the same, unless said.",
      valueName: "type"))
  var head: ModelFormat?
  @Flag(help: "Round matrices that are not ternary to trits.") var ternarize = false
  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.") var noSave = false

  private var kind: ModelFileKind { ModelConversion.kind(ofOutput: file) }

  func validate() throws {
    let known = ModelConversion.types(of: kind)
    guard known.contains(type.format), head.map({ known.contains($0.format) }) ?? true else {
      throw ValidationError(
        "\(file): no \(kind == .gguf ? "GGUF file" : "checkpoint") of type "
          + "\(known.contains(type.format) ? head!.name : type.name); "
          + "name one of \(ModelFormat.names(of: kind)).")
    }
    if let head, head.format.isTernary {
      throw ValidationError("--head \(head.name): embedding and output are not ternary.")
    }
    if ternarize, !type.format.isTernary {
      throw ValidationError("--ternarize needs a ternary --type: tq1_0, tq2_0, i2_s or packed.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    // A folder is made, the one it is in is not.
    try Console.checkFolder(ofFile: file.hasSuffix("/") ? String(file.dropLast()) : file)
    let source = try openModel(model)
    let conversion = try ModelConversion(
      source,
      options: .init(
        type: type.format, head: head?.format, ternarizes: ternarize, kind: kind))
    for note in conversion.notes { context.console.warn(note) }
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: !noSave)
    let name = URL(fileURLWithPath: model).lastPathComponent
    let observed = try lab.run("convert \(name) to \(type.name)") { observer in
      try conversion.write(to: file, in: observer)
    }
    if context.isJSON {
      context.console.print(json: [
        "file": .string(file), "type": .string(type.name),
        "tensors": JSONValue(conversion.items.count),
        "sizeBytes": JSONValue(conversion.byteCount), "notes": JSONValue(conversion.notes),
        "run": .object(JSONObject(observed.run)),
      ])
    } else {
      context.console.print(
        "\(file): \(conversion.items.count) tensors, "
          + DataCommand.text(bytes: conversion.byteCount))
      if let bill = observed.run.bill { context.console.note("ergon: \(BillText(bill).headline)") }
    }
    return .done
  }
}

/// A format that models are converted to, by the name it has on the command line.
struct ModelFormat: ExpressibleByArgument {
  let format: StorageFormat
  var name: String { format == .packedTrits ? "packed" : format.name.lowercased() }

  private static let all =
    ModelConversion.types(of: .gguf)
    + ModelConversion.types(of: .safetensors).filter {
      !ModelConversion.types(of: .gguf).contains($0)
    }

  static func names(of kind: ModelFileKind) -> String {
    ModelConversion.types(of: kind).map { ModelFormat($0).name }.joined(separator: ", ")
  }

  private init(_ format: StorageFormat) { self.format = format }

  init?(argument: String) {
    let name = argument.lowercased()
    guard let known = Self.all.map(ModelFormat.init).first(where: { $0.name == name }) else {
      return nil
    }
    self = known
  }

  static var allValueStrings: [String] { all.map { ModelFormat($0).name } }
}
