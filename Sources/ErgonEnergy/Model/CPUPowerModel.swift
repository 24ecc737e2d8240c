/// What a processor draws when nothing on the machine counts it: processor time times a declared
/// power.
///
/// The model is deliberately linear. Between two runs on one machine its constants cancel, so a
/// ratio of estimated joules is exactly a ratio of processor time and says nothing more.
///
/// ```swift
/// let model = CPUPowerModel.forMachine(Host())           // from the table of core families
/// let energy = model.dynamic(cpuTime: Seconds(2.5))      // 2.5 s of one busy logical core
/// ```
///
/// - Units: watts per logical processor.
public struct CPUPowerModel: Sendable, Hashable, Codable {
  /// The model by name: `"core table: AMD Zen 5 server"`, `"calibrated: powercap"`, `"declared"`.
  public var name: String
  /// The version or date of the table, or when the calibration was made.
  public var version: String
  /// Extra power of one busy logical processor.
  public var wattsPerCore: Interval<Watts>
  /// Power of one logical processor that does nothing, package share included.
  public var idleWattsPerCore: Interval<Watts>
  /// ``ProvenanceKind/estimated`` for a table or a calibration, ``ProvenanceKind/assumed`` where
  /// somebody declared a number.
  public var kind: ProvenanceKind

  public init(
    name: String, version: String, wattsPerCore: Interval<Watts>,
    idleWattsPerCore: Interval<Watts>, kind: ProvenanceKind
  ) {
    self.name = name
    self.version = version
    self.wattsPerCore = wattsPerCore
    self.idleWattsPerCore = idleWattsPerCore
    self.kind = kind
  }

  public var provenance: Provenance { Provenance(kind, source: name, version: version) }

  /// Energy caused by processor time, user and system together.
  public func dynamic(cpuTime: Seconds) -> Figure<Joules> {
    figure(wattsPerCore, over: cpuTime)
  }

  /// Energy that idle processors draw over a time, whoever uses them.
  public func idle(duration: Seconds, processors: Int) -> Figure<Joules> {
    figure(idleWattsPerCore, over: duration * Double(processors))
  }

  private func figure(_ power: Interval<Watts>, over time: Seconds) -> Figure<Joules> {
    let time = max(time, .zero)
    return Figure(
      Interval(low: power.low * time, best: power.best * time, high: power.high * time),
      provenance)
  }
}
