import ArgumentParser
import ErgonData
import ErgonEnergy
import ErgonImage
import ErgonLab
import ErgonLedger
import ErgonNN
import ErgonTensor

/// What every command that computes with a model is told.
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
  ///
  /// - Parameter showsProgress: False for a command that writes its result as it comes.
  func lab(
    _ context: CommandContext, _ settings: Settings, showsProgress: Bool = true
  ) throws -> Lab {
    if let threads { Compute.threads = threads }
    return try context.lab(settings, saves: !noSave, showsProgress: showsProgress)
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
  private let set: ImageSet?
  /// What pictures of a folder are brought to.
  private let size: (height: Int, width: Int, channels: Int)

  /// - Parameter size: What the network takes, for pictures of a folder.
  init(_ name: String, size: (height: Int, width: Int, channels: Int)) throws {
    self.name = name
    self.size = size
    set = name.contains("/") ? nil : try ImageSet(named: name)
    scaling = set?.scaling ?? PixelScaling(mean: [0.5], deviation: [0.25])
  }

  /// The images of a split; of a folder every fifth picture of each class is kept to test with.
  func load(_ split: DataSplit) throws -> LabelledImages {
    if let set { return try set.load(split) }
    let all = try loadAll()
    var seen: [Int32: Int] = [:]
    let chosen = all.labels.indices.filter { index in
      seen[all.labels[index], default: -1] += 1
      return (seen[all.labels[index]]! % 5 == 4) == (split == .test)
    }
    guard !chosen.isEmpty else {
      throw DataError.unsupported(
        source: name, what: "no class has five pictures, so that none is left to test with")
    }
    return all.selecting(chosen)
  }

  /// What a saved network is measured on: the test images of a set, or all of a folder.
  func loadForMeasuring(_ split: DataSplit?) throws -> LabelledImages {
    if set == nil, split == nil { return try loadAll() }
    return try load(split ?? .test)
  }

  private func loadAll() throws -> LabelledImages {
    let all = try ImageFolder.load(
      name, width: size.width, height: size.height, channels: size.channels)
    guard all.classNames.count > 1 else {
      throw DataError.unsupported(
        source: name, what: "one class alone; a folder for each of at least two is needed")
    }
    return all
  }

  /// Fetches what is not here of a set, saying how much that is and under which licence.
  func fetchIfMissing(in lab: Lab, _ console: Console) async throws {
    let store = DataStore.standard
    guard let set = set?.description,
      set.files.contains(where: { (try? store.locate($0, of: set)) == nil })
    else { return }
    try await DataFetch.fetch(set, into: store, in: lab, console)
  }
}
