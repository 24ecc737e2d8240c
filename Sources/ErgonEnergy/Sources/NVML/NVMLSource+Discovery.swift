extension NVMLSource {
  /// The library as the driver installs it.
  static let libraryName = "libnvidia-ml.so.1"
  private static let title = "NVIDIA graphics processors through NVML"
  /// The counter is refreshed every 20 to 100 ms; the longer of the two decides.
  private static let updatePeriod = Seconds(0.1)
  /// Assumed where the driver does not tell: more than any part on one board draws.
  private static let fallbackPower = Watts(1500)

  /// Looks for NVIDIA devices.
  ///
  /// - Parameter library: Another path of the management library; a bare name is looked for by
  ///   the loader.
  static func discover(on host: Host, library path: String? = nil) -> Discovery {
    guard host.isLive || path != nil else {
      return refusal(isFound: false, "not looked for: these are the files of another machine")
    }
    do throws(NVMLLibrary.Failure) {
      let library = try NVMLLibrary(path: path ?? libraryName)
      return try discover(in: library)
    } catch {
      return refusal(error, hasDriver: host.exists("/proc/driver/nvidia"))
    }
  }

  private static func discover(in library: NVMLLibrary) throws(NVMLLibrary.Failure) -> Discovery {
    let count = try library.deviceCount()
    guard count > 0 else {
      return refusal(isFound: false, "the driver \(library.driverVersion) sees no device")
    }
    var found: [(counter: EnergyCounter, device: NVMLDevice)] = []
    var refused: [String] = []
    for index in 0..<count {
      do throws(NVMLLibrary.Failure) {
        let device = try library.device(index)
        if (try? device.isSplit()) == true {
          refused.append(
            "gpu-\(index) is split by MIG, and its instances share one counter")
        } else {
          found.append((try counter(index, device, library.driverVersion), device))
        }
      } catch {
        refused.append("gpu-\(index): \(words(error))")
      }
    }
    guard !found.isEmpty else {
      return refusal(
        isFound: true, refused.joined(separator: "; "),
        remedy: refused.contains { $0.contains("MIG") } ? "sudo nvidia-smi -mig 0" : nil)
    }
    let names = found.map { "\($0.counter.name): \($0.counter.provenance.source)" }
    return Discovery(
      SourceReport(
        name: "nvml", title: title, isFound: true, isUsable: true,
        reason: (names + refused).joined(separator: "; "), counters: found.map(\.counter)),
      source: NVMLSource(found))
  }

  private static func counter(
    _ index: Int, _ device: NVMLDevice, _ driver: String
  ) throws(NVMLLibrary.Failure) -> EnergyCounter {
    let product = try device.name()
    let limit = (try? device.greatestPowerLimit()).flatMap { $0.value > 0 ? $0 : nil }
    // A power limit holds on average; short peaks go above it.
    let maximumPower = limit.map { $0 * 1.5 } ?? fallbackPower
    let reading: EnergyCounter.Reading
    let remark: String
    do throws(NVMLLibrary.Failure) {
      _ = try device.millijoules()
      reading = .energy(joulesPerTick: 1e-3, range: nil)
      remark = "counter refreshed every 20-100 ms: windows under a second are coarse"
    } catch {
      // Only what the device lacks is replaced; any other failure is the device's answer.
      guard case .call(NVMLLibrary.Code.notSupported, _) = error else { throw error }
      _ = try device.power()
      reading = .power
      remark = powerRemark(product, architecture: try? device.architecture())
    }
    return EnergyCounter(
      name: "gpu-\(index)", component: .gpu, reading: reading,
      device: (try? device.uuid()).map { "gpu-\($0)" }, maximumPower: maximumPower,
      error: samplesQuarter(product) ? .relative(0.1) : .relative(0.05),
      provenance: Provenance(.measured, source: product, version: "driver \(driver)"),
      resolution: (limit ?? fallbackPower) * updatePeriod, remark: remark)
  }

  /// Ampere and later report a moving average, except the parts made for data centres on GA100.
  private static func powerRemark(_ product: String, architecture: UInt32?) -> String {
    let isAveraged = architecture.map { $0 >= 7 && $0 != .max } ?? false
    let isGA100 = product.contains("A100") || product.contains("A30")
    return isAveraged && !isGA100
      ? "power is a moving average over 1 s, integrated between readings"
      : "momentary power, integrated between readings"
  }

  /// The sensor of these parts looks at the power for a quarter of the time only.
  ///
  /// - Reference: Yang et al., Accurate and Convenient Energy Measurements for GPUs, SC24,
  ///   arXiv 2312.02741.
  private static func samplesQuarter(_ product: String) -> Bool {
    ["A100", "H100", "H200", "GH200"].contains { product.contains($0) }
  }

  private static func refusal(_ failure: NVMLLibrary.Failure, hasDriver: Bool) -> Discovery {
    switch failure {
    case .notLoaded(let text):
      refusal(
        isFound: hasDriver,
        hasDriver
          ? "the driver is loaded, its library is not found: \(text)"
          : "no NVIDIA management library: \(text)",
        remedy: hasDriver
          ? "install the driver's user-space part (package libnvidia-compute or nvidia-driver), "
            + "or start the container with --gpus all" : nil)
    case .missingSymbol(let name):
      refusal(
        isFound: true, "the management library is too old: it has no \(name)",
        remedy: "install a driver of version 450 or later")
    case .call(NVMLLibrary.Code.driverNotLoaded, let text):
      refusal(
        isFound: true, "the kernel driver is not loaded: \(text)", remedy: "sudo modprobe nvidia")
    case .call(NVMLLibrary.Code.noPermission, let text):
      refusal(
        isFound: true, "this user may not open the device: \(text)",
        remedy: "sudo usermod -aG video $USER, then log in again")
    case .call(NVMLLibrary.Code.versionMismatch, let text):
      refusal(
        isFound: true, "library and kernel driver are of different versions: \(text)",
        remedy: "reboot, or reload the driver")
    case .call(let code, let text):
      refusal(isFound: true, "\(text) (NVML code \(code))")
    }
  }

  private static func words(_ failure: NVMLLibrary.Failure) -> String {
    switch failure {
    case .notLoaded(let text), .missingSymbol(let text): text
    case .call(let code, let text): "\(text) (NVML code \(code))"
    }
  }

  private static func refusal(isFound: Bool, _ reason: String, remedy: String? = nil) -> Discovery {
    Discovery(
      SourceReport(
        name: "nvml", title: title, isFound: isFound, isUsable: false, reason: reason,
        remedy: remedy))
  }
}
