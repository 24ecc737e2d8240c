import ArgumentParser

/// `ergon footprint`: a registry of training runs and the questions one asks of it.
struct FootprintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "footprint",
    abstract: "Keep a registry of training footprints, explain and compare them.",
    discussion: example(
      "ergon footprint list", "ergon footprint compare gpt-3 bloom-176b",
      "ergon footprint what-if bloom-176b --place PL",
      about: "The registry is a text file, one JSON record a line. Published training runs come "
        + "with Ergon and answer to the same questions."),
    subcommands: [
      FootprintList.self, FootprintAdd.self, FootprintShow.self, FootprintCompare.self,
      FootprintWhatIf.self, FootprintCard.self, FootprintCheck.self,
    ])
}
