import ArgumentParser
import ErgonData
import ErgonEnergy

/// `ergon data`: data sets by name, fetched once and checked byte by byte.
struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List, fetch and check the data sets that studies and training use.",
    discussion: example(
      "ergon data list", "ergon data fetch mnist", "ergon data verify",
      about:
        "The network is asked by 'fetch', and by 'train' and 'evaluate' for a set that is not here. A folder that ERGON_DATA names is looked at "
        + "first and never written to."),
    subcommands: [DataList.self, DataFetch.self, DataVerify.self, DataPath.self])

  /// `11.6 MB`, in powers of a thousand as files are sold and sent.
  static func text(bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (size, unit) = (Double(bytes), 0)
    while size >= 999.5, unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\(QuantityFormat.number(size)) \(units[unit])"
  }
}

extension DataStore.State {
  /// One word for a table and for scripts.
  var word: String {
    switch self {
    case .missing: "missing"
    case .partial: "partial"
    case .corrupt: "corrupt"
    case .ok: "ok"
    }
  }

  var path: String? {
    switch self {
    case .ok(let path), .corrupt(let path, _): path
    case .missing, .partial: nil
    }
  }
}

extension DataFile {
  /// Stable keys of every answer about a file.
  func json(_ state: DataStore.State) -> JSONObject {
    var object: JSONObject = [
      "file": .string(path), "sizeBytes": JSONValue(size), "sha256": .string("\(digest)"),
      "state": .string(state.word), "path": JSONValue(state.path),
    ]
    if case .corrupt(_, let reason) = state { object["reason"] = .string(reason) }
    if case .partial(let bytes) = state { object["partialBytes"] = JSONValue(bytes) }
    return object
  }
}

extension DataSetDescription {
  /// Stable keys of every answer about a set.
  func json(_ states: [DataStore.State]) -> JSONObject {
    [
      "name": .string(name), "summary": .string(summary), "licence": .string(licence),
      "homepage": .string(homepage), "sizeBytes": JSONValue(size),
      "state": .string(Self.word(states)),
      "files": .array(zip(files, states).map { .object($0.json($1)) }),
    ]
  }

  /// A set is as good as its worst file, and begun as soon as one of them is there.
  static func word(_ states: [DataStore.State]) -> String {
    let words = Set(states.map(\.word))
    if words.contains("corrupt") { return "corrupt" }
    return words.count == 1 ? words.first ?? "ok" : "partial"
  }
}
