import ErgonEnergy
import ErgonLedger
import Foundation

/// What a folder of training says of itself, in `run.json`: all that was set, what was read, what it
/// took and what came of it.
struct TrainingRecord: Codable, Equatable {
  enum State: String, Codable { case begun, stopped, failed, finished }

  /// The text, as it became tokens.
  struct Text: Codable, Equatable {
    var paths: [String]
    var documents = 0
    /// Documents left out: empty, or said before.
    var duplicates = 0
    /// Files that were not read; `corpus.json` says why of each.
    var skipped = 0
    var trainingTokens = 0
    var validationTokens = 0
    /// Of both.
    var textBytes = 0
  }

  struct TokenizerFacts: Codable, Equatable {
    var kind: String
    var vocabulary: Int
    var digest: String
  }

  /// Losses of some steps, in nats a token.
  struct Loss: Codable, Equatable {
    var step: Int
    var training: Double
    var validation: Double?
  }

  struct Energy: Codable, Equatable {
    var lowJ: Double
    var bestJ: Double
    var highJ: Double
    var provenance: String
    var source: String
  }

  /// One process that worked on the run.
  struct Session: Codable, Equatable {
    var runId: String
    var state: State
    var startedAtUnixS: Double
    var durationS: Double?
    /// Tokens learned from.
    var tokens = 0
    /// Of all, reading and measuring too.
    var energy: Energy?
    /// Of learning alone.
    var learningEnergy: Energy?
    var threads: Int
    var ergon: String
  }

  struct Result: Codable, Equatable {
    var lossNats: Double
    var perplexity: Double
    var bitsPerByte: Double?
    var tokens: Int
  }

  static let version = 1

  var schemaVersion = version
  var command: [String]
  var state = State.begun
  var settings: [String: String]
  var text: Text?
  var tokenizer: TokenizerFacts?
  var parameters: Int?
  /// As asked for, or as the minutes were found to allow.
  var steps: Int?
  var losses: [Loss] = []
  /// Tokens learned from in all, also by processes that were killed before they could tell.
  var learned: Int?
  var sessions: [Session] = []
  /// On the held-out text, where there is some.
  var result: Result?
  /// Shares of the ternary weights that are -1, 0 and 1.
  var trits: [Double]?
}

extension TrainingRecord {
  /// Tokens learned from by the sessions that told.
  var toldTokens: Int { sessions.reduce(0) { $0 + $1.tokens } }
  var tokens: Int { max(learned ?? 0, toldTokens) }

  /// What the sessions took that told; nil where one of them has no figure.
  var energy: Figure<Joules>? { Self.sum(sessions.map(\.energy)) }

  /// What learning a million tokens took.
  var energyPerMillion: Figure<Joules>? {
    guard toldTokens > 0 else { return nil }
    let told = sessions.filter { $0.tokens > 0 }
    return Self.sum(told.map(\.learningEnergy)).map { $0 * (1e6 / Double(toldTokens)) }
  }

  private static func sum(_ parts: [Energy?]) -> Figure<Joules>? {
    let figures = parts.map { $0?.figure }
    guard let first = figures.first, var sum = first else { return nil }
    for figure in figures.dropFirst() {
      guard let figure else { return nil }
      sum = sum + figure
    }
    return sum
  }

  /// Adds what a process did.
  mutating func add(_ run: Run, _ state: State, tokens: Int, threads: Int) {
    let learning = run.stages.filter { $0.name == TokenWatch.learning }
    let figures = learning.compactMap { $0.reading.dynamic }
    sessions.append(
      Session(
        runId: run.id.description, state: state, startedAtUnixS: run.startedAt,
        durationS: run.bill?.reading.duration.value, tokens: tokens,
        energy: run.bill?.energy.map(Energy.init),
        learningEnergy: figures.count == learning.count && !figures.isEmpty
          ? Energy(figures.dropFirst().reduce(figures[0], +)) : nil,
        threads: threads, ergon: Version.text))
    self.state = state
  }
}

extension TrainingRecord.Energy {
  init(_ figure: Figure<Joules>) {
    self.init(
      lowJ: figure.low.value, bestJ: figure.best.value, highJ: figure.high.value,
      provenance: figure.provenance.kind.rawValue, source: figure.provenance.source)
  }

  /// Nil where the numbers, which somebody may have written, are none.
  var figure: Figure<Joules>? {
    guard let kind = ProvenanceKind(rawValue: provenance), lowJ <= bestJ, bestJ <= highJ,
      lowJ.isFinite, highJ.isFinite
    else { return nil }
    return Figure(
      Interval(low: Joules(lowJ), best: Joules(bestJ), high: Joules(highJ)),
      Provenance(kind, source: source))
  }
}
