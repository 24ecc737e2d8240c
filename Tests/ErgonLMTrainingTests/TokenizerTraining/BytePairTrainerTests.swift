import ErgonData
import ErgonLM
import ErgonTensor
import ErgonWorkload
import Foundation
import Synchronization
import Testing

@testable import ErgonLMTraining

/// What Golden/tokenizers has, made by its make.py.
enum GoldenTokenizer {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/tokenizers")

  static func text() throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: "text.txt")), as: UTF8.self)
  }

  static func json(_ name: String) throws -> JSONValue {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try data.withUnsafeBytes { try JSONValue(parsing: $0, source: name) }
  }

  static func ids(_ name: String, _ kind: String) throws -> [[TokenID]] {
    try json("\(name).ids.json")[kind]!.arrayValue!.map {
      $0.arrayValue!.map { TokenID($0.intValue!) }
    }
  }

  static let roles = TokenRoles(beginning: "<s>", end: "</s>", unknown: "<unk>")

  static func trainer(_ cut: PreTokenization) -> BytePairTrainer {
    var trainer = BytePairTrainer(
      vocabularySize: 640, specialTokens: ["<unk>", "<s>", "</s>"], roles: roles,
      preTokenizer: cut)
    trainer.characterCoverage = 1
    return trainer
  }
}

@Suite struct BytePairTrainerTests {
  @Test(
    "vocabulary, merges and all else of the file are those of Hugging Face's trainer",
    arguments: PreTokenization.allCases)
  func sameAsPeer(_ cut: PreTokenization) throws {
    let trainer = GoldenTokenizer.trainer(cut)
    let trained = try trainer.train(on: [GoldenTokenizer.text()])
    let golden = try GoldenTokenizer.json("\(cut).json")
    let ours = try JSONValue(parsing: trained.json, source: "ours")
    let merges = (ours["model"]?["merges"]?.arrayValue, golden["model"]?["merges"]?.arrayValue)
    #expect(merges.0?.count == merges.1?.count)
    let isSame = merges.0 == merges.1 && ours == golden
    #expect(isSame)
    #expect(trained.vocabularySize == 640 && trained.droppedWords == 0)
  }

