import Foundation
import Testing

@Suite("ergon lm")
struct LMTrainingCommandTests {
  /// Sentences that anything can learn, in two files and a folder, with a picture beside them.
  private func text(in home: TemporaryFolder) throws {
    let animals = ["cat", "dog", "owl", "fox"]
    let places = ["house", "garden", "forest", "river", "town"]
    for file in 0..<6 {
      let lines = (0..<40).map { line in
        "The \(animals[(line + file) % 4]) number \(line * (file + 3) % 17) lives in the "
          + "\(places[(line * 3 + file) % 5]) and likes it."
      }
      try home.write(lines.joined(separator: "\n"), to: "notes/part \(file % 2)/\(file).txt")
    }
    try home.write("\u{0}\u{1}\u{2}PNG\u{0}", to: "notes/picture.png")
    try home.write("\u{0}\u{1}\u{2}PNG\u{0}", to: "pictures/picture.png")
    try home.write("something else", to: "elsewhere/file.txt")
    try FileManager.default.createDirectory(
      atPath: home.path + "/empty", withIntermediateDirectories: true)
  }

  /// A model that a test can wait for.
  private let small = [
    "--width", "32", "--layers", "1", "--heads", "2", "--feed-forward", "64", "--length", "32",
    "--sequences", "4", "--tokenizer-kind", "bytes", "--rate", "0.01", "--threads", "1",
    "--validation-share", "0.2", "--no-deduplication",
  ]

  @Test("text becomes a model that is measured, exported, asked and kept, all with their bills")
  func wholeWay() async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let trained = try await ergon.run(
      ["lm", "train", "notes", "-o", "m", "--steps", "60", "--every", "20", "--json"] + small)
    #expect(trained.exitCode == 0, "\(trained.error)")
    let answer = try trained.json()
    #expect(answer["steps"] as? Int == 60)
    #expect(answer["tokens"] as? Int == 60 * 4 * 32)
    let perplexity = try #require(answer["perplexity"] as? Double)
    #expect(perplexity < 60, "from 257 equally likely bytes")
    let losses = try #require(answer["losses"] as? [[String: Any]])
    #expect(losses.map { $0["step"] as? Int } == [20, 40, 60])
    let shares = try #require(answer["tritShares"] as? [Double])
    #expect(shares.count == 3 && abs(shares.reduce(0, +) - 1) < 1e-9)
    for key in ["energyJ", "energyPerMillionTokensJ", "run"] {
      #expect(answer[key] is [String: Any], "\(key)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: ergon.home.path + "/m")
    #expect(
      Set(files).isSuperset(of: ["config.json", "model.safetensors", "tokenizer.json", "run.json"]))
    #expect(!files.contains("training.safetensors"), "the state of a finished run is of no use")

    let again = try await ergon.run("lm", "train", "-o", "m", "--json")
    #expect(again.exitCode == 0, "\(again.error)")
    #expect(try again.json()["perplexity"] as? Double == perplexity)

    let measured = try await ergon.run(
      "lm", "eval", "m", "--tokens", "m/validation.tokens", "--json")
    #expect(measured.exitCode == 0, "\(measured.error)")
    #expect(try measured.json()["bitsPerByte"] is Double)
    let onText = try await ergon.run("lm", "eval", "m", "notes", "--json").json()
    #expect(onText["documents"] as? Int == 6)

