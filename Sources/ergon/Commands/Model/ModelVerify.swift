import ArgumentParser
import ErgonData
import ErgonFetch
import ErgonLM
import ErgonLab

/// `ergon model verify FILE [AGAINST]`: every weight of a model, alone or beside another file of it.
struct ModelVerify: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read every weight of a model; compare it with another file.",
    discussion: example(
      "ergon model verify model.gguf", "ergon model verify model-q8_0.gguf Llama-3.2-1B/",
      about: "The exit code is 65 when a weight is no number, a code is none of its format's, or "
        + "the SHA-256 is another one, and 2 when the two files' weights differ by more than "
        + "--tolerance."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "A model's file, folder or name.") var model: String
  @Argument(help: "Another file, folder or name of the same model.") var against: String?
  @Option(help: ArgumentHelp("What the file's SHA-256 should be.", valueName: "hex"))
  var sha256: String?
  @Option(help: "How far weights may differ, as a part of the greatest in their tensor.")
  var tolerance = 0.0

  func validate() throws {
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance: 0 or more.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    var hasDigest = true
    if let sha256 {
      let expected = try SHA256Digest(hexadecimal: sha256)
      let found = try SHA256Digest(ofFile: ModelCache.standard.resolve(model))
      hasDigest = found == expected
      if !hasDigest { context.console.warn("\(model): SHA-256 is \(found), not \(expected)") }
    }
    let file = try openModel(model)
    let other = try against.map { try openModel($0) }
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: false)
    let check = try lab.run("verify") { observer in
      try ModelCheck(file, against: other, in: observer)
    }.value
    let isNear = check.tensors.allSatisfy { $0.difference ?? 0 <= tolerance * $0.magnitude }
    let isSound = check.faults == 0 && hasDigest
    if context.isJSON {
      context.console.print(json: json(check, isSound: isSound, isNear: isNear))
    } else {
      show(check, context.console)
    }
    return !isSound ? .badData : isNear ? .done : .outsideBand
  }

  private func show(_ check: ModelCheck, _ console: Console) {
    for tensor in check.tensors {
      if let fault = tensor.fault { console.warn("\(tensor.name): \(fault)") }
    }
    var line = "\(check.tensors.count) tensors, \(check.faults) with faults"
    if against != nil {
      var table = TextTable(["TENSOR", .right("GREATEST DIFFERENCE"), .right("OF")])
      for tensor in check.tensors where tensor.difference ?? 0 > 0 {
        table.append([
          tensor.name, tensor.difference.map { "\(Float($0))" }, "\(Float(tensor.magnitude))",
        ])
      }
      if !table.rows.isEmpty { console.print(table) }
      line += ", \(check.differing) with weights that differ"
    }
    console.print(line)
  }

  private func json(_ check: ModelCheck, isSound: Bool, isNear: Bool) -> JSONObject {
    [
      "file": .string(model), "against": JSONValue(against), "sound": JSONValue(isSound),
      "withinTolerance": JSONValue(isNear),
      "tensors": .array(
        check.tensors.map {
          .object([
            "name": .string($0.name), "fault": JSONValue($0.fault),
            "greatestDifference": JSONValue($0.difference),
            "greatestMagnitude": .number($0.magnitude),
          ])
        }),
    ]
  }
}
