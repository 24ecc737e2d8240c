#if os(macOS)
  import Darwin
#endif

/// One step of a calibration: so many processors busy on average, so much power.
public struct CalibrationPoint: Sendable, Hashable, Codable {
  /// Mean number of busy logical processors.
  public var busy: Double
  public var power: Watts

  public init(busy: Double, power: Watts) {
    self.busy = busy
    self.power = power
  }
}

/// The straight line through calibration points: `P = idle + perCore * busy`.
///
/// Least squares; each interval is the 95 % confidence interval of its coefficient under
/// independent errors of equal size, cut at zero.
public struct CalibrationFit: Sendable, Hashable, Codable {
  public var idle: Interval<Watts>
  public var perCore: Interval<Watts>
  /// Root mean square distance of the points from the line.
  public var residual: Watts
  public var points: Int

  /// - Throws: ``EnergyError/sourceUnusable(name:reason:remedy:)`` with fewer than three points,
  ///   with one load only, or when power does not rise with load.
  public init(_ points: [CalibrationPoint], source: String) throws(EnergyError) {
    let n = Double(points.count)
    let meanBusy = points.reduce(0) { $0 + $1.busy } / n
    let meanPower = points.reduce(0) { $0 + $1.power.value } / n
    let spread = points.reduce(0) { $0 + ($1.busy - meanBusy) * ($1.busy - meanBusy) }
    guard points.count >= 3, spread > 1e-6, meanPower.isFinite else {
      throw .sourceUnusable(
        name: source,
        reason: "it gave \(points.count) points, too few or all at one load; calibrate with more "
          + "repeats on a machine that is otherwise idle",
        remedy: nil)
    }
    let slope =
      points.reduce(0) { $0 + ($1.busy - meanBusy) * ($1.power.value - meanPower) } / spread
    let intercept = meanPower - slope * meanBusy
    let squares = points.reduce(0) { sum, point in
      let distance = point.power.value - intercept - slope * point.busy
      return sum + distance * distance
    }
    guard slope > 0 else {
      throw .sourceUnusable(
        name: source,
        reason: "its power does not rise with load; calibrate with longer steps on a machine that "
          + "is otherwise idle",
        remedy: nil)
    }
    let t = Self.studentT975(degrees: points.count - 2)
    let variance = squares / (n - 2)
    let slopeError = t * (variance / spread).squareRoot()
    let interceptError = t * (variance * (1 / n + meanBusy * meanBusy / spread)).squareRoot()
    idle = Self.interval(max(0, intercept), interceptError)
    perCore = Self.interval(slope, slopeError)
    residual = Watts((squares / n).squareRoot())
    self.points = points.count
  }

  private static func interval(_ best: Double, _ error: Double) -> Interval<Watts> {
    Interval(low: Watts(max(0, best - error)), best: Watts(best), high: Watts(best + error))
  }

  /// The 97.5 % quantile of Student's t, to three digits.
  ///
  /// - Reference: any table of the distribution; between its rows the next smaller one, which errs
  ///   on the wide side.
  static func studentT975(degrees: Int) -> Double {
    let table: [(degrees: Int, t: Double)] = [
      (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
      (8, 2.306), (9, 2.262), (10, 2.228), (12, 2.179), (15, 2.131), (20, 2.086), (30, 2.042),
      (60, 2.000), (120, 1.980),
    ]
    return (table.last { $0.degrees <= degrees } ?? table[0]).t
  }
}

/// What a calibration found, kept to make later estimates on the same machine better.
///
/// With it the meter estimates by the machine's own watts per core, and divides counters with a
/// measured idle power.
public struct CalibrationProfile: Sendable, Hashable, Codable {
  /// Estimates the processor with what was found.
  public var model: CPUPowerModel
  /// The counters that were calibrated against: `powercap/package-0 + powercap/package-1`.
  public var source: String
  /// Idle power by counter, for dividing that counter.
  public var idlePower: [String: Interval<Watts>]
  /// When it was made, seconds since 1970.
  public var madeAt: Double
  /// The machine it is good for; see ``fingerprint(of:)``.
  public var fingerprint: String
  public var fit: CalibrationFit

  public init(
    model: CPUPowerModel, source: String, idlePower: [String: Interval<Watts>], madeAt: Double,
    fingerprint: String, fit: CalibrationFit
  ) {
    self.model = model
    self.source = source
    self.idlePower = idlePower
    self.madeAt = madeAt
    self.fingerprint = fingerprint
    self.fit = fit
  }

  /// A machine as far as a calibration depends on it: its processor and how many it has.
  public static func fingerprint(of host: Host) -> String {
    var name = "unknown processor"
    #if os(macOS)
      if host.isLive { name = darwinProcessor() ?? name }
    #endif
    if let text = try? host.read("/proc/cpuinfo", limit: 1 << 16).get() {
      let keys = ["model name", "CPU part", "Hardware"]
      for key in keys {
        if let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }),
          let colon = line.firstIndex(of: ":")
        {
          name = line[line.index(after: colon)...].split(separator: " ").joined(separator: " ")
          break
        }
      }
    }
    return "\(name) × \(MachineProcessorClock(host: host).processors)"
  }

  #if os(macOS)
    private static func darwinProcessor() -> String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else {
        return nil
      }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return nil
      }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif

  /// Whether it was made on such a machine.
  public func fits(_ host: Host) -> Bool { fingerprint == Self.fingerprint(of: host) }
}
