import ErgonWorkload
import Foundation

@testable import ErgonLM

/// A vocabulary of bytes and some pairs of bytes, with an end.
struct ByteTokenizer: Tokenizer {
  static let end: TokenID = 257
  let vocabularySize = 1024
  let special = SpecialTokens(beginning: 256, end: end, endOfGeneration: [end])
  let dropsLeadingSpace = false

  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    (addingSpecial ? [256] : []) + text.utf8.map { TokenID($0) }
  }

  func bytes(of token: TokenID) -> [UInt8] {
    if token < 256 { return [UInt8(token)] }
    if token < 258 { return [] }
    return [UInt8(97 + token % 26), UInt8(97 + token / 26 % 26)]
  }

  func piece(of token: TokenID) -> String { "<\(token)>" }
  func token(named piece: String) -> TokenID? {
    (0..<TokenID(vocabularySize)).first { self.piece(of: $0) == piece }
  }
  func isSpecial(_ token: TokenID) -> Bool { token == 256 || token == 257 }
}

/// Models that tests generate with.
enum Fixture {
  /// A made-up model that says nothing, always the same.
  static let tiny = Result { try make(.ternary, seed: 1) }
  /// Another one of the same vocabulary.
  static let other = Result { try make(.f16, seed: 2) }

  private static func make(_ weights: SyntheticWeights, seed: UInt64) throws -> LanguageModel {
    let file = SyntheticModel(.tiny, weights: weights, contextLength: 256, seed: seed)
    return try LanguageModel(
      name: file.source,
      model: TransformerModel(file, options: LoadOptions(), in: UnobservedContext()),
      tokenizer: ByteTokenizer())
  }

  static let data = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""
  static let hasStories = FileManager.default.fileExists(
    atPath: data + "/stories260K/stories260K.bin")

  static let stories = Result {
    var options = LoadOptions()
    options.keyValueFormat = .f32
    return try LanguageModel(
      data + "/stories260K/stories260K.bin", tokenizer: data + "/stories260K/tok512.bin",
      options: options)
  }

  static func options(
    _ sampling: SamplingOptions = .greedy, tokens: Int = 40
  ) -> GenerationOptions {
    var options = GenerationOptions()
    options.sampling = sampling
    options.maximumTokens = tokens
    return options
  }

  /// Draws of the same seed.
  static func drawing(_ seed: UInt64, temperature: Float = 1) -> SamplingOptions {
    var options = SamplingOptions()
    options.temperature = temperature
    options.seed = seed
    return options
  }
}

extension GenerationSession {
  /// An answer's tokens, text and how it ended.
  func answer(
    to prompt: [TokenID], _ options: GenerationOptions
  ) throws -> (tokens: [TokenID], text: String, finish: Generation.FinishReason?) {
    var answer = Generation.Answer()
    try run(prompt, options: options, into: &answer)
    return (answer.tokens.map(\.token), answer.text, answer.finish)
  }
}

/// Asks a workload to stop at its n-th report of a stage.
final class StopAfter: WorkloadContext, @unchecked Sendable {
  private let stage: String
  private var left: Int
  private let lock = NSLock()
  private(set) var counts = WorkloadCounts()

  init(_ reports: Int, of stage: String) {
    left = reports
    self.stage = stage
  }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    lock.lock()
    defer { lock.unlock() }
    counts = progress.counts
    if progress.stage == stage { left -= 1 }
    if left < 0 { throw WorkloadStopped(reason: "enough") }
  }
}

/// Allows the tokens of one of some texts, then the end.
struct Choices: TokenConstraint {
  let choices: [[TokenID]]
  var said: [TokenID] = []

  init(_ texts: [String]) { choices = texts.map { $0.utf8.map { TokenID($0) } } }

  private var next: Set<TokenID> {
    Set(
      choices.compactMap { $0.starts(with: said) && $0.count > said.count ? $0[said.count] : nil })
  }

  mutating func restrict(_ mask: inout TokenMask) {
    let next = next
    for token in 0..<TokenID(mask.count)
    where !next.contains(token) && !(isComplete && token == ByteTokenizer.end) {
      mask[token] = false
    }
  }

  mutating func accept(_ token: TokenID) -> Bool {
    if isComplete && token == ByteTokenizer.end { return true }
    guard next.contains(token) else { return false }
    said.append(token)
    return true
  }

  var isComplete: Bool { choices.contains(said) }
}
