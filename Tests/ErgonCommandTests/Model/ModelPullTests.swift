import Foundation
import Testing
import _ErgonTestSupport

@Suite("Pulling models")
struct ModelPullTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ErgonLMTests/Golden/models/llama").path

  /// A home beside a mirror that has one model, and no hub that could answer.
  private func process() throws -> (ergon: ErgonProcess, mirror: String) {
    var process = try ErgonProcess()
    process.environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    let mirror = process.home.path + "/mirror"
    try FileManager.default.createDirectory(
      atPath: mirror + "/org/llama", withIntermediateDirectories: true)
    for name in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        atPath: Self.golden + "/" + name, toPath: "\(mirror)/org/llama/\(name)")
    }
    return (process, mirror)
  }

  @Test("a model is copied from a mirror, found by its name, listed, checked and removed")
  func mirror() async throws {
    let (ergon, mirror) = try process()
    let pull = try await ergon.run("model", "pull", "org/llama", "--mirror", mirror)
    let folder = ergon.home.path + "/.cache/ergon/models/org/llama/main"
    #if os(Linux)
      #expect(pull.output == folder + "\n", "\(pull.error)")
    #endif
    #expect(pull.exitCode == 0 && pull.error.contains("model.safetensors"))
    let inspect = try await ergon.run("model", "inspect", "org/llama", "--json").json()
    #expect(inspect["architecture"] as? String == "llama")
    let list = try await ergon.run("model", "list", "--json").json()
    let model = try #require((list["models"] as? [[String: Any]])?.first)
    #expect(model["model"] as? String == "org/llama" && model["complete"] as? Bool == true)
    let again = try await ergon.run(
      "model", "pull", "org/llama", "--offline", "--verify", "--json")
    #expect(try again.json()["fetchedBytes"] as? Int == 0)
    // A byte that has changed is found where every byte is read.
    let config = try #require((model["folder"] as? String).map { $0 + "/config.json" })
    var bytes = try Data(contentsOf: URL(fileURLWithPath: config))
    bytes[0] = UInt8(ascii: "[")
    try bytes.write(to: URL(fileURLWithPath: config))
    let damaged = try await ergon.run("model", "pull", "org/llama", "--offline", "--verify")
    #expect(damaged.exitCode == 65 && damaged.error.contains("config.json"))
    #expect(try await ergon.run("model", "remove", "org/llama").exitCode == 0)
    let gone = try await ergon.run("model", "inspect", "org/llama")
    #expect(gone.exitCode == 66 && gone.error.contains("ergon model pull org/llama"))
  }

  @Test("patterns and a folder of one's own")
  func output() async throws {
    let (ergon, mirror) = try process()
    let folder = ergon.home.path + "/here"
    let pull = try await ergon.run(
      "model", "pull", "org/llama", "--mirror", mirror, "--include", "*.json", "--output", folder,
      "--json")
    let files = try #require(try pull.json()["files"] as? [[String: Any]])
    #expect(files.compactMap { $0["file"] as? String } == ["config.json"])
    #expect(try pull.json()["folder"] as? String == folder)
    #expect(FileManager.default.fileExists(atPath: folder + "/config.json"))
    #expect(try await ergon.run("model", "list").output.isEmpty)
  }

  @Test(
    "what cannot be pulled has its own exit code and mend",
    arguments: [
      (["llama"], Int32(64), "org/name"), (["../x/y"], 64, "org/name"),
      (["org/name@"], 64, "revision"), (["org/name@a", "--revision", "b"], 64, "'b'"),
      (["org/name:Q4_0", "--include", "*"], 64, "--include"),
      (["org/name", "--mirror", "m", "--endpoint", "e"], 64, "--endpoint"),
      (["org/name", "--endpoint", "https://me:s3cret@hub"], 78, "HF_ENDPOINT"),
      (["org/name", "--offline"], 66, "--mirror"),
      (["org/name", "--mirror", "/nowhere"], 66, "/nowhere/org/name"),
    ])
  func faults(arguments: [String], code: Int32, text: String) async throws {
    let (ergon, _) = try process()
    let result = try await ergon.run(["model", "pull"] + arguments + ["--no-save"])
    #expect(result.exitCode == code, "\(result.error)")
    #expect(result.error.contains(text) && !result.error.contains("s3cret"))
    #expect(result.output.isEmpty)
  }

  @Test("HF_HUB_OFFLINE keeps the network closed")
  func offline() async throws {
    var (ergon, _) = try process()
    ergon.environment["HF_HUB_OFFLINE"] = "1"
    let result = try await ergon.run("model", "pull", "org/name")
    #expect(result.exitCode == 66 && result.error.contains("HF_HUB_OFFLINE"))
  }

  @Test(
    "a hub's refusal says what to do, and the token is never shown",
    arguments: [
      ("403 Forbidden", Int32(77), "licence"), ("401 Unauthorized", 77, "licence"),
      ("404 Not Found", 69, "revision"),
      ("429 Too Many Requests\r\nretry-after: 3600", 75, "3600 s"),
    ])
  func refused(status: String, code: Int32, text: String) async throws {
    let server = try LoopbackServer { _ in
      .init(Array("HTTP/1.1 \(status)\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8))
    }
    defer { server.close() }
    var (ergon, _) = try process()
    ergon.environment["HF_ENDPOINT"] = server.url
    ergon.environment["HF_TOKEN"] = "hf_s3cret"
    let result = try await ergon.run("model", "pull", "org/name", "--no-save", "-v")
    #expect(result.exitCode == code && result.error.contains(text), "\(result.error)")
    #expect(!(result.error + result.output).contains("s3cret"))
  }
}
