public import ErgonEnergy
import Synchronization

/// An energy source that says what a test tells it to.
///
/// ```swift
/// let source = ReplaySource("powercap", [.rapl("package-0")])
/// source.set("package-0", joules: 200_000)
/// ```
public final class ReplaySource: EnergySource {
  public let name: String
  public let counters: [EnergyCounter]

  private struct State {
    var samples: [CounterSample]
    var shares: [Int: Double] = [:]
    var reads = 0
  }

  private let state: Mutex<State>
  private let script: (@Sendable () -> [CounterSample])?

  /// - Parameters:
  ///   - samples: The first answers; unreadable unless given.
  ///   - script: Called at each reading, when given, and answered as it says.
  public init(
    _ name: String, _ counters: [EnergyCounter], samples: [CounterSample]? = nil,
    script: (@Sendable () -> [CounterSample])? = nil
  ) {
    self.name = name
    self.counters = counters
    self.script = script
    state = Mutex(
      State(
        samples: samples
          ?? Array(repeating: .unreadable("not set by the test"), count: counters.count)))
  }

  /// How often the meter has read it.
  public var reads: Int { state.withLock { $0.reads } }

  /// What the counter says from now on.
  ///
  /// - Precondition: the counter exists.
  public func set(_ counter: String, _ sample: CounterSample) {
    let index = index(of: counter)
    state.withLock { $0.samples[index] = sample }
  }

  /// The same for an energy counter, in joules.
  public func set(_ counter: String, joules: Double) {
    guard case .energy(let joulesPerTick, _) = counters[index(of: counter)].reading else {
      preconditionFailure("ReplaySource: \(counter) counts no energy")
    }
    set(counter, .energy(ticks: UInt64((joules / joulesPerTick).rounded())))
  }

  /// What ``share(ofCounter:processes:lastSeconds:)`` answers from now on.
  public func setShare(_ counter: String, _ share: Double?) {
    let index = index(of: counter)
    state.withLock { $0.shares[index] = share }
  }

  public func read(_ samples: inout [CounterSample]) {
    let now = script?()
    state.withLock { state in
      state.reads += 1
      if let now { state.samples = now }
      samples = state.samples
    }
  }

  public func share(
    ofCounter counter: Int, processes: Set<Int32>, lastSeconds seconds: Double
  ) -> Double? { state.withLock { $0.shares[counter] } }

  private func index(of counter: String) -> Int {
    guard let index = counters.firstIndex(where: { $0.name == counter }) else {
      preconditionFailure("ReplaySource: no counter \(counter)")
    }
    return index
  }
}

extension EnergyCounter {
  /// A counter as powercap shows it: microjoules, and a range of 2^32 - 1 ticks of 61.035 µJ.
  public static func rapl(
    _ name: String, _ component: EnergyComponent = .cpu, range: UInt64? = 262_143_328_850,
    device: String? = nil, containedIn: String? = nil, maximumPower: Double = 250,
    error: ErrorBar = .relative(0.05)
  ) -> EnergyCounter {
    EnergyCounter(
      name: name, component: component, reading: .energy(joulesPerTick: 1e-6, range: range),
      device: device, containedIn: containedIn, maximumPower: Watts(maximumPower), error: error,
      provenance: Provenance(.measured, source: "synthetic RAPL"), resolution: Joules(61e-6))
  }

  /// A momentary power, as hwmon or a battery gives it.
  public static func power(
    _ name: String, _ component: EnergyComponent = .platform, maximumPower: Double = 500
  ) -> EnergyCounter {
    EnergyCounter(
      name: name, component: component, reading: .power, maximumPower: Watts(maximumPower),
      error: .relative(0.1), provenance: Provenance(.measured, source: "synthetic power"),
      resolution: Joules(1e-6))
  }
}

extension CPUPowerModel {
  /// Three watts a busy and half a watt an idle processor, good to a factor of two.
  public static let synthetic = CPUPowerModel(
    name: "synthetic model", version: "1", wattsPerCore: Interval(Watts(3), factor: 2),
    idleWattsPerCore: Interval(Watts(0.5), factor: 2), kind: .estimated)
}

extension Meter {
  /// A meter whose time and machine a test makes up.
  public convenience init(
    sources: [any EnergySource], model: CPUPowerModel = .synthetic, host: Host = Host(),
    idlePower: [String: Interval<Watts>] = [:], clock: VirtualClock
  ) {
    self.init(
      sources: sources, model: model, host: host, reports: [], idlePower: idlePower,
      clock: clock as any MeterClock)
  }
}
