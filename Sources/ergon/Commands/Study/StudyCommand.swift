import ArgumentParser

/// `ergon study`: published claims, re-run under the meter.
struct StudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Re-run published claims under the meter.",
    discussion: example(
      "ergon study list", "ergon study run counting-carbon --report report.html"),
    subcommands: [StudyListCommand.self, StudyRunCommand.self])
}
