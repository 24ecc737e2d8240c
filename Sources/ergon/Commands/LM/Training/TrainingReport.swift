import ErgonEnergy
import Foundation

/// What came of a training run, for people and for scripts.
struct TrainingReport {
  let record: TrainingRecord
  let folder: String

  init(_ record: TrainingRecord, folder: String) {
    self.record = record
    self.folder = folder
  }

  /// One row an evaluation.
  var losses: TextTable {
    let isValidated = record.losses.contains { $0.validation != nil }
    var table = TextTable(
      [.right("STEP"), .right("LOSS")] + (isValidated ? [.right("VALIDATION LOSS")] : []))
    for loss in record.losses {
      table.append(
        ["\(loss.step)", TrainCommand.figure(loss.training)]
          + (isValidated ? [loss.validation.map(TrainCommand.figure)] : []))
    }
    return table
  }

  var table: TextTable {
    var table = TextTable(["", .flexible("")])
    func row(_ name: String, _ text: String?) { if let text { table.append([name, text]) } }
    row("model", folder)
    if let text = record.text, !text.paths.isEmpty {
      var parts = ["\(text.documents) documents"]
      if text.duplicates > 0 { parts.append("\(text.duplicates) empty or said before") }
      if text.skipped > 0 { parts.append("\(text.skipped) files not read") }
      row("text", parts.joined(separator: ", "))
    }
    row("tokenizer", record.tokenizer.map { "\($0.kind), \($0.vocabulary) tokens" })
    row("parameters", record.parameters.map(String.init))
    row("trained on", "\(record.tokens) tokens in \(record.steps ?? 0) steps")
    if let result = record.result {
      row("validation perplexity", QuantityFormat.number(result.perplexity, significantDigits: 4))
      row(
        "bits per byte",
        result.bitsPerByte.map { QuantityFormat.number($0, significantDigits: 4) })
      row("validation tokens", "\(result.tokens)")
    }
    if let trits = record.trits {
      let shares = zip(["-1", "0", "+1"], trits).map {
        "\($0) \(QuantityFormat.fixed(100 * $1, decimals: 1)) %"
      }
      row("weights", shares.joined(separator: ", "))
    }
    let isWhole = record.tokens == record.toldTokens
    row(
      "energy",
      (record.energy.map(Self.text) ?? "no energy figure")
        + (isWhole ? "" : ", without a process that was killed"))
    row("per 10⁶ tokens", record.energyPerMillion.map(Self.text))
    row("duration", duration)
    return table
  }

  private var duration: String? {
    let seconds = record.sessions.compactMap(\.durationS).reduce(0, +)
    return seconds > 0 ? "\(Seconds(seconds))" : nil
  }

  private static func text(_ figure: Figure<Joules>) -> String {
    "\(QuantityFormat.string(figure.interval)) \(figure.provenance.kind.rawValue)"
  }

  /// Commands that use the model.
  var next: [String] {
    let folder =
      folder.allSatisfy { $0.isLetter || $0.isNumber || "/._-+~".contains($0) }
      ? folder : "'" + folder.replacingOccurrences(of: "'", with: "'\\''") + "'"
    return [
      "ergon lm generate --model \(folder) 'The'",
      "ergon lm export \(folder) -o model.gguf --type \(record.trits == nil ? "f16" : "i2_s")",
    ]
  }

  var json: JSONObject {
    [
      "folder": .string(folder), "parameters": record.parameters.map { JSONValue($0) } ?? .null,
      "steps": record.steps.map { JSONValue($0) } ?? .null, "tokens": JSONValue(record.tokens),
      "meteredTokens": JSONValue(record.toldTokens),
      "losses": .array(
        record.losses.map {
          .object([
            "step": JSONValue($0.step), "lossNats": .number($0.training),
            "validationLossNats": JSONValue($0.validation),
          ])
        }),
      "perplexity": JSONValue(record.result?.perplexity),
      "bitsPerByte": JSONValue(record.result?.bitsPerByte),
      "validationLossNats": JSONValue(record.result?.lossNats),
      "validationTokens": record.result.map { JSONValue($0.tokens) } ?? .null,
      "tritShares": record.trits.map { .array($0.map { .number($0) }) } ?? .null,
      "energyJ": JSONValue(record.energy),
      "energyPerMillionTokensJ": JSONValue(record.energyPerMillion),
      "state": .string(record.state.rawValue),
    ]
  }
}
