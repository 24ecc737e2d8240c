import ArgumentParser
import ErgonEnergy

/// `ergon grid list`: the whole table.
struct GridList: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the yearly averages by country.",
    discussion: example("ergon grid list", "ergon grid list --json"))

  @OptionGroup var output: OutputOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let grids = GridTable.all
    if context.isJSON {
      context.console.print(json: [
        "grids": .array(grids.map { .object($0.json) }),
        "source": .string(GridTable.provenance.source),
        "licence": .string(GridTable.licence), "caveats": JSONValue(GridTable.caveats),
      ])
      return .done
    }
    var table = TextTable([
      "CODE", "ISO3", .flexible("PLACE"), .right("G/KWH"), .right("LOW"), .right("HIGH"), "YEAR",
    ])
    for grid in grids {
      let bounds = [grid.gramsPerKWh.best, grid.gramsPerKWh.low, grid.gramsPerKWh.high]
      table.append(
        [grid.code, GridTable.row(grid.code)?.alpha3, grid.name]
          + bounds.map { QuantityFormat.number($0.value) } + [grid.year.map(String.init)])
    }
    context.console.print(table)
    context.console.note("source: \(GridTable.provenance.source), \(GridTable.licence)")
    for caveat in GridTable.caveats { context.console.note("note: \(caveat)") }
    return .done
  }
}
