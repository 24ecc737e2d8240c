import ArgumentParser
import ErgonData

/// `ergon data path`: where a set's files are, for a script.
struct DataPath: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print where the files of a data set are.",
    discussion: example("ergon data path mnist"))

  @OptionGroup var output: OutputOptions
  @Argument(help: "A data set; 'ergon data list' names them.") var name: String

  func execute(in context: CommandContext) throws -> ExitStatus {
    let set = try DataCatalog.set(named: name)
    let store = DataStore.standard
    let paths = try set.files.map { try store.locate($0, of: set) }
    if context.isJSON {
      context.console.print(json: ["name": .string(set.name), "paths": JSONValue(paths)])
    } else {
      for path in paths { context.console.print(path) }
    }
    return .done
  }
}
