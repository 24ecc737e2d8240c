import Foundation
import Testing

@Suite("Model commands")
struct ModelCommandTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ErgonLMTests/Golden").path
  private static let llama = golden + "/models/llama"

  @Test("inspect says what a model is, to people and to scripts")
  func inspect() async throws {
    let process = try ErgonProcess()
    let text = try await process.run("model", "inspect", Self.llama)
    #expect(text.exitCode == 0 && text.output.contains("llama"))
    let json = try await process.run("model", "inspect", Self.llama, "--json", "--tensors").json()
    #expect(json["architecture"] as? String == "llama" && json["kind"] as? String == "safetensors")
    let tensors = try #require(json["tensors"] as? [[String: Any]])
    #expect(json["tensorCount"] as? Int == tensors.count)
  }

  @Test("convert writes a file that verify finds to be the same model, but for its rounding")
  func convert() async throws {
    let process = try ErgonProcess()
    let file = process.home.path + "/llama.gguf"
    let made = try await process.run(
      "model", "convert", Self.llama, file, "--type", "f16", "--no-save")
    #expect(made.exitCode == 0, "\(made.error)")
    #expect(try await process.run("model", "verify", file).exitCode == 0)
    let other = Self.golden + "/files/formats.gguf"
    #expect(try await process.run("model", "verify", file, other).exitCode == 65)
  }

  @Test("convert writes a folder as a checkpoint, and not over another model's")
  func checkpoint() async throws {
    let process = try ErgonProcess()
    let folder = process.home.path + "/packed/"
    let source = Self.golden + "/models/bitnet-packed"
    let made = try await process.run(
      "model", "convert", source, folder, "--type", "packed", "--no-save")
    #expect(made.exitCode == 0, "\(made.error)")
    #expect(try await process.run("model", "verify", folder, source).exitCode == 0)
    let json = try await process.run("model", "inspect", folder, "--json").json()
    #expect(json["kind"] as? String == "safetensors")
    let other = try await process.run(
      "model", "convert", Self.llama, folder, "--type", "bf16", "--no-save")
    #expect(other.exitCode != 0 && other.error.contains("another model"))
    // A GGUF file has no packed trits, a checkpoint no Q4_K.
    for (out, type) in [("x.gguf", "packed"), ("x/", "q4_k")] {
      let path = process.home.path + "/" + out
      #expect(
        try await process.run("model", "convert", source, path, "--type", type).exitCode == 64)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("what cannot be done has its own exit code")
  func faults() async throws {
    let process = try ErgonProcess()
    #expect(try await process.run("model", "inspect", "/nowhere.gguf").exitCode == 66)
    let text = process.home.path + "/text"
    try Data("no model".utf8).write(to: URL(fileURLWithPath: text))
    #expect(try await process.run("model", "inspect", text).exitCode == 65)
    let out = process.home.path + "/out.gguf"
    #expect(
      try await process.run("model", "convert", Self.llama, out, "--type", "q3").exitCode == 64)
    #expect(
      try await process.run(
        "model", "convert", Self.llama, out, "--type", "f16", "--ternarize"
      ).exitCode == 64)
    #expect(!FileManager.default.fileExists(atPath: out))
  }
}
