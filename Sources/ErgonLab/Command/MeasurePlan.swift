public import ErgonEnergy

/// What to measure, how often and in which order.
///
/// ```swift
/// var plan = MeasurePlan([MeasuredCommand(["gzip", "-k", "a"]), MeasuredCommand(["zstd", "a"])])
/// plan.repeats = 10
/// plan.warmups = 1
/// let summary = try MeasureSession(plan, meter: meter, ledger: ledger, environment: env).run()
/// ```
public struct MeasurePlan: Sendable, Hashable {
  /// One command, or several to be compared; the sides are named A, B, … in this order.
  public var sides: [MeasuredCommand]
  /// Measured runs of each side.
  public var repeats: Int
  /// Runs of each side before those; they have no bill, no budget and no place in the ledger.
  public var warmups: Int
  public var budget: EnergyBudget?
  /// Period of a power series; `nil` for none.
  public var sampling: Seconds?
  public var grid: Grid?
  public var overheads: Overheads
  /// Labels of every run.
  public var tags: [String]
  /// Settings of every run, beside those that follow from the plan.
  public var settings: [String: String]

  public init(
    _ sides: [MeasuredCommand], repeats: Int = 1, warmups: Int = 0, budget: EnergyBudget? = nil,
    sampling: Seconds? = nil, grid: Grid? = nil, overheads: Overheads = Overheads(),
    tags: [String] = [], settings: [String: String] = [:]
  ) {
    self.sides = sides
    self.repeats = repeats
    self.warmups = warmups
    self.budget = budget
    self.sampling = sampling
    self.grid = grid
    self.overheads = overheads
    self.tags = tags
    self.settings = settings
  }

  /// Whether it is more than a single run: then the runs have a parent.
  public var isSeries: Bool { sides.count > 1 || repeats > 1 }

  /// One measured run in the plan's order.
  public struct Step: Sendable, Hashable {
    /// Index into ``MeasurePlan/sides``.
    public var side: Int
    /// Which repeat; the same index on two sides is a pair.
    public var index: Int

    public init(side: Int, index: Int) {
      self.side = side
      self.index = index
    }
  }

  /// The order of the measured runs: A B, B A, A B and so on.
  ///
  /// Turning the order round at each repeat lets a steady drift of the machine (warming up, a
  /// filling cache) fall on both sides alike.
  public var steps: [Step] {
    (0..<max(0, repeats)).flatMap { index in
      let order = Array(sides.indices)
      return (index.isMultiple(of: 2) ? order : order.reversed()).map {
        Step(side: $0, index: index)
      }
    }
  }

  /// `A`, `B`, … `Z`, then numbers.
  public static func sideName(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index))) : String(index + 1)
  }

  /// Refuses what cannot be run, before anything is.
  ///
  /// - Throws: ``LabError`` for no side, a count out of range, or a command that is not there.
  public func validate() throws(LabError) {
    guard !sides.isEmpty else { throw .emptyCommand }
    guard (1...1_000_000).contains(repeats) else {
      throw .invalidPlan("repeats must be between 1 and 1000000, is \(repeats)")
    }
    guard (0...1_000_000).contains(warmups) else {
      throw .invalidPlan("warm-ups must be between 0 and 1000000, is \(warmups)")
    }
    if let sampling, !(sampling.value.isFinite && sampling.value >= 0.001) {
      throw .invalidPlan("the sampling period must be at least 1 ms, is \(sampling)")
    }
    for side in sides { _ = try side.executable() }
  }
}
