import ErgonImage
import ErgonNN
import ErgonTensor
import Foundation
import Testing

@Suite("ergon train, evaluate and predict")
struct LearnCommandTests {
  /// Two classes that anything can learn: bright pictures and dark ones.
  private func pictures(in home: TemporaryFolder) throws {
    for (name, shade) in [("bright", 180), ("dark", 20)] {
      let folder = "\(home.path)/pictures/\(name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for index in 0..<20 {
        let pixels = (0..<32 * 32 * 3).map { UInt8(shade + ($0 * 7 + index * 13) % 50) }
        try Image(width: 32, height: 32, channels: 3, pixels: pixels)
          .write(to: "\(folder)/\(index).png")
      }
    }
  }

  private let train = ["train", "mlp", "--data", "pictures/", "--batch", "8", "--rate", "0.001"]

  @Test(
    "a network is trained, measured, kept and used, and each run is in the ledger with its bill")
  func wholeWay() async throws {
    let ergon = try ErgonProcess()
    try pictures(in: ergon.home)
    let trained = try await ergon.run(train + ["--epochs", "3", "-o", "m.safetensors", "--json"])
    #expect(trained.exitCode == 0, "\(trained.error)")
    let answer = try trained.json()
    #expect(answer["testAccuracy"] as? Double == 1)
    #expect((answer["epochs"] as? [Any])?.count == 3)
    #expect(
      !FileManager.default.fileExists(atPath: ergon.home.path + "/m.safetensors.stopped"),
      "the state of a finished run is of no use")

    let measured = try await ergon.run(
      "evaluate", "--model", "m.safetensors", "--data", "pictures/", "--json")
    #expect(try measured.json()["accuracy"] as? Double == 1)

    let seen = try await ergon.run(
      "predict", "--model", "m.safetensors", "pictures/bright/3.png", "pictures/dark/4.png")
    let lines = seen.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("pictures/bright/3.png: bright ") == true)
    #expect(lines.last?.hasPrefix("pictures/dark/4.png: dark ") == true)

    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 3)
  }

  @Test("a budget stops a run, which the same command goes on with to the same weights")
  func stopAndGoOn() async throws {
    let ergon = try ErgonProcess()
    try pictures(in: ergon.home)
    // Ten thousand steps: half a second, of which the first look is a tenth.
    let whole = [
      "train", "mlp", "--data", "pictures/", "--batch", "1", "--epochs", "300", "--rate", "0.0001",
      "--threads", "1",
    ]
    let first = try await ergon.run(whole + ["-o", "a.safetensors"])
    #expect(first.exitCode == 0, "\(first.error)")
    let stopped = try await ergon.run(
      whole + ["-o", "b.safetensors", "--budget", "1mJ", "--json"])
    #expect(stopped.exitCode == 75, "\(stopped.error)")
    #expect(try stopped.json()["state"] as? String == "b.safetensors.stopped")
    let rest = try await ergon.run(whole + ["-o", "b.safetensors"])
    #expect(rest.exitCode == 0, "\(rest.error)")
    let weights = try ["a", "b"].map {
      try ImageClassifier(path: "\(ergon.home.path)/\($0).safetensors").network
        .stateDictionary().mapValues(\.values)
    }
    #expect(weights[0] == weights[1])
  }

  @Test(
    "what cannot be is refused in one line, and writes nothing",
    arguments: [
      (["train", "lenet", "--data", "nothing"], Int32(64), "unknown data set"),
      (["train", "mlp", "--data", "missing/"], 66, "missing/"),
      (["train", "mlp", "--data", "pictures/", "--epochs", "0"], 64, "--epochs"),
      (["train", "mlp", "--data", "pictures/", "--patience", "2"], 64, "--hold-out"),
      (["train", "mlp", "--data", "pictures/", "--budget", "much"], 64, "--budget"),
      (["train", "mlp", "--data", "pictures/", "-o", "pictures"], 73, "folder"),
      (["train", "mlp", "--data", "pictures/dark/"], 65, "pictures/dark/"),
      (["predict", "--model", "none.safetensors", "pictures/dark/1.png"], 66, "none.safetensors"),
      (["predict", "--model", "pictures/dark/1.png", "x.png"], 65, "safetensors"),
      (["evaluate", "--model", "none.safetensors", "--data", "mnist"], 66, "none.safetensors"),
    ])
  func refusals(arguments: [String], exitCode: Int32, says: String) async throws {
    let ergon = try ErgonProcess()
    try pictures(in: ergon.home)
    let before = try FileManager.default.contentsOfDirectory(atPath: ergon.home.path)
    let result = try await ergon.run(arguments)
    #expect(result.exitCode == exitCode, "\(result.error)")
    #expect(result.error.contains(says), "\(result.error)")
    let after = try FileManager.default.contentsOfDirectory(atPath: ergon.home.path)
    #expect(Set(after).subtracting(before).isSubset(of: ["data"]))
  }
}
