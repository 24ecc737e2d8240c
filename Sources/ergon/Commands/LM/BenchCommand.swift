import ArgumentParser

/// `ergon bench`: how fast this machine is at what Ergon does, and what that takes.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed, joules and how near the machine's limits.",
    discussion: example("ergon bench lm --shape 0.7b"), subcommands: [BenchLM.self])
}
