/// Every kind of energy source Ergon knows, looked for on one machine.
public enum EnergySources {
  /// Looks for each kind of source, best first, and says of each what was found and why it can or
  /// cannot be used.
  ///
  /// Sources that come earlier are preferred where two count the same device
  /// (``EnergyCounter/device``). The last report is the CPU-time model, which always works and has
  /// no source: the meter itself applies it.
  ///
  /// ```swift
  /// for discovery in EnergySources.discover(on: Host()) { print(discovery.report.reason) }
  /// ```
  ///
  /// - Cost: some dozens of small file reads, once at start.
  public static func discover(on host: Host) -> [Discovery] {
    var found: [Discovery] = []
    found.append(model(CPUPowerModel.forMachine(host)))
    return found
  }

  /// The report line of the CPU-time estimator.
  static func model(_ model: CPUPowerModel) -> Discovery {
    Discovery(
      SourceReport(
        name: "model", title: "CPU time × declared power", isFound: true, isUsable: true,
        reason: "\(model.name): \(QuantityFormat.string(model.wattsPerCore)) per busy and "
          + "\(QuantityFormat.string(model.idleWattsPerCore)) per idle logical processor"))
  }
}
