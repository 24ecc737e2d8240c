public import ErgonEnergy

/// What ran, how well it did and what it cost: one row of the ledger.
///
/// Everything Ergon shows is a view of runs. A run is opened before the work begins, so that a
/// crash leaves a trace, and completed when it ends.
///
/// ```swift
/// var run = Run(subject: "gzip -9 corpus.tar", environment: .current())
/// try ledger.open(run)
/// run.complete(with: bill)
/// try ledger.save(run)
/// ```
public struct Run: Sendable, Hashable, Codable, Identifiable {
  public var id: RunID
  /// The run this one is a part of: a sweep, a study, a comparison.
  public var parent: RunID?
  /// What was run, as its owner would name it: a command line, a study, a window.
  public var subject: String
  /// What kind of thing the subject is.
  public var kind: RunKind
  /// Everything that was set for it, by name: seeds, sizes, flags, the grid asked for.
  public var settings: [String: String]
  public var environment: RunEnvironment
  /// Wall clock at the start, seconds since 1970.
  public var startedAt: Double
  public var state: RunState
  /// The exit code of a command; `nil` for anything else and while it is open.
  public var exitCode: Int32?
  /// The price of the whole run; `nil` while it is open.
  public var bill: Bill?
  /// Parts of the run that were metered by themselves.
  public var stages: [Stage]
  /// How well it did, and what it counted.
  public var metrics: [Metric]
  /// Free labels, sorted; `name` or `name=value`.
  public var tags: [String]
  /// Its place among repeats, where it was one of several.
  public var repetition: Repetition?

  /// - Parameter startedAt: Now, unless given.
  public init(
    id: RunID = RunID(), parent: RunID? = nil, subject: String, kind: RunKind = .command,
    settings: [String: String] = [:], environment: RunEnvironment, startedAt: Double? = nil,
    state: RunState = .open, exitCode: Int32? = nil, bill: Bill? = nil, stages: [Stage] = [],
    metrics: [Metric] = [], tags: [String] = [], repetition: Repetition? = nil
  ) {
    self.id = id
    self.parent = parent
    self.subject = subject
    self.kind = kind
    self.settings = settings
    self.environment = environment
    self.startedAt = startedAt ?? RunID.now()
    self.state = state
    self.exitCode = exitCode
    self.bill = bill
    self.stages = stages
    self.metrics = metrics
    self.tags = tags
    self.repetition = repetition
  }
}

/// What kind of thing a run is about.
public enum RunKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A program measured from outside.
  case command
  /// A window opened by a program of its own accord.
  case window
  /// A process or control group watched from outside while it ran.
  case attached
  /// A study of a published claim.
  case study
  /// A row brought in from another meter's file.
  case imported
}

/// Where a run stands.
public enum RunState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Begun and not ended; a run found open whose process is gone was lost with it.
  case open
  case complete
  /// It ended by itself, badly.
  case failed
  /// Somebody, or an energy budget, stopped it; its bill counts what was done.
  case interrupted
}

/// A part of a run with its own reading: `load`, `epoch 3`, `query`.
public struct Stage: Sendable, Hashable, Codable {
  public var name: String
  public var reading: Reading

  public init(name: String, reading: Reading) {
    self.name = name
    self.reading = reading
  }
}

/// A number that says how well a run did, or how much it did.
public struct Metric: Sendable, Hashable, Codable {
  public var name: String
  public var value: Double
  /// The unit's symbol; empty for a plain number.
  public var unit: String
  /// Whether more is better; `nil` where neither is (a count).
  public var higherIsBetter: Bool?

  public init(name: String, value: Double, unit: String = "", higherIsBetter: Bool? = nil) {
    self.name = name
    self.value = value
    self.unit = unit
    self.higherIsBetter = higherIsBetter
  }
}

extension Metric {
  private enum CodingKeys: CodingKey { case name, value, unit, higherIsBetter }

  /// A loss may well be NaN, which JSON lacks: such values are words.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    unit = try container.decodeIfPresent(String.self, forKey: .unit) ?? ""
    higherIsBetter = try container.decodeIfPresent(Bool.self, forKey: .higherIsBetter)
    if let word = try? container.decode(String.self, forKey: .value) {
      guard let number = Double(word), !number.isFinite else {
        throw DecodingError.dataCorruptedError(
          forKey: .value, in: container, debugDescription: "a word must be nan, inf or -inf")
      }
      value = number
    } else {
      value = try container.decode(Double.self, forKey: .value)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    if value.isFinite {
      try container.encode(value, forKey: .value)
    } else {
      try container.encode("\(value)", forKey: .value)
    }
    try container.encode(unit, forKey: .unit)
    try container.encodeIfPresent(higherIsBetter, forKey: .higherIsBetter)
  }
}

/// A run's place among repeats of the same thing.
///
/// Two sides that carry the same group and were run in turn (A B A B …) are compared pair by pair:
/// drift of the machine then cancels.
public struct Repetition: Sendable, Hashable, Codable {
  /// Shared by all repeats that belong together.
  public var group: RunID
  /// `"A"`, `"B"`, …: which of the compared things this is.
  public var side: String
  /// 0, 1, 2, …: the same index on two sides is a pair.
  public var index: Int
  /// Whether the sides were run in turn.
  public var isInterleaved: Bool

  public init(group: RunID, side: String = "A", index: Int, isInterleaved: Bool = false) {
    self.group = group
    self.side = side
    self.index = index
    self.isInterleaved = isInterleaved
  }
}
