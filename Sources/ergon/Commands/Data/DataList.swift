import ArgumentParser
import ErgonData

/// `ergon data list`: every set, its terms, and what of it is here.
struct DataList: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the data sets, their licences and what is here.",
    discussion: example("ergon data list", "ergon data list --json"))

  @OptionGroup var output: OutputOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let store = DataStore.standard
    // By size alone: every byte is read by 'verify'.
    let sets = DataCatalog.all.map { set in (set, set.files.map { store.state(of: $0) }) }
    if context.isJSON {
      context.console.print(json: [
        "sets": .array(sets.map { .object($0.json($1)) }), "folder": .string(store.folder),
        "mirror": JSONValue(store.mirror),
      ])
      return .done
    }
    var table = TextTable([
      "NAME", "HERE", .right("SIZE"), .flexible("LICENCE"), .flexible("WHAT"),
    ])
    for (set, states) in sets {
      table.append([
        set.name, DataSetDescription.word(states), DataCommand.text(bytes: set.size), set.licence,
        set.summary,
      ])
    }
    context.console.print(table)
    context.console.note("fetched into \(store.folder)")
    if let mirror = store.mirror { context.console.note("looked for first in \(mirror)") }
    return .done
  }
}