    let said = try await ergon.run(
      "lm", "generate", "The cat", "--model", "m", "--greedy", "-n", "12", "-q")
    #expect(said.exitCode == 0, "\(said.error)")
    for (file, type) in [("m.gguf", "f16"), ("packed/", "packed")] {
      let written = try await ergon.run("lm", "export", "m", "-o", file, "--type", type)
      #expect(written.exitCode == 0, "\(written.error)")
    }
    let packed = try await ergon.run(
      "generate", "The cat", "--model", "packed", "--greedy", "-n", "12", "-q")
    #expect(packed.output == said.output)
    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 7)
  }

  @Test("a budget stops a run with 75, and the folder alone goes on with it to the same weights")
  func stopAndGoOn() async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let command = ["lm", "train", "notes", "--steps", "2000"] + small
    let whole = try await ergon.run(command + ["-o", "a"])
    #expect(whole.exitCode == 0, "\(whole.error)")
    let stopped = try await ergon.run(command + ["-o", "b", "--max-joules", "0.8J", "--json"])
    #expect(stopped.exitCode == 75, "\(stopped.error)")
    #expect(try stopped.json()["folder"] as? String == "b")
    #expect(FileManager.default.fileExists(atPath: ergon.home.path + "/b/training.safetensors"))
    // The text may go: its tokens are kept.
    try FileManager.default.removeItem(atPath: ergon.home.path + "/notes")
    let rest = try await ergon.run("lm", "train", "-o", "b", "--json")
    #expect(rest.exitCode == 0, "\(rest.error)")
    #expect(try rest.json()["tokens"] as? Int == 2000 * 4 * 32)
    let weights = ["a", "b"].map {
      FileManager.default.contents(atPath: "\(ergon.home.path)/\($0)/model.safetensors")
    }
    #expect(weights[0] != nil && weights[0] == weights[1])
  }

  @Test("a run that is killed goes on; meanwhile nobody else trains in its folder")
  func killed() async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let command = ["lm", "train", "notes", "-o", "m", "--steps", "100000", "--every", "20"] + small
    let running = try ergon.start(command)
    let state = ergon.home.path + "/m/training.safetensors"
    try await waitUntil { FileManager.default.fileExists(atPath: state) }
    let second = try await ergon.run(command)
    #expect(second.exitCode == 75 && second.error.contains("another process"), "\(second.error)")
    running.signal(SIGKILL)
    _ = try await running.finish()
    let other = try await ergon.run(command + ["--seed", "1"])
    #expect(other.exitCode == 64 && other.error.contains("its seed is 0"), "\(other.error)")
    let rest = try ergon.start(["lm", "train", "-o", "m"])
    try await waitUntil { rest.errorSoFar.contains("Going on with m") }
    rest.signal(SIGINT)
    #expect(try await rest.finish().exitCode == 130)
    // A tokenizer that did not make the tokens is refused, and the state is left alone.
    let path = ergon.home.path + "/m/tokenizer.json"
    let json = try String(contentsOfFile: path, encoding: .utf8)
    try (json + " ").write(toFile: path, atomically: true, encoding: .utf8)
    let foreign = try await ergon.run("lm", "train", "-o", "m")
    #expect(foreign.exitCode == 64 && foreign.error.contains("tokenizer.json"), "\(foreign.error)")
    #expect(FileManager.default.fileExists(atPath: state))
  }

  @Test(
    "what cannot be is refused in one line, and writes nothing",
    arguments: [
      (["lm", "train", "-o", "new"], Int32(64), "no text"),
      (["lm", "train", "missing", "-o", "new"], 66, "missing"),
      (["lm", "train", "empty", "-o", "new"], 65, "empty"),
      (["lm", "train", "pictures", "-o", "new"], 65, "pictures"),
      (["lm", "train", "notes", "-o", "elsewhere"], 73, "elsewhere"),
      (["lm", "train", "notes", "-o", "elsewhere/file.txt"], 73, "file"),
      (["lm", "train", "notes", "-o", "no/where"], 73, "no/where"),
      (["lm", "train", "notes", "-o", "new", "--vocabulary", "30000"], 64, "30000"),
      (["lm", "train", "notes", "-o", "new", "--heads", "3"], 64, "--width"),
      (["lm", "train", "notes", "-o", "new", "--steps", "5", "--minutes", "1"], 64, "--minutes"),
      (["lm", "train", "notes", "-o", "new", "--rate", "nan"], 64, "--rate"),
      (["lm", "train", "notes", "-o", "new", "--max-joules", "much"], 64, "--max-joules"),
      (["lm", "train", "notes", "-o", "new", "--tokenizer", "none.json"], 66, "none.json"),
      (["lm", "train", "elsewhere", "-o", "new", "--tokenizer-kind", "bytes"], 65, "hold out"),
      (
        [
          "lm", "train", "elsewhere", "-o", "new", "--tokenizer-kind", "bytes",
          "--validation-share", "0",
        ], 64, "sequence"
      ),
      (["lm", "eval", "none.gguf", "notes"], 66, "none.gguf"),
      (["lm", "eval", "none.gguf"], 64, "--tokens"),
      (["lm", "export", "none", "-o", "x.gguf", "--type", "f16"], 66, "none"),
      (["lm", "distill", "--teacher", "none.gguf", "-o", "new"], 66, "none.gguf"),
      (["lm", "tokenizer", "train", "empty", "-o", "t.json"], 65, "empty"),
      (["lm", "tokenizer", "encode", "none.json", "x"], 66, "none.json"),
    ])
  func refusals(arguments: [String], exitCode: Int32, says: String) async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let before = try FileManager.default.contentsOfDirectory(atPath: ergon.home.path)
    let result = try await ergon.run(arguments)
    #expect(result.exitCode == exitCode, "\(result.error)")
    #expect(result.error.contains(says), "\(result.error)")
    let after = try FileManager.default.contentsOfDirectory(atPath: ergon.home.path)
    #expect(Set(after).subtracting(before).isSubset(of: ["data"]))
  }

  @Test("a rate that nothing survives ends the run with 1, and says which state is kept")
  func diverging() async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let result = try await ergon.run(
      ["lm", "train", "notes", "-o", "m", "--steps", "40"]
        + small.map { $0 == "0.01" ? "1e30" : $0 } + ["--clip", "0", "--warm-up", "0"])
    #expect(result.exitCode == 1, "\(result.error)")
    #expect(result.error.contains("training diverged"), "\(result.error)")
  }

  @Test("a tokenizer is made from text, encodes it and gives it back")
  func tokenizer() async throws {
    let ergon = try ErgonProcess()
    try text(in: ergon.home)
    let made = try await ergon.run(
      "lm", "tokenizer", "train", "notes", "--vocabulary", "300", "-o", "t.json", "--json")
    #expect(made.exitCode == 0, "\(made.error)")
    #expect(try made.json()["vocabulary"] as? Int == 300)
    let encoded = try await ergon.run(
      "lm", "tokenizer", "encode", "t.json", "The cat lives in Gödel's house.", "--ids")
    #expect(encoded.exitCode == 0, "\(encoded.error)")
    let ids = encoded.output.split { $0.isWhitespace }.map(String.init)
    let decoded = try await ergon.run(["lm", "tokenizer", "decode", "t.json"] + ids)
    #expect(decoded.output.contains("The cat lives in Gödel's house."), "\(decoded.output)")
  }
}
