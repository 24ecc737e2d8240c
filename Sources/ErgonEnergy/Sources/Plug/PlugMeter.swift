internal import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A wattmeter at the plug, read from the lines some program writes: CSV or JSON lines.
///
/// Known names are `power_w`, `watts`, `W`, `energy_j`, `energy_wh`, `energy_kwh` and their kin,
/// with an optional `time`; see `PlugLineParser`. Whatever the meter's rate, the source offers one
/// counter of microjoules. Reading it never waits: a thread of the source's own, the only one in
/// the meter, waits for lines and lives as long as the source.
///
/// ```swift
/// let plug = try PlugMeter(PlugMeterAddress("fifo:/run/wattmeter"))
/// let meter = Meter(sources: [plug], model: model)
/// ```
///
/// - Accuracy: what ``PlugMeterAddress/error`` declares; at each end of a window one reporting
///   period is held at its last power.
public final class PlugMeter: EnergySource {
  public let name = "plug"
  public let counters: [EnergyCounter]
  private let stream: PlugStream
  private let clock: any MeterClock
  private let staleAfter: Seconds

  /// Opens the stream.
  ///
  /// - Parameters:
  ///   - address: Where the readings come from, and what is known of the instrument.
  ///   - patience: How long to wait for the first reading; without one the source starts
  ///     unreadable.
  /// - Throws: ``EnergyError/sourceUnusable(name:reason:remedy:)`` when the stream cannot be
  ///   opened, ``EnergyError/malformedStream(source:reason:)`` when its first lines make no sense.
  public convenience init(
    _ address: PlugMeterAddress, waitingForFirst patience: Seconds = Seconds(2)
  ) throws(EnergyError) {
    try self.init(address, waitingForFirst: patience, clock: MachineClock())
  }

  package init(
    _ address: PlugMeterAddress, waitingForFirst patience: Seconds, clock: any MeterClock
  ) throws(EnergyError) {
    self.clock = clock
    staleAfter = address.staleAfter
    stream = try PlugStream(address, clock: clock)
    let (power, failure) = Self.awaitFirst(stream, patience)
    // A whole period's energy can hide between the last line and the end of a window.
    counters = [
      EnergyCounter(
        name: "wall", component: .wall, reading: .energy(joulesPerTick: 1e-6, range: nil),
        device: "wall", maximumPower: address.maximumPower, error: address.error,
        provenance: Provenance(.measured, source: address.name, version: address.description),
        resolution: (power ?? address.maximumPower) * address.period,
        remark: "read from \(address), held for up to \(address.period) between lines")
    ]
    if let failure {
      stream.cancel()
      throw failure
    }
  }

  deinit { stream.cancel() }

  /// Looks whether the plug meter at an address can be read; without an address there is none.
  public static func discover(_ address: PlugMeterAddress?) -> Discovery {
    let title = "wattmeter at the plug"
    guard let address else {
      return Discovery(
        SourceReport(
          name: "plug", title: title, isFound: false, isUsable: false,
          reason: "no wattmeter was named",
          remedy: "name its stream: --plug PATH, --plug fifo:PATH or --plug tcp:HOST:PORT"))
    }
    do throws(EnergyError) {
      let plug = try PlugMeter(address)
      return Discovery(
        SourceReport(
          name: "plug", title: title, isFound: true, isUsable: true,
          reason: plug.hasReading ? "\(address): readings arrive" : "\(address): no line yet",
          counters: plug.counters),
        source: plug)
    } catch {
      var (reason, remedy) = (String(describing: error), String?.none)
      if case .sourceUnusable(_, let why, let how) = error { (reason, remedy) = (why, how) }
      return Discovery(
        SourceReport(
          name: "plug", title: title, isFound: false, isUsable: false, reason: reason,
          remedy: remedy))
    }
  }

  /// Lines that could not be understood so far.
  public var malformedLines: Int { stream.withStatus { $0.complaints } }

  /// Why the stream was given up: ten bad lines in a row, or one without end; `nil` while it goes
  /// on or ended by itself.
  public var failure: EnergyError? { stream.withStatus { $0.failure } }

  private var hasReading: Bool { stream.withStatus { $0.integrator.arrival != nil } }

  public func read(_ samples: inout [CounterSample]) {
    let now = clock.awake()
    let staleAfter = staleAfter.value
    samples[0] = stream.withStatus { status in
      if let end = status.end { return .gone(end) }
      guard let arrival = status.integrator.arrival else {
        return .unreadable(status.complaint.map { "malformed line: \($0)" } ?? "no reading yet")
      }
      let age = now - arrival
      if age > staleAfter {
        return .unreadable("last reading \(QuantityFormat.fixed(age, decimals: 0)) s old")
      }
      if let complaint = status.complaint { return .unreadable("malformed line: \(complaint)") }
      return status.integrator.ticks(at: now).map { .energy(ticks: $0) }
        ?? .unreadable("no reading yet")
    }
  }

  /// Waits for the first reading, the end of the stream or the end of patience.
  private static func awaitFirst(
    _ stream: PlugStream, _ patience: Seconds
  ) -> (power: Watts?, failure: EnergyError?) {
    let deadline = DispatchTime.now() + max(0, patience.value)
    while true {
      let (power, failure, isDecided) = stream.withStatus {
        (
          $0.integrator.latestPower, $0.failure,
          $0.integrator.arrival != nil || $0.end != nil
        )
      }
      if isDecided || DispatchTime.now() >= deadline { return (power, failure) }
      poll(nil, 0, 2)
    }
  }
}
