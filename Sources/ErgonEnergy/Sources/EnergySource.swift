/// Something that counts energy: a driver, a kernel interface, a meter on the desk.
///
/// A source only reads; wraps, resets, shares and totals are the meter's business. Reading must be
/// cheap (both ends of every window call it) and must never block.
public protocol EnergySource: Sendable {
  /// The source's own short name, the same on every machine: `powercap`, `perf`, `nvml`.
  var name: String { get }
  /// What it counts, fixed from discovery on; ``read(_:)`` answers in this order.
  var counters: [EnergyCounter] { get }

  /// Reads every counter now.
  ///
  /// - Parameter samples: As many elements as ``counters``; every one must be set.
  func read(_ samples: inout [CounterSample])

  /// The share of a counter's dynamic energy that belongs to these processes, where the device
  /// itself knows it; `nil` where it does not, which is the default.
  ///
  /// - Parameters:
  ///   - counter: Index into ``counters``.
  ///   - processes: Process identifiers.
  ///   - seconds: How far back the share must reach.
  func share(ofCounter counter: Int, processes: Set<Int32>, lastSeconds seconds: Double) -> Double?
}

extension EnergySource {
  public func share(
    ofCounter counter: Int, processes: Set<Int32>, lastSeconds seconds: Double
  ) -> Double? { nil }
}

/// A source that also knows the energy of single processes, so that nothing has to be attributed.
public protocol ProcessEnergySource: EnergySource {
  /// How a process's counter is to be read, its error and provenance.
  ///
  /// Each process has a counter of its own.
  var processCounter: EnergyCounter { get }

  /// The energy one living process has used since it started, without its children.
  func energy(ofProcess pid: Int32) -> CounterSample
}

/// One raw sample of one counter.
public enum CounterSample: Sendable, Hashable {
  /// A running total in the counter's own ticks.
  case energy(ticks: UInt64)
  /// A momentary power; the meter integrates it.
  case power(Watts)
  /// Nothing could be read this time. Not zero.
  case unreadable(String)
  /// The device is gone for good: unplugged, driver unloaded.
  case gone(String)
}

/// The part of a machine whose energy a counter counts.
public enum EnergyComponent: String, Sendable, Codable, CaseIterable {
  case cpu, memory, gpu, accelerator, storage, network
  /// The whole machine, as its own electronics see it (psys, battery).
  case platform
  /// The whole machine at its plug.
  case wall
}

/// What one counter counts, and how far it can be trusted.
public struct EnergyCounter: Sendable, Hashable, Codable {
  /// How the raw number is to be read.
  public enum Reading: Sendable, Hashable, Codable {
    /// A running total of ticks; `range` is the modulus at which it wraps, `nil` for never.
    case energy(joulesPerTick: Double, range: UInt64?)
    /// A power in watts at the moment of reading; integrated between samples.
    case power
  }

  /// Its name within the source, unique there: `package-0`, `dram-0`, `gpu-0`.
  public var name: String
  public var component: EnergyComponent
  public var reading: Reading
  /// The physical thing it counts, by a name that every source gives it: `package-0`,
  /// `package-0/dram`, `gpu-0000:03:00.0`; `nil` where no other source can see the same thing.
  ///
  /// Of several counters with the same device only one may be added, that of the earliest source
  /// in the probe order; the others are second views of it.
  public var device: String?
  /// The name of the counter of the same source that already contains this one (`core` inside
  /// `package`); such counters are shown and never added.
  public var containedIn: String?
  /// The greatest power the device can draw; it decides what is a wrap and what a reset.
  public var maximumPower: Watts
  /// How far the truth may lie from the reading, for the device it counts.
  public var error: ErrorBar
  public var provenance: Provenance
  /// The smallest step between two readings: the counter's tick, or energy per update period.
  public var resolution: Joules
  /// Worth saying beside every figure: `readings are filtered`, `average over 1 s`.
  public var remark: String?

  public init(
    name: String, component: EnergyComponent, reading: Reading, device: String? = nil,
    containedIn: String? = nil, maximumPower: Watts, error: ErrorBar, provenance: Provenance,
    resolution: Joules,
    remark: String? = nil
  ) {
    self.name = name
    self.component = component
    self.reading = reading
    self.device = device
    self.containedIn = containedIn
    self.maximumPower = maximumPower
    self.error = error
    self.provenance = provenance
    self.resolution = resolution
    self.remark = remark
  }

  /// The longest gap between two readings after which a wrap can still be told.
  ///
  /// Half the range at the maximum power; `nil` for a counter that never wraps.
  public var safePollPeriod: Seconds? {
    guard case .energy(let joulesPerTick, let range?) = reading, maximumPower.value > 0 else {
      return nil
    }
    return Seconds(Double(range) * joulesPerTick / (2 * maximumPower.value))
  }
}

/// What discovery says of one kind of source on this machine, usable or not.
public struct SourceReport: Sendable, Hashable, Codable {
  /// The source's short name.
  public var name: String
  /// What it is, in a few words: `Intel/AMD RAPL through powercap`.
  public var title: String
  /// The hardware or driver is there.
  public var isFound: Bool
  /// It can be read, now, by this user.
  public var isUsable: Bool
  /// Why not, or what was found, in one plain sentence.
  public var reason: String
  /// The exact command or step that makes it usable, where there is one.
  public var remedy: String?
  /// Its counters, where it is usable.
  public var counters: [EnergyCounter]
  /// How far the truth may lie from its figures, for a source without counters: the estimator.
  public var error: ErrorBar?

  public init(
    name: String, title: String, isFound: Bool, isUsable: Bool, reason: String,
    remedy: String? = nil, counters: [EnergyCounter] = [], error: ErrorBar? = nil
  ) {
    self.name = name
    self.title = title
    self.isFound = isFound
    self.isUsable = isUsable
    self.reason = reason
    self.remedy = remedy
    self.counters = counters
    self.error = error
  }
}

/// The outcome of looking for one kind of source.
public struct Discovery: Sendable {
  public var report: SourceReport
  /// The source itself when the report says usable.
  public var source: (any EnergySource)?

  public init(_ report: SourceReport, source: (any EnergySource)? = nil) {
    self.report = report
    self.source = source
  }
}
