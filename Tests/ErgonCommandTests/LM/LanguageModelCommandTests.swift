import Foundation
import Testing

private let data = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""
private let model = data + "/stories260K/stories260K.bin"
private let tokenizer = data + "/stories260K/tok512.bin"
private let hasModel = FileManager.default.fileExists(atPath: model)

@Suite("ergon generate, chat, perplexity, embed and bench")
struct LanguageModelCommandTests {
  private static let stories = ["--model", model, "--tokenizer", tokenizer]

  @Test(
    "what cannot be is refused in one line",
    arguments: [
      (["generate", "Once", "--model", "none.gguf"], Int32(66), "none.gguf"),
      (["generate", "Once", "--model", "text.gguf"], 65, "text.gguf"),
      (["generate", "Once", "--tokenizer", "t"], 64, "--tokenizer"),
      (["perplexity", "text.gguf"], 64, "--model"),
      (["generate", "a", "--model", "m", "--repeat-penalty", "0"], 64, "repeat penalty"),
      (["generate", "a", "--model", "m", "--top-p", "2"], 64, "top-p"),
      (["generate", "a", "--model", "m", "--max-joules", "many"], 64, "--max-joules"),
      (["generate", "a", "--model", "m", "-n", "0"], 64, "--max-tokens"),
      (["generate", "a", "--model", "m", "--file", "f"], 64, "--file"),
      (["generate", "a", "--model", "m", "--draft", "d", "--lookup"], 64, "--lookup"),
      (["generate", "--file", "missing.txt", "--model", "m"], 66, "missing.txt"),
      (["generate", "a", "--model", "m", "--grammar", "g", "--choices", "a"], 64, "--choices"),
      (["perplexity", "--model", "text.gguf", "missing.txt"], 66, "missing.txt"),
      (["perplexity", "--model", "text.gguf", "--window", "1", "text.gguf"], 64, "--window"),
      (["embed", "--model", "none.gguf", "a"], 66, "none.gguf"),
      (["embed", "--model", "none.gguf"], 64, "no text"),
      (["chat", "--model", "none.gguf"], 66, "none.gguf"),
      (["bench", "lm"], 64, "--shape"),
      (["bench", "lm", "--shape", "tiny", "--model", "m"], 64, "--shape"),
      (["bench", "lm", "--model", "m", "--type", "f16"], 64, "--type"),
      (["bench", "lm", "--shape", "tiny", "-t", "0"], 64, "-t"),
      (["bench", "lm", "--shape", "tiny", "-p", "x"], 64, "-p"),
    ])
  func refusals(arguments: [String], exitCode: Int32, says: String) async throws {
    let ergon = try ErgonProcess()
    try ergon.home.write("this is no model", to: "text.gguf")
    let result = try await ergon.run(arguments)
    #expect(result.exitCode == exitCode, "\(result.error)")
    #expect(result.error.contains(says), "\(result.error)")
    #expect(result.output == "")
  }

  @Test(
    "each command's help has an example",
    arguments: [
      ["generate"], ["chat"], ["perplexity"], ["embed"], ["bench"], ["bench", "lm"],
    ])
  func help(command: [String]) async throws {
    let result = try await ErgonProcess().run(command + ["--help"])
    #expect(result.exitCode == 0)
    #expect(result.output.contains("$ ergon \(command.joined(separator: " "))"))
  }

