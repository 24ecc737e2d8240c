import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon footprint add`: a declared run, or one of the ledger, as a row of the registry.
struct FootprintAdd: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a training run: declared by hand, or measured and kept in the ledger.",
    discussion: example(
      "ergon footprint add --id my-model --device '8xA100 SXM 80GB:0.7' --hours 120 "
        + "--place FR --year 2024",
      "ergon footprint add --run last --id my-model --task translation",
      about: "Whatever is not given stays unstated: nothing is filled in."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var ledger: LedgerOptions
  @Option(help: ArgumentHelp("The row's id.", valueName: "id")) var id: String?
  @Option(help: ArgumentHelp("The model's name.", valueName: "name")) var name: String?
  @Option(help: ArgumentHelp("What it was trained for.", valueName: "task")) var task: String?
  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Take a run of the ledger: no design power is guessed.", valueName: "run"))
  var run: String?
  @Option(
    name: .customLong("device"),
    help: ArgumentHelp(
      "Devices: count, model, '@' watts, ':' utilisation; repeat for several.",
      valueName: "8xMODEL[@W][:share]"))
  var devices: [DeviceArgument] = []
  @Option(help: ArgumentHelp("Wall-clock hours of the final training run.", valueName: "h"))
  var hours: Double?
  @Option(help: ArgumentHelp("ISO code of the country.", valueName: "code")) var place: String?
  @Option(help: ArgumentHelp("Region within the country.", valueName: "name")) var region: String?
  @Option(help: ArgumentHelp("Cloud or site.", valueName: "name")) var provider: String?
  @Option(help: ArgumentHelp("Year of the training.", valueName: "year")) var year: Int?
  @Option(help: ArgumentHelp("Carbon intensity of that place and year.", valueName: "g/kWh"))
  var intensity: Double?
  @Option(help: ArgumentHelp("Power usage effectiveness of the building.", valueName: "factor"))
  var pue: Double?
  @Option(help: ArgumentHelp("Free text.", valueName: "text")) var notes: String?

  func validate() throws {
    if run == nil, id == nil { throw ValidationError("Give --id, or --run.") }
    if run != nil, !devices.isEmpty || hours != nil {
      throw ValidationError("--run brings its own energy and time; leave --device and --hours out.")
    }
    if place == nil, region != nil || provider != nil {
      throw ValidationError("--region and --provider need --place.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    var record = try base(context)
    if let name { record.name = name }
    if let task { record.task = task }
    if let year { record.year = year }
    if let pue { record.pue = pue }
    if let notes { record.notes = notes }
    if let place {
      record.place = FootprintRecord.Place(country: place, region: region, provider: provider)
    }
    if let intensity {
      record.intensity = FootprintRecord.Intensity(
        value: intensity, year: record.year, source: "declared")
    }
    var own =
      try registry.registry == nil || Host().exists(registry.path)
      ? registry.own() : FootprintRegistry()
    let isNew = try own.add(record)
    if isNew { try registry.write(own) }
    let footprint = own.footprint(of: record)
    if context.isJSON {
      var object = FootprintList.json(record, footprint)
      object["added"] = .bool(isNew)
      context.console.print(json: object)
    } else {
      let figures = [footprint.energyText, footprint.carbonText].compactMap { $0 }
      context.console.print("\(record.id): " + figures.joined(separator: ", "))
      if !isNew { context.console.note("the registry holds this row already") }
      for line in footprint.conventions { context.console.note("not stated: \(line)") }
      for conflict in own.conflicts where conflict.id == record.id {
        context.console.warn(conflict.description)
      }
    }
    return .done
  }

  private func base(_ context: CommandContext) throws -> FootprintRecord {
    guard let run else {
      return FootprintRecord(
        id: id ?? "", name: name ?? id ?? "", devices: devices.map(\.device), hours: hours,
        provenance: .declared)
    }
    let kept = try Ledger(path: context.settings(ledger)[.ledger]?.text).run(run)
    guard var record = FootprintRecord(kept) else {
      throw FootprintError.figureMissing(id: kept.id.description, figure: "energy")
    }
    if let id { record.id = id }
    return record
  }
}
