import ArgumentParser
import ErgonFetch

/// `ergon model remove MODEL`: a model that was pulled, or one file of it, taken away.
struct ModelRemove: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a model that was pulled.",
    discussion: example(
      "ergon model remove org/name", "ergon model remove org/name@v1.0:Q4_0",
      about: "Only the cache folder is touched, never a folder that --output named."))

  @OptionGroup var output: OutputOptions
  @Argument(
    help: ArgumentHelp("org/name, and if need be '@revision' and ':file'.", valueName: "model"))
  var spec: String

  func execute(in context: CommandContext) throws -> ExitStatus {
    let freed = try ModelCache.standard.remove(HubReference(spec))
    if context.isJSON {
      context.console.print(json: ["model": .string(spec), "freedBytes": JSONValue(freed)])
    } else {
      context.console.print("\(spec): removed, \(DataCommand.text(bytes: freed)) are free again")
    }
    return .done
  }
}
