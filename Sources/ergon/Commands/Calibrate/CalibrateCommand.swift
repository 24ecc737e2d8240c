import ArgumentParser
import ErgonEnergy
import ErgonEnergyFoundation

/// `ergon calibrate`: learns this machine's watts from a counter that knows them.
struct CalibrateCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Find this machine's idle power and watts per core, and use them from then on.",
    discussion: example(
      "ergon calibrate", "ergon calibrate --plug tcp:192.168.1.20:9000 --step 10s",
      about: """
        Keeps 0, 1, … all processors busy for a while each and fits a line to what a counter of \
        the processor, or a wattmeter, says meanwhile. Let nothing else run. The result is kept \
        for this machine and used wherever nothing counts the processor; where something does, \
        the measured idle power tells idle from work.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions

  @Option(help: ArgumentHelp("How long each load is held.", valueName: "time"))
  var step = "3s"

  @Option(help: ArgumentHelp("How often all loads are gone through.", valueName: "count"))
  var repeats = 3

  @Flag(name: .customLong("dry-run"), help: "Show the result without keeping it.")
  var isDryRun = false

  func execute(in context: CommandContext) throws -> ExitStatus {
    let calibration = Calibration(step: try Seconds(parsing: step), repeats: repeats)
    let meter = try context.settings(self.meter).meter()
    let profile = try calibration.run(on: meter) { done, threads in
      context.console.note(
        "\(QuantityFormat.fixed(done * 100, decimals: 0)) %: \(threads) busy for \(step)")
    }
    if !isDryRun { try profile.save(Folders.calibration) }
    if context.isJSON {
      context.console.print(json: Self.json(profile, path: isDryRun ? nil : Folders.calibration))
    } else {
      show(profile, context.console)
    }
    return .done
  }

  private func show(_ profile: CalibrationProfile, _ console: Console) {
    var table = TextTable(["", .flexible("FOUND")])
    table.append(["against", profile.source])
    table.append(["idle machine", QuantityFormat.string(profile.fit.idle)])
    table.append(["busy processor", QuantityFormat.string(profile.model.wattsPerCore)])
    table.append(["idle processor", QuantityFormat.string(profile.model.idleWattsPerCore)])
    table.append(["off the line by", "\(profile.fit.residual) over \(profile.fit.points) points"])
    console.print(table)
    console.note(
      isDryRun ? "not kept: --dry-run" : "kept in \(Folders.calibration) for \(profile.fingerprint)"
    )
  }

  static func json(_ profile: CalibrationProfile, path: String?) -> JSONObject {
    [
      "source": .string(profile.source), "fingerprint": .string(profile.fingerprint),
      "idleW": .object(bounds(profile.fit.idle)),
      "wattsPerCoreW": .object(bounds(profile.model.wattsPerCore)),
      "idleWattsPerCoreW": .object(bounds(profile.model.idleWattsPerCore)),
      "residualW": .number(profile.fit.residual.value),
      "points": .integer(Int64(profile.fit.points)), "profile": JSONValue(path),
    ]
  }

  private static func bounds(_ interval: Interval<Watts>) -> JSONObject {
    [
      "low": .number(interval.low.value), "best": .number(interval.best.value),
      "high": .number(interval.high.value),
    ]
  }
}
