import ErgonData
import ErgonFetch
import Foundation
import Testing

@testable import ergon

@Suite("Data commands")
struct DataCommandTests {
  private static let realData = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""

  /// A home without data, and a mirror if one is named.
  private func process(mirror: String? = nil) throws -> ErgonProcess {
    var process = try ErgonProcess()
    process.environment["ERGON_DATA"] = mirror
    return process
  }

  @Test("the list has every set with its licence, and says what is here")
  func list() async throws {
    let process = try process()
    let text = try await process.run("data", "list")
    #expect(text.exitCode == 0)
    for set in DataCatalog.all {
      #expect(text.output.contains(set.name) && text.output.contains(set.licence))
    }
    let json = try await process.run("data", "list", "--json").json()
    let sets = try #require(json["sets"] as? [[String: Any]])
    #expect(sets.compactMap { $0["name"] as? String } == DataCatalog.all.map(\.name))
    #expect(sets.allSatisfy { $0["state"] as? String == "missing" })
    #expect(json["folder"] as? String == process.home.path + "/data/ergon/data")
    #expect(json["mirror"] is NSNull)
  }

  @Test("what is not here has no path, and says how to get it")
  func missing() async throws {
    let process = try process()
    let path = try await process.run("data", "path", "iris")
    #expect(path.exitCode == 66 && path.error.contains("ergon data fetch iris"))
    #expect(path.error.contains("ERGON_DATA") && path.output.isEmpty)
    #expect(try await process.run("data", "verify", "iris").exitCode == 66)
    let verify = try await process.run("data", "verify")
    #expect(verify.exitCode == 0 && verify.output.isEmpty)
  }

  @Test("an unknown name is refused with the known ones", arguments: ["fetch", "verify", "path"])
  func unknown(verb: String) async throws {
    let result = try await process().run("data", verb, "minst")
    #expect(result.exitCode == 64 && result.error.contains("mnist"))
  }

  @Test("a file that is another one is corrupt, by its size and by its bytes")
  func corrupt() async throws {
    let process = try process()
    let folder = process.home.path + "/data/ergon/data/uci"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for size in [10, 2734] {
      try Data(count: size).write(to: URL(fileURLWithPath: folder + "/iris.csv"))
      let result = try await process.run("data", "verify")
      #expect(result.exitCode == 65 && result.error.contains("ergon data fetch iris"))
    }
    let json = try await process.run("data", "verify", "--json").json()
    let set = try #require((json["sets"] as? [[String: Any]])?.first)
    #expect(set["state"] as? String == "corrupt" && set["sizeBytes"] as? Int == 2734)
  }

  @Test("an address that is none is refused before the network is asked")
  func address() async throws {
    let result = try await process().run(
      "data", "fetch", "iris", "--from", "ftp://host", "--no-save")
    #expect(result.exitCode == 64 && result.error.contains("ftp://host/uci/iris.csv"))
  }

  @Test(
    "a mirror is enough: nothing is fetched, all is verified, and the paths are its own",
    .tags(.realData), .enabled(if: !realData.isEmpty))
  func mirror() async throws {
    let process = try process(mirror: Self.realData)
    let fetch = try await process.run("data", "fetch", "mnist", "iris", "--json")
    #expect(fetch.exitCode == 0)
    let sets = try #require(try fetch.json()["sets"] as? [[String: Any]])
    let files = sets.flatMap { $0["files"] as? [[String: Any]] ?? [] }
    #expect(files.count == 5 && files.allSatisfy { $0["receivedBytes"] as? Int == 0 })
    let path = try await process.run("data", "path", "iris")
    #expect(path.output == Self.realData + "/uci/iris.csv\n")
    #expect(try await process.run("data", "verify", "mnist", "iris").exitCode == 0)
  }

  @Test(
    "sizes are said in powers of a thousand",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (11_594_722, "11.6 MB"),
      (170_052_171, "170 MB"),
    ])
  func sizes(bytes: Int, text: String) { #expect(DataCommand.text(bytes: bytes) == text) }

  @Test("a set is as good as its worst file")
  func states() {
    #expect(DataSetDescription.word([.ok(path: "a"), .ok(path: "b")]) == "ok")
    #expect(DataSetDescription.word([.ok(path: "a"), .missing]) == "partial")
    #expect(DataSetDescription.word([.missing, .missing]) == "missing")
    #expect(DataSetDescription.word([.missing, .corrupt(path: "a", reason: "")]) == "corrupt")
  }

  @Test(
    "every error of a download has its exit code",
    arguments: [
      (.invalidURL("x"), .usage), (.unreachable(url: "u", reason: "r"), .unavailable),
      (.notFound(url: "u"), .unavailable), (.unauthorised(url: "u"), .permission),
      (.wrongSize(url: "u", received: 1, expected: 2), .badData),
      (.truncated(url: "u", received: 1, expected: 2), .retry), (.busy(path: "p"), .retry),
      (.cannotWrite(path: "p", reason: "r"), .cannotCreate),
      (.everySourceFailed(path: "p", [.notFound(url: "u"), .unauthorised(url: "u")]), .permission),
    ] as [(FetchError, ergon.ExitStatus)])
  func codes(error: FetchError, status: ergon.ExitStatus) {
    #expect(ergon.ExitStatus(for: error) == status)
  }
}
