import ArgumentParser
import ErgonData
import ErgonFetch
import ErgonLab

/// `ergon data fetch NAME…`: what is missing of a set, with every byte checked.
struct DataFetch: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch data sets and check every byte of them.",
    discussion: example(
      "ergon data fetch mnist", "ergon data fetch cifar10 --from https://mirror.example.org/ergon",
      about: """
        A fetch that was stopped goes on where it was. Without a network, copy the files into a \
        folder and let ERGON_DATA name it; 'ergon data list --json' has their names.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "Data sets; 'ergon data list' names them.") var names: [String]

  @Option(
    help: ArgumentHelp(
      "Fetch from a server of your own that has the files under these names.", valueName: "address")
  )
  var from: String?

  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.")
  var noSave = false

  func execute(in context: CommandContext) async throws -> ExitStatus {
    // A misspelt name is refused before anything is fetched.
    let sets = try names.map { try DataCatalog.set(named: $0).moved(to: from) }
    let store = DataStore.standard
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: !noSave)
    var answers: [JSONValue] = []
    for set in sets {
      let outcomes: [Downloader.Outcome]
      if try set.files.allSatisfy({ try store.verify($0).word == "ok" }) {
        outcomes = try set.files.map { Downloader.Outcome(path: try store.locate($0, of: set)) }
        context.console.note("\(set.name): here already, and as it was published")
      } else {
        outcomes = try await Self.fetch(set, into: store, in: lab, context.console)
      }
      if !context.isJSON { for outcome in outcomes { context.console.print(outcome.path) } }
      answers.append(.object(set.json(outcomes)))
    }
    if context.isJSON {
      context.console.print(json: ["sets": .array(answers), "folder": .string(store.folder)])
    }
    return .done
  }

  /// Fetches a set under the meter; what it is and costs is told as it goes.
  @discardableResult
  static func fetch(
    _ set: DataSetDescription, into store: DataStore, in lab: Lab, _ console: Console
  ) async throws -> [Downloader.Outcome] {
    console.note("\(set.name): \(DataCommand.text(bytes: set.size)), licence: \(set.licence)")
    do {
      let observed = try await lab.run("fetch \(set.name)") { observer in
        try await Downloader().fetch(set, into: store, in: observer)
      }
      if let bill = observed.run.bill { console.note("ergon: \(BillText(bill).headline)") }
      return observed.value
    } catch let error as FetchError where error.isOffline {
      console.note(
        "Without a network: copy the files into a folder, as '\(set.files.first?.path ?? "")', and "
          + "let ERGON_DATA name that folder")
      throw error
    }
  }
}

extension DataSetDescription {
  /// The same files on another server.
  fileprivate func moved(to address: String?) -> DataSetDescription {
    guard let address else { return self }
    let base = address.hasSuffix("/") ? address : address + "/"
    return DataSetDescription(
      name: name, summary: summary, licence: licence, homepage: homepage,
      files: files.map { file in
        DataFile(
          path: file.path, size: file.size, sha256: "\(file.digest)", urls: [base + file.path])
      })
  }

  fileprivate func json(_ outcomes: [Downloader.Outcome]) -> JSONObject {
    [
      "name": .string(name), "licence": .string(licence),
      "files": .array(
        zip(files, outcomes).map { file, outcome in
          .object([
            "file": .string(file.path), "path": .string(outcome.path),
            "sizeBytes": JSONValue(file.size), "receivedBytes": JSONValue(outcome.received),
            "resumedFromBytes": JSONValue(outcome.resumedFrom), "url": JSONValue(outcome.url),
          ])
        }),
    ]
  }
}

extension ExitStatus {
  static func status(_ error: FetchError) -> ExitStatus {
    switch error {
    case .invalidURL: .usage
    case .unreachable, .notFound, .unexpectedStatus, .badRedirect: .unavailable
    case .unauthorised: .permission
    case .tooLarge, .wrongSize, .wrongDigest: .badData
    case .truncated, .rateLimited, .busy: .retry
    case .cannotWrite: .cannotCreate
    case .everySourceFailed(_, let errors): errors.last.map { status($0) } ?? .unavailable
    }
  }
}
