import ArgumentParser
import Dispatch

/// The root of the command line.
struct Ergon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ergon",
    abstract: "Computing in terms of energy: meter it, keep it, compare it.",
    discussion: example(
      "ergon measure -- gzip -9 corpus.tar", "ergon doctor",
      about: "Without a command, ergon meters one second of work and explains the bill."),
    version: "ergon \(Version.text)",
    // One line a noun.
    subcommands: [
      MeasureCommand.self,
      TopCommand.self,
      SourcesCommand.self,
      DoctorCommand.self,
      CalibrateCommand.self,
      ConfigCommand.self,
      LedgerCommand.self,
      DataCommand.self,
      TrainCommand.self,
      EvaluateCommand.self,
      PredictCommand.self,
      ModelCommand.self,
      GenerateCommand.self,
      ChatCommand.self,
      PerplexityCommand.self,
      EmbedCommand.self,
      LMCommand.self,
      BenchCommand.self,
      StudyCommand.self,
      SurveyCommand.self,
      FootprintCommand.self,
      GridCommand.self,
      PlotCommand.self,
      FirstRunCommand.self,
    ],
    // Options of its own would be parsed twice; the command that runs without a name has them.
    defaultSubcommand: FirstRunCommand.self)
}

@main
enum Program {
  static func main() {
    Console.surviveFailedWrites()
    Ergon.start(Array(CommandLine.arguments.dropFirst()))
  }
}

extension Ergon {
  /// Runs one command line and leaves with its exit code.
  static func start(_ arguments: [String]) -> Never {
    do {
      if let word = arguments.first, let message = unknownCommand(word) {
        throw CommandError.usage(message)
      }
      var command = try parseAsRoot(arguments)
      if let command = command as? any SynchronousCommand {
        exit(try command.execute(in: command.prepare()))
      }
      if let command = command as? any AsyncParsableCommand { start(command) }
      try command.run()
      exit(.done)
    } catch {
      leave(with: error)
    }
  }

  /// Runs a command that has to wait for something.
  private static func start(_ command: sending any AsyncParsableCommand) -> Never {
    Task {
      do {
        var command = command
        try await command.run()
        exit(.done)
      } catch {
        leave(with: error)
      }
    }
    dispatchMain()
  }

  /// Says what went wrong in one line, and leaves with the code the one table gives.
  private static func leave(with error: any Error) -> Never {
    if let status = error as? ExitStatus { exit(status) }
    // Help, version, completion scripts and usage errors are the parser's to print.
    let code = exitCode(for: error)
    if code.isSuccess { Self.exit(withError: error) }
    if code == .validationFailure {
      let message = fullMessage(for: error)
      let body = message.hasPrefix("Error: ") ? message.dropFirst(7) : message[...]
      Console.write("ergon: \(body)\n", to: .error)
      exit(.usage)
    }
    Console.write("ergon: \(String(describing: error).terminalSafe)\n", to: .error)
    exit(ExitStatus(for: error))
  }

  private static func exit(_ status: ExitStatus) -> Never {
    Self.exit(withError: ExitCode(status.rawValue))
  }

  /// The answer to a first word that is no command, with the nearest one that is.
  static func unknownCommand(_ word: String) -> String? {
    guard let first = word.first, first != "-" else { return nil }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !names.contains(word) else { return nil }
    let nearest = word.nearest(in: names)
    return "unknown command: '\(word)': "
      + (nearest.map { "did you mean '\($0)'? " } ?? "")
      + "'ergon --help' lists the commands"
  }
}
