import ErgonLM
import ErgonLMTraining
import ErgonNumerics
import ErgonWorkload
import Foundation
import Testing

@Suite struct FoundModelTests {
  /// A folder with a corpus of a few hundred short documents, gone at the end.
  private final class Place {
    let path = NSTemporaryDirectory() + "founding-\(UUID().uuidString)"

    init(documents: Int = 500) throws {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      var random = SplitMix64(seed: 3)
      let lines = (0..<documents).map { number in
        let words = (0..<40).map { _ in
          ["red", "green", "blue", "grey"].randomElement(using: &random)!
        }
        return #"{"text": "Page \#(number): \#(words.joined(separator: " "))."}"#
      }
      try lines.joined(separator: "\n").write(
        toFile: corpusPath, atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var corpusPath: String { path + "/pages.jsonl" }
    func corpus() throws -> Corpus { try Corpus([corpusPath]) }
  }

  private static let settings = {
    var settings = FoundingSettings(operations: 5e10)
    settings.vocabularies = [280]
    settings.length = 32
    settings.sequences = 4
    settings.leastBytes = 10_000
    settings.heldOutShare = 0.1
    return settings
  }()

  @Test func `a folder of text becomes a model that others open`() throws {
    let place = try Place()
    var settings = Self.settings
    settings.vocabularies = [270, 280]
    let founded = try foundModel(
      of: place.corpus(), elsewhere: place.corpus(), settings: settings, folder: place.path)
    #expect(founded.trials.map(\.vocabulary) == [270, 280])
    let best = try #require(founded.trials.min { $0.bitsPerByte < $1.bitsPerByte })
    #expect(founded.tokenizer.vocabularySize == best.vocabulary)
    let inside = try #require(founded.inside.bitsPerByte)
    // Four words at random are two bits for about five bytes.
    #expect((0.35...0.7).contains(inside))
    #expect(founded.outside != nil)
    try founded.save(to: place.path)
    let served = try LanguageModel(place.path)
    #expect(served.model.configuration.hiddenSize == founded.plan.configuration.hiddenSize)
    let card = try JSONValue(
      parsing: String(contentsOfFile: place.path + "/founding.json", encoding: .utf8),
      source: "card")
    #expect(card["data"]?["training"]?["documents"]?.intValue ?? 0 > 400)
    #expect(card["model"]?["parameters"]?.intValue == founded.plan.parameters)
  }

  @Test func `a founding that was stopped comes to the same model`() throws {
    struct Stop: WorkloadContext {
      func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
        if progress.stage.hasPrefix("epoch"), (progress.fraction ?? 0) > 0.4 {
          throw WorkloadStopped(reason: "half way")
        }
      }
    }
    let (whole, parts) = (try Place(), try Place())
    let expected = try foundModel(
      of: whole.corpus(), settings: Self.settings, folder: whole.path)
    let stopped = #expect(throws: WorkloadStopped.self) {
      try foundModel(
        of: parts.corpus(), settings: Self.settings, folder: parts.path, in: Stop())
    }
    #expect(stopped?.reason == "half way")
    let resumed = try foundModel(
      of: parts.corpus(), settings: Self.settings, folder: parts.path)
    #expect(resumed.inside == expected.inside)
    #expect(resumed.network.stateDictionary() == expected.network.stateDictionary())
  }

  @Test func `too little text, too little budget and too many pieces are refused in words`() throws
  {
    let little = try Place(documents: 20)
    let place = try Place()
    var poor = Self.settings
    poor.operations = 1e5
    var rich = Self.settings
    rich.vocabularies = [60_000]
    var senseless = Self.settings
    senseless.heldOutShare = 0
    for (corpus, settings, words) in [
      (try little.corpus(), Self.settings, "bytes of different text"),
      (try place.corpus(), poor, "the least has"), (try place.corpus(), rich, "supports at most"),
      (try place.corpus(), senseless, "out of range"),
    ] {
      do {
        _ = try foundModel(of: corpus, settings: settings, folder: place.path)
        Issue.record("a model with \(settings)")
      } catch let error as LMError {
        #expect("\(error)".contains(words))
      }
    }
  }
}