  @Test(
    "the ids of awkward texts are those that Hugging Face gives",
    arguments: PreTokenization.allCases)
  func sameIDs(_ cut: PreTokenization) throws {
    let tokenizer = try GoldenTokenizer.trainer(cut).train(on: [GoldenTokenizer.text()])
      .tokenizer()
    let texts = try GoldenTokenizer.json("texts.json").arrayValue!.map { $0.stringValue! }
    let plain = try GoldenTokenizer.ids("\(cut)", "plain")
    let around = try GoldenTokenizer.ids("\(cut)", "around")
    let literal = try GoldenTokenizer.ids("\(cut)", "literal")
    for (place, text) in texts.enumerated() {
      let ids = tokenizer.encode(text, addingSpecial: false, parsingSpecial: true)
      #expect(ids == plain[place], "\(text)")
      #expect(
        tokenizer.encode(text, addingSpecial: true, parsingSpecial: true) == around[place],
        "\(text)")
      let literalIDs = tokenizer.encode(text, addingSpecial: false)
      #expect(literalIDs == literal[place], "\(text)")
      // SentencePiece has one way to write a space and its mark.
      if cut != .spaces || !text.contains("▁") {
        #expect(Array(tokenizer.decode(literalIDs).utf8) == Array(text.utf8), "\(text)")
      }
    }
    #expect(tokenizer.special.beginning == 1 && tokenizer.special.end == 2)
  }

  @Test("threads, pieces of text and files make no difference")
  func sameWhateverTheParts() throws {
    let text = try String(repeating: GoldenTokenizer.text(), count: 160)
    #expect(text.utf8.count > 2 << 20)
    let trainer = GoldenTokenizer.trainer(.llama3)
    let threads = Compute.threads
    defer { Compute.threads = threads }
    let whole = try trainer.train(on: [text])
    Compute.threads = 1
    #expect(try trainer.train(on: [text]) == whole)
    let fromFile = try withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(filePath: folder + "text.txt"))
      return try trainer.train(onFiles: [folder + "text.txt"])
    }
    #expect(fromFile == whole)
  }

  @Test("bytes that are no UTF-8 are repaired")
  func repairs() throws {
    try withTemporaryFolder { folder in
      try Data(Array("ab ab \u{FFFD} ab ab".utf8)).write(to: URL(filePath: folder + "good"))
      try Data(Array("ab ab ".utf8) + [0xC3] + Array(" ab ab".utf8))
        .write(to: URL(filePath: folder + "bad"))
      let trainer = BytePairTrainer(vocabularySize: 257, preTokenizer: .gpt2)
      let (good, bad) = try (
        trainer.train(onFiles: [folder + "good"]), trainer.train(onFiles: [folder + "bad"])
      )
      #expect(good.json == bad.json)
    }
  }

  @Test("of more words than may be kept the rarest go, and it is said how many")
  func dropsRareWords() throws {
    let common = String(repeating: " common words pile up", count: 200)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let rare = (0..<500).map { " \(letters[$0 / 26])\(letters[$0 % 26])q" }.joined()
    var trainer = BytePairTrainer(vocabularySize: 262, preTokenizer: .gpt2)
    trainer.maximumWords = 100
    let trained = try trainer.train(on: [common + rare])
    #expect(trained.droppedWords >= 400 && trained.words <= 100)
    let isSame = try trained.json == trainer.train(on: [common]).json
    #expect(isSame)
  }

  private func refusal(_ trainer: BytePairTrainer, _ texts: [String]) -> String {
    do {
      _ = try trainer.train(on: texts)
      return ""
    } catch { return "\(error)" }
  }

  @Test("what cannot be learnt is refused with what to do")
  func refuses() {
    let text = ["the same words again and again the same words"]
    let tooLarge = refusal(BytePairTrainer(vocabularySize: 5_000), text)
    #expect(tooLarge.contains("supports at most"))
    let supported = tooLarge.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }[1]
    #expect(refusal(BytePairTrainer(vocabularySize: supported), text) == "")
    #expect(refusal(BytePairTrainer(vocabularySize: supported + 1), text) != "")
    #expect(refusal(BytePairTrainer(vocabularySize: 100), text).contains("alphabet alone are 256"))
    #expect(refusal(BytePairTrainer(vocabularySize: 300), []).contains("empty"))
    #expect(refusal(BytePairTrainer(vocabularySize: 300), ["", ""]).contains("empty"))
    let twice = BytePairTrainer(vocabularySize: 300, specialTokens: ["<s>", "<s>"])
    #expect(refusal(twice, text).contains("listed twice"))
    let unnamed = BytePairTrainer(vocabularySize: 300, specialTokens: [""])
    #expect(refusal(unnamed, text).contains("no name"))
  }

  @Test("it reports its stages and stops when asked to")
  func stops() throws {
    let text = try GoldenTokenizer.text()
    let watcher = Watcher(stopAt: nil)
    _ = try GoldenTokenizer.trainer(.gpt2).train(on: [text], in: watcher)
    #expect(watcher.stages == ["counting words", "merging pairs"])
    for stage in watcher.stages {
      #expect(throws: WorkloadStopped.self) {
        try GoldenTokenizer.trainer(.gpt2).train(on: [text], in: Watcher(stopAt: stage))
      }
    }
  }

  @Test(
    "on real text the vocabulary is that of Hugging Face's trainer, too",
    .enabled(if: !realData.isEmpty))
  func realText() throws {
    let text = try String(
      decoding: Data(contentsOf: URL(filePath: realData + "/tinyshakespeare/input.txt")),
      as: UTF8.self)
    let trained = try BytePairTrainer(
      vocabularySize: 4_000, minimumFrequency: 0, preTokenizer: .llama3
    ).train(on: [text])
    let model = try #require(try JSONValue(parsing: trained.json, source: "ours")["model"])
    var merges = ""
    for merge in model["merges"]?.arrayValue ?? [] {
      merges += "\(merge[0]!.stringValue!) \(merge[1]!.stringValue!)\n"
    }
    // What make.py says with --real.
    let golden = "399e135d44c8e90afab531dfad4899385ca183021e661f9d4dcbbcbe213d78a0"
    #expect("\(SHA256Digest(of: merges))" == golden)
  }
}

/// Notes the stages that it hears of, and asks for a stop at one of them.
final class Watcher: WorkloadContext {
  private let stopAt: String?
  private let heard = Mutex<[String]>([])
  init(stopAt: String?) { self.stopAt = stopAt }

  var stages: [String] { heard.withLock { $0 } }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    heard.withLock { if $0.last != progress.stage { $0.append(progress.stage) } }
    if progress.stage == stopAt { throw WorkloadStopped(reason: "asked to") }
  }
}
