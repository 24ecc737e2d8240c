import ArgumentParser
import ErgonFetch

/// `ergon model list`: the models that were pulled.
struct ModelList: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models that were pulled.",
    discussion: example("ergon model list", "ergon model list --json"))

  @OptionGroup var output: OutputOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let cache = ModelCache.standard
    let models = cache.models()
    if context.isJSON {
      context.console.print(json: [
        "folder": .string(cache.folder), "models": .array(models.map { .object($0.json) }),
      ])
      return .done
    }
    guard !models.isEmpty else {
      context.console.note("no model is here; 'ergon model pull org/name' brings one")
      return .done
    }
    var table = TextTable(["MODEL", "REVISION", "HERE", .right("SIZE"), .flexible("WHERE")])
    for model in models {
      table.append([
        model.name, model.revision, model.isComplete ? "ok" : "partial",
        DataCommand.text(bytes: model.size), model.folder,
      ])
    }
    context.console.print(table)
    return .done
  }
}
