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
  /// - Parameter plug: A wattmeter at the plug; its stream is opened, and its first line waited for
  ///   for up to two seconds.
  /// - Cost: some dozens of small file reads, once at start.
  public static func discover(on host: Host, plug: PlugMeterAddress? = nil) -> [Discovery] {
    let cpu = CPUIdentity(host)
    return files(host, cpu: cpu) + system(host) + [
      NVMLSource.discover(on: host),
      PlugMeter.discover(plug),
      model(CPUPowerModel.forProcessor(cpu), host: host),
    ]
  }

  /// Sources that are Linux's kernel files; on other systems only a tree of such files has them.
  private static func files(_ host: Host, cpu: CPUIdentity) -> [Discovery] {
    #if !os(Linux)
      guard !host.isLive else { return [] }
    #endif
    return [
      PerfSource.discover(host, cpu: cpu),
      PowercapRAPL.discover(host, cpu: cpu),
      MSRSource.discover(host, cpu: cpu),
      SCMIPowercap.discover(host),
      AMDGPU.discover(host),
      HwmonSensors.discover(host),
      PowerSupplySource.discover(host),
    ]
  }

  /// Sources that are calls of the system this runs on.
  private static func system(_ host: Host) -> [Discovery] {
    #if os(macOS)
      [ProcessEnergyCounter.discover(host), IOReportSource.discover(host)]
    #else
      []
    #endif
  }

  /// The report line of the CPU-time estimator.
  static func model(_ model: CPUPowerModel, host: Host) -> Discovery {
    // A container sees every processor of its host; its idle share belongs to those it may use.
    let quota = host.processorQuota.map {
      "; this control group may use \(QuantityFormat.number($0)) processors at once"
    }
    let power = model.wattsPerCore
    let best = power.best.value
    let error =
      best > 0 ? ErrorBar(low: power.low.value / best, high: power.high.value / best) : nil
    return Discovery(
      SourceReport(
        name: "model", title: "CPU time × declared power", isFound: true, isUsable: true,
        reason: "\(model.name): \(QuantityFormat.string(model.wattsPerCore)) per busy and "
          + "\(QuantityFormat.string(model.idleWattsPerCore)) per idle logical processor"
          + (quota ?? ""), error: error))
  }
}
