import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon footprint what-if`: the same work elsewhere, on other devices or in less time.
struct FootprintWhatIf: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Ask what a record would have emitted elsewhere, on other devices, in other time.",
    discussion: example(
      "ergon footprint what-if bloom-176b --place PL",
      "ergon footprint what-if bert-base --device '8xH100 SXM' --speedup 4",
      "ergon footprint what-if gpt-3 --time 0.8"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @Option(help: ArgumentHelp("Another grid.", valueName: "code|number")) var place: String?
  @Option(
    name: .customLong("device"),
    help: ArgumentHelp(
      "Other devices: count, model, '@' watts, ':' utilisation; repeat for several.",
      valueName: "8xMODEL[@W][:share]"))
  var devices: [DeviceArgument] = []
  @Option(
    help: ArgumentHelp("How many times faster the other devices finish.", valueName: "ratio"))
  var speedup: Double?
  @Option(help: ArgumentHelp("Other time: 0.8 is a fifth shorter.", valueName: "factor"))
  var time: Double?
  @Argument(help: "The record's id.") var id: String

  func validate() throws {
    let questions = [place != nil, !devices.isEmpty, time != nil].count { $0 }
    if questions != 1 {
      throw ValidationError("Ask one question: --place, --device or --time.")
    }
    if devices.isEmpty != (speedup == nil) {
      throw ValidationError("--device and --speedup belong together.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let record = try registry.record(id)
    _ = try record.footprint()
    let answer: WhatIf
    if let place {
      answer = try WhatIf.moving(record, to: place)
    } else if let time {
      answer = try WhatIf.scalingTime(record, by: time)
    } else {
      answer = try WhatIf.swapping(
        record, to: devices.map(\.device), throughputRatio: speedup ?? 1)
    }
    if context.isJSON {
      context.console.print(json: [
        "question": .string(answer.question), "before": .object(answer.before.json),
        "after": .object(answer.after.json), "reduction": JSONValue(answer.reduction),
      ])
      return .done
    }
    var table = TextTable(["", .right("AS IT WAS"), .right("THEN")])
    let sides = [answer.before, answer.after]
    table.append(["energy"] + sides.map(\.energyText))
    table.append(
      ["intensity"]
        + sides.map { side in
          side.gramsPerKWh.map {
            QuantityFormat.number($0.value) + " g/kWh, "
              + (side.intensityYear.map(String.init) ?? "no year stated")
          }
        })
    table.append(["carbon"] + sides.map(\.carbonText))
    context.console.print("\(record.name), \(answer.question)")
    context.console.print(table)
    if let reduction = answer.reduction {
      context.console.print(
        reduction >= 1
          ? "smaller by a factor of \(QuantityFormat.number(reduction))"
          : "greater by a factor of \(QuantityFormat.number(1 / reduction))")
    }
    return .done
  }
}
