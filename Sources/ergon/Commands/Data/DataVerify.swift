import ArgumentParser
import ErgonData

/// `ergon data verify`: every byte of what is here against the published SHA-256.
struct DataVerify: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every byte of data sets that are here.",
    discussion: example(
      "ergon data verify", "ergon data verify mnist",
      about: "The exit code is 65 when a file is another one than was published, and 66 when one "
        + "of a set that was named is missing."))

  @OptionGroup var output: OutputOptions
  @Argument(help: "Data sets; all of which anything is here unless said.") var names: [String] = []

  func execute(in context: CommandContext) throws -> ExitStatus {
    let store = DataStore.standard
    let sets =
      names.isEmpty
      ? DataCatalog.all.filter { $0.files.contains { store.state(of: $0) != .missing } }
      : try names.map { try DataCatalog.set(named: $0) }
    let checked = try sets.map { set in (set, try set.files.map { try store.verify($0) }) }
    if context.isJSON {
      context.console.print(json: ["sets": .array(checked.map { .object($0.json($1)) })])
    } else {
      show(checked, context.console)
    }
    let words = Set(checked.flatMap { $1.map(\.word) })
    if words.contains("corrupt") { return .badData }
    return names.isEmpty || words.isSubset(of: ["ok"]) ? .done : .missingInput
  }

  private func show(
    _ checked: [(DataSetDescription, [DataStore.State])], _ console: Console
  ) {
    if checked.isEmpty {
      console.note("no data set is here; 'ergon data fetch' brings them")
      return
    }
    var table = TextTable(["FILE", "STATE", .right("SIZE"), .flexible("WHERE")])
    for (set, states) in checked {
      for (file, state) in zip(set.files, states) {
        table.append([file.path, state.word, DataCommand.text(bytes: file.size), state.path])
      }
    }
    console.print(table)
    for (set, states) in checked {
      for (file, state) in zip(set.files, states) {
        if case .corrupt(let path, let reason) = state {
          console.warn("\(path): \(reason); remove it and run 'ergon data fetch \(set.name)'")
        }
        if case .partial(let bytes) = state {
          console.note(
            "\(file.path): \(bytes) bytes so far; 'ergon data fetch \(set.name)' goes on")
        }
      }
    }
  }
}
