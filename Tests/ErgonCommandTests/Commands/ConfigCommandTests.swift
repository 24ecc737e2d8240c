import Foundation
import Testing

@Suite struct ConfigCommandTests {
  @Test("what is set is shown with its origin, and can be taken back")
  func roundTrip() async throws {
    let ergon = try ErgonProcess()
    #expect(try await ergon.run("config", "set", "grid", "FR").exitCode == 0)
    let shown = try await ergon.run("config", "show", "--json").json()
    let settings = try #require(shown["settings"] as? [String: [String: Any]])
    #expect(settings["grid"]?["value"] as? String == "FR")
    #expect(
      settings["grid"]?["origin"] as? String
        == "user file \(ergon.home.path)/config/ergon/config.json")
    #expect(try await ergon.run("config", "unset", "grid").exitCode == 0)
    let after = try await ergon.run("config", "show", "--json").json()
    #expect((after["settings"] as? [String: [String: Any]])?["grid"]?["value"] is NSNull)
  }

  @Test("a setting of a newer version survives a change by this one")
  func unknownMembers() async throws {
    let ergon = try ErgonProcess()
    let file = try ergon.home.write(
      #"{"grid": "DE", "gird": "x", "future": {"a": [1]}}"#, to: "config/ergon/config.json")
    #expect(try await ergon.run("config", "set", "grid", "FR").exitCode == 0)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("future") && text.contains("FR"))
    let shown = try await ergon.run("config", "show")
    #expect(shown.error.contains("unknown setting 'gird' is ignored; did you mean 'grid'?"))
  }

  @Test("a secret is stored privately and never printed")
  func secret() async throws {
    let ergon = try ErgonProcess()
    let set = try await ergon.run(
      "config", "set", "electricity-maps-token", "-", input: "s3cret\n")
    #expect(set.exitCode == 0)
    let file = ergon.home.path + "/config/ergon/config.json"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    for arguments in [["config", "show"], ["config", "show", "--json", "--origin"]] {
      let shown = try await ergon.run(arguments)
      #expect(!shown.output.contains("s3cret") && !shown.error.contains("s3cret"))
      #expect(shown.output.contains("(set, not shown)"))
    }
  }

  @Test("a damaged settings file is named, with exit code 78")
  func damaged() async throws {
    let ergon = try ErgonProcess()
    let file = try ergon.home.write("{ grid", to: "config/ergon/config.json")
    let result = try await ergon.run("config", "show")
    #expect(result.exitCode == 78)
    #expect(result.error.contains(file))
    #expect(result.output.isEmpty)
  }

  @Test("a bad value is refused before anything is written")
  func refused() async throws {
    let ergon = try ErgonProcess()
    for arguments in [["pue", "0.5"], ["grd", "FR"], ["sample", "soon"]] {
      #expect(try await ergon.run(["config", "set"] + arguments).exitCode == 64)
    }
    #expect(!FileManager.default.fileExists(atPath: ergon.home.path + "/config"))
  }
}
