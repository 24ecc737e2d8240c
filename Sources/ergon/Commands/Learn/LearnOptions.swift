import ArgumentParser
import ErgonData
import ErgonEnergy
import ErgonImage
import ErgonLab
import ErgonLedger
import ErgonNN
import ErgonTensor

/// What `train`, `evaluate` and `predict` are all told.
struct LearnOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to compute with; every core unless said.", valueName: "n"))
  var threads: Int?

  @Option(name: .customLong("tag"), help: "A label for the run; may be repeated.")
  var tags: [String] = []

  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.")
  var noSave = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024.")
    }
  }

  /// Sets the threads, and makes the place where the work is metered.
  func lab(_ context: CommandContext, _ settings: Settings) throws -> Lab {
    if let threads { Compute.threads = threads }
    return Lab(
      meter: try settings.meter(), ledger: noSave ? nil : settings.ledger(),
      environment: .current(), grid: try settings.grid(),
      printer: context.isJSON || context.console.isQuiet ? nil : ProgressPrinter())
  }

  /// The last line of a command: what it cost, and where that is kept.
  func note(_ run: Run, _ console: Console) {
    guard let bill = run.bill else { return }
    console.note(
      "ergon: \(BillText(bill).headline)" + (noSave ? "" : " · run \(run.id.short)"))
  }
}

/// Labelled images by the name of a set, or a folder with one folder of pictures a class.
struct ImageSource {
  let name: String
  let scaling: PixelScaling
  private let set: DataSetDescription?
  private let read: (DataSplit) throws -> LabelledImages

  init(_ name: String) throws {
    self.name = name
    guard name.contains("/") else {
      let set = try ImageSet(named: name)
      self.set = set.description
      scaling = set.scaling
      read = { try set.load($0) }
      return
    }
    set = nil
    scaling = PixelScaling(mean: [0.5], deviation: [0.25])
    // Every fifth picture of each class is kept to test with.
    read = { split in
      let all = try ImageFolder.load(name, width: 32, height: 32, channels: 3)
      var seen: [Int32: Int] = [:]
      return all.selecting(
        all.labels.indices.filter { index in
          seen[all.labels[index], default: -1] += 1
          return (seen[all.labels[index]]! % 5 == 4) == (split == .test)
        })
    }
  }

  func load(_ split: DataSplit) throws -> LabelledImages { try read(split) }

  /// Fetches what is not here of a set, saying how much that is and under which licence.
  func fetchIfMissing(in lab: Lab, _ console: Console) async throws {
    let store = DataStore.standard
    guard let set, set.files.contains(where: { (try? store.locate($0, of: set)) == nil }) else {
      return
    }
    try await DataFetch.fetch(set, into: store, in: lab, console)
  }
}
