extension CPUPowerModel {
  /// The table's row for the processor of a machine; a wide guess where the family is unknown.
  public static func forMachine(_ host: Host) -> CPUPowerModel { forProcessor(CPUIdentity(host)) }

  /// The table's row for a processor.
  public static func forProcessor(_ cpu: CPUIdentity) -> CPUPowerModel {
    let row = CoreFamily.table.first { $0.matches(cpu) } ?? .unknown
    return CPUPowerModel(
      name: "core table: \(row.name)", version: CoreFamily.tableVersion,
      wattsPerCore: row.busy, idleWattsPerCore: Interval(Watts(row.idleW), factor: row.factor),
      kind: .estimated)
  }

  /// A model somebody vouches for: their watts per busy logical processor, and per idle one.
  ///
  /// ```swift
  /// let model = CPUPowerModel(declaredWattsPerCore: Watts(3.5), idle: Watts(0.8))
  /// ```
  ///
  /// - Parameter error: How far the truth may lie from the declared watts; a factor of two unless
  ///   said better.
  /// - Precondition: neither power is negative.
  public init(
    declaredWattsPerCore busy: Watts, idle: Watts = Watts(0.8), error: ErrorBar = .factor(2)
  ) {
    self.init(
      name: "declared", version: "", wattsPerCore: Interval(busy, error: error),
      idleWattsPerCore: Interval(idle, error: error), kind: .assumed)
  }
}

/// One row of the core table: what a logical processor of one family draws.
///
/// The figures are ours. `busyW` is the geometric mean of two bounds: a rated part's power less
/// its idle power, shared by all its logical processors (the loaded machine), and what one busy
/// processor adds to an idle machine at its boost clock. The two differ by two to four, which is
/// why a known family is still only good to a factor of two. ``basis`` names the rated part.
struct CoreFamily: Sendable {
  /// What decides that a processor belongs to the family.
  enum Pattern: Sendable {
    /// A maker's family and models, optionally only those whose name says the word.
    case x86(CPUIdentity.Vendor, family: Int, models: [ClosedRange<Int>]?, word: String? = nil)
    /// A maker's part numbers; `nil` for all of them.
    case arm(CPUIdentity.Vendor, parts: [Int]?)
    /// A beginning of the model name.
    case named(String)
  }

  let name: String
  let pattern: Pattern
  /// Extra watts of one busy logical processor.
  let busyW: Double
  /// Watts of one idle logical processor, with its share of the package.
  let idleW: Double
  /// How far the truth may lie, both ways.
  let factor: Double
  /// Extra watts of a busy efficiency core, where the family mixes two kinds.
  let efficiencyW: Double?
  /// The part that the figures were derived from.
  let basis: String

  init(
    _ name: String, _ pattern: Pattern, busyW: Double, idleW: Double, factor: Double = 2,
    efficiencyW: Double? = nil, basis: String
  ) {
    self.name = name
    self.pattern = pattern
    self.busyW = busyW
    self.idleW = idleW
    self.factor = factor
    self.efficiencyW = efficiencyW
    self.basis = basis
  }

  var busy: Interval<Watts> {
    let low = min(busyW / factor, efficiencyW ?? .infinity)
    return Interval(low: Watts(low), best: Watts(busyW), high: Watts(busyW * factor))
  }

  func matches(_ cpu: CPUIdentity) -> Bool {
    switch pattern {
    case .x86(let vendor, let family, let models, let word):
      guard cpu.vendor == vendor, cpu.family == family else { return false }
      if let word, !cpu.name.contains(word) { return false }
      guard let models else { return true }
      guard let model = cpu.model else { return false }
      return models.contains { $0.contains(model) }
    case .arm(let vendor, let parts):
      guard cpu.vendor == vendor, let part = cpu.part else { return false }
      return parts?.contains(part) ?? true
    case .named(let prefix): return cpu.name.hasPrefix(prefix)
    }
  }
}
