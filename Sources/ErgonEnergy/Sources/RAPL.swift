/// What every view of Intel's and AMD's running average power limit has in common, whichever
/// kernel interface shows it.
enum RAPL {
  /// The parts of a machine that have a counter of their own.
  enum Domain: String, Sendable, CaseIterable {
    /// A whole socket: cores, caches, graphics, memory controller.
    case package
    /// All cores of a package.
    case core
    /// What else is on the package of a client machine: graphics.
    case uncore
    /// The memory modules of a package; outside of it.
    case dram
    /// The whole board behind the voltage regulators; contains everything else.
    case psys

    var component: EnergyComponent {
      switch self {
      case .package, .core: .cpu
      case .uncore: .gpu
      case .dram: .memory
      case .psys: .platform
      }
    }

    /// Inside of the package's own counter, so never added to it.
    var isInsidePackage: Bool { self == .core || self == .uncore }

    /// Bounds of what the domain can draw: the least that is believed of a declared limit, and
    /// what is taken where none is declared.
    ///
    /// The largest sockets of 2026 are rated 500 W; too high a bound only shortens the safe poll
    /// period, too low a one would take honest energy for a reset.
    var maximumPower: (least: Double, undeclared: Double) {
      switch self {
      case .package, .core, .uncore: (200, 1000)
      case .dram: (100, 400)
      case .psys: (500, 2000)
      }
    }

    /// A power in the middle of what the domain draws, for the size of one step.
    var typicalPower: Double {
      switch self {
      case .package, .core, .uncore: 65
      case .dram: 5
      case .psys: 100
      }
    }
  }

  /// Registers are renewed about once in a millisecond.
  static let updatePeriod = 0.001

  /// One domain of one package as a counter.
  ///
  /// - Parameters:
  ///   - place: The package's number, with its die where it has several: `0`, `0-die-1`.
  ///   - name: The counter's name where it differs from `domain-place`.
  ///   - declaredMaximumW: The greatest power limit the machine declares.
  static func counter(
    _ domain: Domain, place: String, name: String? = nil, reading: EnergyCounter.Reading,
    tick: Joules, declaredMaximumW: Double? = nil, cpu: CPUIdentity, provenance: Provenance,
    remark: String? = nil
  ) -> EnergyCounter {
    let package = "package-\(place)"
    return EnergyCounter(
      name: name ?? "\(domain.rawValue)-\(place)", component: domain.component, reading: reading,
      device: domain == .package
        ? package : domain == .psys ? "platform" : "\(package)/\(domain.rawValue)",
      containedIn: domain.isInsidePackage ? package : nil,
      maximumPower: maximumPower(domain, declaredW: declaredMaximumW), error: error(cpu),
      provenance: provenance,
      resolution: Joules(max(tick.value, updatePeriod * domain.typicalPower)), remark: remark)
  }

  /// A counter as it stands among those that could be opened: a part whose package gives nothing
  /// is no longer inside of anything, and says that it is only a part.
  static func settled(_ counter: EnergyCounter, among names: [String]) -> EnergyCounter {
    guard let package = counter.containedIn, !names.contains(package) else { return counter }
    var counter = counter
    counter.containedIn = nil
    counter.remark = "only a part of \(package), which gives no figure"
    return counter
  }

  /// Twice the declared limit, since short peaks go above it and it can be raised at any time; a
  /// declared limit beyond belief (firmware writes 4 kW for "none") counts as none.
  static func maximumPower(_ domain: Domain, declaredW: Double?) -> Watts {
    let (least, undeclared) = domain.maximumPower
    guard let declaredW, declaredW > 0, declaredW <= undeclared else { return Watts(undeclared) }
    return Watts(min(max(2 * declaredW, least), 2 * undeclared))
  }

  /// How far a reading may lie from the truth.
  ///
  /// Intel has measured since Haswell and modelled before; AMD's counter is a model that does not
  /// see what the operands do.
  ///
  /// - Reference: Schöne et al., Energy Efficiency Aspects of the AMD Zen 2 Architecture, 2021;
  ///   Hackenberg et al., 2013 and 2015, on Sandy Bridge and Haswell.
  static func error(_ cpu: CPUIdentity) -> ErrorBar {
    guard cpu.vendor == .intel else { return .relative(0.15) }
    let modelled = [42, 45, 58, 62]
    return .relative(cpu.model.map(modelled.contains) == true ? 0.15 : 0.05)
  }

  /// What a reader should know of an Intel machine that blurs its counters on purpose.
  static func filterRemark(_ host: Host, cpu: CPUIdentity) -> String? {
    guard cpu.vendor == .intel else { return nil }
    let filtered = "noise is added on purpose (energy filtering is on): use windows above 50 ms"
    // Register 0xBC, bit 0; readable by root only.
    if let device = try? MSRFile(host.path("/dev/cpu/0/msr")), let value = try? device.read(0xBC) {
      return value & 1 == 1 ? filtered : nil
    }
    return cpu.hasSGX ? "software guard extensions are on, so \(filtered)" : nil
  }

  /// Why there is no RAPL here, and what could be done.
  ///
  /// - Parameter driver: The command that loads the interface's driver.
  static func absence(_ host: Host, cpu: CPUIdentity, driver: String) -> (String, remedy: String?) {
    if cpu.isVirtual {
      return (
        "this is a virtual machine, and hypervisors do not pass energy counters on",
        "measure on the host, or attach a plug meter"
      )
    }
    guard cpu.isX86 else {
      return ("only Intel and AMD processors have RAPL; this is \(cpu.name)", nil)
    }
    if let container = host.container {
      return (
        "not visible in this container (\(container))",
        "\(unmask); on the host, if it is missing there too: \(driver)"
      )
    }
    return ("the kernel shows none: its driver is not loaded, or this processor has none", driver)
  }

  static let unmask =
    "docker run --security-opt systempaths=unconfined …, or podman run --security-opt "
    + "unmask=/sys/devices/virtual/powercap …"
}
