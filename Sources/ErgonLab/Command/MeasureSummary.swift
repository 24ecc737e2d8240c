public import ErgonEnergy
public import ErgonLedger

/// What a carried-out plan gave.
public struct MeasureSummary: Sendable {
  public let plan: MeasurePlan
  /// The measured runs in the order they were made.
  public private(set) var runs: [Run] = []
  public private(set) var outcomes: [CommandOutcome] = []
  /// Which side each run belongs to.
  public private(set) var sideOfRun: [Int] = []
  /// The run that holds them together; `nil` for a single run.
  public internal(set) var parent: Run?
  /// Whether something ended the plan before its last step.
  public internal(set) var isStoppedEarly: Bool
  /// What kept the first of these runs out of the ledger; `nil` when all are there that should be.
  public internal(set) var notKept: LedgerError?

  init(plan: MeasurePlan, isStoppedEarly: Bool = false) {
    self.plan = plan
    self.isStoppedEarly = isStoppedEarly
  }

  mutating func add(_ run: Run, _ outcome: CommandOutcome, side: Int) {
    runs.append(run)
    outcomes.append(outcome)
    sideOfRun.append(side)
  }

  /// The runs of one side, by repeat.
  public func runs(ofSide side: Int) -> [Run] {
    zip(runs, sideOfRun).filter { $0.1 == side }.map(\.0)
      .sorted { ($0.repetition?.index ?? 0) < ($1.repetition?.index ?? 0) }
  }

  /// The code to pass on: that of the first run that did not end with 0, else 0.
  public var exitCode: Int32 {
    outcomes.lazy.map(\.termination.exitCode).first { $0 != 0 } ?? 0
  }

  /// The price of all measured runs together, by counter; `nil` before there is one.
  public var totalBill: Bill? {
    guard let first = runs.first?.bill?.reading else { return nil }
    var sum = first
    sum.name = parent?.subject ?? first.name
    sum.series = nil
    for reading in runs.dropFirst().compactMap({ $0.bill?.reading }) { sum.add(reading) }
    return Bill(reading: sum, grid: plan.grid, overheads: plan.overheads)
  }
}

extension Reading {
  /// Adds a reading that came after this one.
  fileprivate mutating func add(_ next: Reading) {
    duration = duration + next.duration
    suspended = suspended + next.suspended
    cpu.user = cpu.user + next.cpu.user
    cpu.system = cpu.system + next.cpu.system
    machineBusy = machineBusy.flatMap { a in next.machineBusy.map { a + $0 } }
    meterCost = meterCost + next.meterCost
    notices += next.notices.filter { !notices.contains($0) }
    for part in next.components {
      guard let index = components.firstIndex(where: { $0.counter == part.counter }) else {
        components.append(part)
        continue
      }
      components[index].add(part)
    }
  }
}

extension ComponentReading {
  fileprivate mutating func add(_ next: ComponentReading) {
    total = Self.sum(total, next.total)
    dynamic = Self.sum(dynamic, next.dynamic)
    idle = Self.sum(idle, next.idle)
    wraps += next.wraps
    missed += next.missed
    samples += next.samples
  }

  private static func sum(_ a: Figure<Joules>?, _ b: Figure<Joules>?) -> Figure<Joules>? {
    guard let a else { return b }
    return b.map { a + $0 } ?? a
  }
}
