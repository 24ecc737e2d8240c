import Foundation
import Testing

@Suite struct DoctorCommandTests {
  @Test("a machine without counters is limited, not broken")
  func healthy() async throws {
    let ergon = try ErgonProcess()
    let text = try await ergon.run("doctor")
    #expect(text.exitCode == 0)
    let object = try await ergon.run("doctor", "--json").json()
    let checks = try #require(object["checks"] as? [[String: Any]])
    let names = checks.compactMap { $0["name"] as? String }
    for name in ["ergon", "machine", "settings", "estimator", "ledger", "grid"] {
      #expect(names.contains(name))
      #expect(text.output.contains(name))
    }
    for check in checks {
      #expect(Set(check.keys) == ["name", "finding", "remedy", "status"])
      #expect(check["status"] as? String != "broken")
    }
    // Looking must leave nothing behind.
    #expect(!FileManager.default.fileExists(atPath: ergon.ledgerPath))
  }

  @Test(
    "what is broken is named, and gives its exit code",
    arguments: [
      ("config/ergon/config.json", "{", "settings", 78),
      ("config/ergon/config.json", #"{"pue": 0.1}"#, "settings", 78),
      ("config/ergon/config.json", #"{"sources": "warp-core"}"#, "meter", 64),
      ("config/ergon/config.json", #"{"grid": "Atlantis"}"#, "settings", 78),
      ("data/ergon/ledger.sqlite", "this is not a ledger, whatever its name says", "ledger", 65),
    ])
  func broken(file: String, text: String, check: String, code: Int) async throws {
    let ergon = try ErgonProcess()
    try ergon.home.write(text, to: file)
    let result = try await ergon.run("doctor", "--json")
    #expect(Int(result.exitCode) == code)
    let checks = try #require(try result.json()["checks"] as? [[String: Any]])
    let broken = checks.filter { $0["status"] as? String == "broken" }
    #expect(broken.compactMap { $0["name"] as? String } == [check])
  }
}
