/// What a computation has done so far, in countable things.
///
/// Counts are kept by the computation itself, so that joules per item, per operation or per byte
/// can be stated without guessing.
public struct WorkloadCounts: Sendable, Equatable, Codable {
  /// Units of the computation's own output: images, tokens, steps, rows.
  public var items: UInt64
  /// Arithmetic operations, where the computation counts them; otherwise 0.
  public var operations: UInt64
  /// Bytes moved or written, where the computation counts them; otherwise 0.
  public var bytes: UInt64

  public init(items: UInt64 = 0, operations: UInt64 = 0, bytes: UInt64 = 0) {
    self.items = items
    self.operations = operations
    self.bytes = bytes
  }
}

/// How far a computation is.
public struct WorkloadProgress: Sendable, Equatable {
  /// The stage's name as a person would say it, for example `"epoch 2"`.
  public var stage: String
  /// Work done in the unit of ``total``.
  public var completed: Double
  /// All the work there is, or `nil` where nobody can know.
  public var total: Double?
  /// Everything done since the computation began.
  public var counts: WorkloadCounts
  /// Current figures worth a place in the progress line, for example `("loss", 0.31)`.
  public var figures: [(name: String, value: Double)]

  public init(
    stage: String = "", completed: Double, total: Double? = nil,
    counts: WorkloadCounts = WorkloadCounts(), figures: [(name: String, value: Double)] = []
  ) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.counts = counts
    self.figures = figures
  }

  /// Done as a share from 0 to 1, or `nil` without a positive total.
  public var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(max(completed / total, 0), 1)
  }

  public static func == (a: WorkloadProgress, b: WorkloadProgress) -> Bool {
    a.stage == b.stage && a.completed == b.completed && a.total == b.total
      && a.counts == b.counts && a.figures.map(\.name) == b.figures.map(\.name)
      && a.figures.map(\.value) == b.figures.map(\.value)
  }
}

/// Thrown by ``WorkloadContext/report(_:)`` when the computation has been asked to stop.
///
/// A computation that can be resumed writes its checkpoint before letting this pass upwards.
public struct WorkloadStopped: Error, Sendable, Equatable, CustomStringConvertible {
  /// Who asked, in words: `"interrupted"`, `"energy budget of 50 J spent"`.
  public let reason: String

  public init(reason: String) { self.reason = reason }

  public var description: String { "stopped: \(reason)" }
}

/// The one thing a computation is given of the outside world.
///
/// Training, generation, simulation and downloads all speak it, so that one observer gives each a
/// progress line, an energy budget, a clean Ctrl-C and a row in the ledger, and the computation
/// itself has never heard of joules.
///
/// ```swift
/// func simulate(steps: Int, in context: some WorkloadContext) throws {
///   for step in 0..<steps {
///     advance()
///     try context.report(WorkloadProgress(completed: Double(step + 1), total: Double(steps)))
///   }
/// }
/// ```
public protocol WorkloadContext: Sendable {
  /// Says how far the computation is, and learns whether it should stop.
  ///
  /// Cheap enough for every step: an observer drops what it does not need.
  ///
  /// - Throws: ``WorkloadStopped`` once a stop has been asked for.
  func report(_ progress: WorkloadProgress) throws(WorkloadStopped)
}

/// A context that nobody watches: every report is dropped and nothing ever stops.
public struct UnobservedContext: WorkloadContext {
  public init() {}
  public func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {}
}
