import ArgumentParser

/// What `ergon` does without a command.
struct FirstRunCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "first-run",
    abstract: "Meter one second of built-in work and explain the bill.",
    discussion: example("ergon", "ergon --json"),
    shouldDisplay: false)

  @OptionGroup var output: OutputOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    try FirstRun(context: context).execute()
  }
}
