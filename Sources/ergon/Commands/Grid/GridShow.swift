import ArgumentParser
import ErgonEnergy

/// `ergon grid show`: one place of the table, with its range, year and what it leaves out.
struct GridShow: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one place's yearly average.",
    discussion: example("ergon grid show FR", "ergon grid show 'South Korea' --json"))

  @OptionGroup var output: OutputOptions
  @Argument(help: "An ISO code of two or three letters, a country's name, EU, world or a number.")
  var place: String

  func execute(in context: CommandContext) throws -> ExitStatus {
    let grid = try GridTable.grid(place)
    // A number is the user's own; the table's licence and caveats are not about it.
    let isOfTable = grid.provenance == GridTable.provenance
    let caveats = isOfTable ? GridTable.caveats : []
    if context.isJSON {
      var answer = grid.json
      answer["caveats"] = JSONValue(caveats)
      answer["licence"] = JSONValue(isOfTable ? GridTable.licence : nil)
      context.console.print(json: answer)
      return .done
    }
    let year = grid.year.map { ", \($0)" } ?? ""
    context.console.print("\(grid.name) (\(grid.code)): \(grid.intensityText)\(year)")
    if isOfTable {
      context.console.note("source: \(grid.provenance.source), \(GridTable.licence)")
    }
    for caveat in caveats { context.console.note("note: \(caveat)") }
    return .done
  }
}