  @Test("without a model's name the one that comes along tells a story, and says that it only does")
  func embedded() async throws {
    let ergon = try ErgonProcess()
    let story = try await ergon.run("generate", "Once upon a time", "--seed", "3", "-n", "60")
    #expect(story.exitCode == 0, "\(story.error)")
    #expect(story.output.split(separator: " ").count > 20, "\(story.output)")
    #expect(story.error.contains("only tells stories"))
    #expect(story.error.contains("a token"))
    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 1)
  }

  @Test("a made-up model is measured against the machine's limits, and the run is kept")
  func bench() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(
      "bench", "lm", "--shape", "tiny", "-p", "16", "-g", "4", "-b", "1,2", "-t", "1", "-r", "2",
      "--json")
    #expect(result.exitCode == 0, "\(result.error)")
    let answer = try result.json()
    let tests = try #require(answer["tests"] as? [[String: Any]])
    #expect(tests.map { $0["test"] as? String } == ["pp16", "tg4", "tg4x2"])
    for test in tests {
      for key in ["tokensPerS", "limitPerS"] {
        #expect(try #require(test[key] as? Double) > 0, "\(key) of \(test)")
      }
    }
    #expect(answer["loadS"] is Double)
    #expect(answer["peakMemoryB"] is Int)
    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 1)
  }

  @Test(
    "a story comes to standard output alone, its bill to standard error and the ledger",
    .tags(.realData), .enabled(if: hasModel, "set ERGON_DATA"))
  func generate() async throws {
    let ergon = try ErgonProcess()
    let arguments = ["generate", "Once upon a time", "--greedy", "-n", "30"] + Self.stories
    let plain = try await ergon.run(arguments)
    #expect(plain.exitCode == 0, "\(plain.error)")
    #expect(plain.output.hasPrefix(", there was a little girl named Lily."), "\(plain.output)")
    #expect(plain.error.contains("a token"))
    let answer = try await ergon.run(arguments + ["--json", "--logprobs", "2", "--lookup"]).json()
    #expect((answer["text"] as? String).map { $0 + "\n" } == plain.output)
    #expect(answer["generatedTokens"] as? Int == 30)
    #expect(answer["finishReason"] as? String == "length")
    #expect((answer["logprobs"] as? [Any])?.count == 30)
    for key in ["promptEnergyJ", "answerEnergyJ", "energyPerTokenJ", "run"] {
      #expect(answer[key] is [String: Any], "\(key)")
    }
    let piped = try await ergon.run(
      ["generate", "--greedy", "-n", "30"] + Self.stories, input: "Once upon a time")
    #expect(piped.output == plain.output)
    let stopped = try await ergon.run(arguments + ["--stop", "little"])
    #expect(stopped.output == ", there was a \n")
    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 4)
  }

  @Test(
    "an answer keeps to a grammar, a schema or a choice, and ends with it", .tags(.realData),
    .enabled(if: hasModel, "set ERGON_DATA"))
  func constrained() async throws {
    let ergon = try ErgonProcess()
    let arguments = ["generate", "Lily was", "--greedy", "-n", "60", "--json"] + Self.stories
    let choice = try await ergon.run(arguments + ["--choices", " a big dog, very happy, x"]).json()
    #expect([" a big dog", " very happy", " x"].contains(choice["text"] as? String))
    #expect(choice["finishReason"] as? String == "constraint")
    try ergon.home.write(#"root ::= " a " [a-z]{3} " and" " the"? " " [a-z]+ ".""#, to: "g.gbnf")
    let plain = try await ergon.run(arguments + ["--grammar", "g.gbnf"]).json()
    let text = try #require(plain["text"] as? String)
    #expect(text.wholeMatch(of: #/ a [a-z]{3} and( the)? [a-z]+\./#) != nil, "\(text)")
    try ergon.home.write(
      #"{"properties": {"mood": {"enum": ["sad", "glad"]}}, "required": ["mood"]}"#, to: "s.json")
    let object = try await ergon.run(arguments + ["--json-schema", "s.json", "--lookup"]).json()
    let answer = try #require(object["text"] as? String)
    let value = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: String]
    #expect(["sad", "glad"].contains(value?["mood"]), "\(answer)")
    try ergon.home.write(#"{"type": "object", "minProperties": 1}"#, to: "s.json")
    let refused = try await ergon.run(arguments + ["--json-schema", "s.json"])
    #expect(refused.exitCode == 65 && refused.error.contains("'minProperties'"))
  }

  @Test(
    "a budget stops an answer where it is", .tags(.realData),
    .enabled(if: hasModel, "set ERGON_DATA"))
  func budget() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(
      ["generate", "Once", "--greedy", "--ignore-end", "--max-joules", "1uJ", "--json"]
        + Self.stories)
    // A short answer may be over before the first look at the meter.
    #expect([0, 75].contains(result.exitCode), "\(result.error)")
    let finish = try result.json()["finishReason"] as? String
    #expect(finish == (result.exitCode == 75 ? "stopped" : "length"))
  }

  @Test(
    "a text's surprise is told in bits per byte", .tags(.realData),
    .enabled(if: hasModel, "set ERGON_DATA"))
  func perplexity() async throws {
    let ergon = try ErgonProcess()
    try ergon.home.write(
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.",
      to: "story.txt")
    let answer = try await ergon.run(["perplexity", "story.txt", "--json"] + Self.stories).json()
    #expect(answer["tokens"] as? Int == 31)
    let sum = try #require(answer["negativeLogLikelihoodNats"] as? Double)
    // Keys and values are kept in half precision.
    #expect(abs(sum - 5.5910) < 5e-3)
    #expect(answer["bitsPerByte"] is Double && answer["energyPerTokenJ"] is [String: Any])
  }

  @Test(
    "texts become unit vectors with their cosines", .tags(.realData),
    .enabled(if: hasModel, "set ERGON_DATA"))
  func embed() async throws {
    let ergon = try ErgonProcess()
    let answer = try await ergon.run(
      ["embed", "a dog", "a dog", "the moon", "--json"] + Self.stories
    ).json()
    #expect(answer["dimensions"] as? Int == 64)
    let cosines = try #require(answer["cosines"] as? [[Double]])
    #expect(abs(cosines[0][1] - 1) < 1e-5)
    #expect(cosines[0][2] < 0.999)
  }

  @Test(
    "a conversation answers line by line, obeys its commands and is saved", .tags(.realData),
    .enabled(if: hasModel, "set ERGON_DATA"))
  func chat() async throws {
    let ergon = try ErgonProcess()
    let lines =
      "Once upon a time\n/stats\n/save talk.json\n/nonsense\n/reset\nThe dog\n/exit\nnever\n"
    let result = try await ergon.run(["chat", "--greedy", "-n", "8"] + Self.stories, input: lines)
    #expect(result.exitCode == 0, "\(result.error)")
    #expect(result.output.split(separator: "\n").count >= 2)
    #expect(result.error.contains("1 answer "))
    #expect(result.error.contains("no such command: /nonsense"))
    let saved = try #require(FileManager.default.contents(atPath: ergon.home.path + "/talk.json"))
    let object = try JSONSerialization.jsonObject(with: saved) as? [String: Any]
    let messages = try #require(object?["messages"] as? [[String: String]])
    #expect(messages.map { $0["role"] } == ["user", "assistant"])
    #expect(messages[0]["content"] == "Once upon a time")
    let list = try await ergon.run("ledger", "list", "--json").json()
    #expect((list["runs"] as? [[String: Any]])?.count == 2)
  }
}
