/// What the whole machine draws, from the fuel gauge of its battery and, where one has a meter,
/// its mains or USB-C adaptor.
///
/// Power in equals power out: the machine draws what adaptors deliver and batteries give, less
/// what batteries take. On mains power without a metered adaptor that sum is unknown, and the
/// source says so instead of answering.
struct PowerSupplySource: EnergySource {
  static let name = "battery"
  static let title = "battery and metered adaptors"

  var name: String { Self.name }
  let counters: [EnergyCounter]
  private let supplies: [PowerSupply]

  func read(_ samples: inout [CounterSample]) {
    switch Self.draw(supplies) {
    case .success(let watts): samples[0] = .power(Watts(watts))
    case .failure(let error): samples[0] = .unreadable("\(error)")
    }
  }

  static func discover(_ host: Host) -> Discovery {
    let supplies = host.list(PowerSupply.root).prefix(64).compactMap {
      PowerSupply(folder: $0, host: host)
    }
    var report = SourceReport(
      name: name, title: title, isFound: !supplies.isEmpty, isUsable: false,
      reason: "no battery and no adaptor")
    guard supplies.contains(where: \.isMetered) else {
      if !supplies.isEmpty {
        report.reason =
          "\(supplies.map(\.folder).joined(separator: ", ")): neither a power nor a current is told"
      }
      return Discovery(report)
    }
    switch draw(supplies) {
    case .failure(let error):
      report.reason = "\(error)"
      if case .onMains = error { report.remedy = "unplug the charger while measuring" }
      return Discovery(report)
    case .success(let watts):
      let counter = EnergyCounter(
        name: "machine", component: .platform, reading: .power, maximumPower: Watts(500),
        error: .relative(0.15),
        provenance: Provenance(.measured, source: "power supply", version: host.kernel ?? ""),
        // Gauges renew their answer every 1 to 30 s.
        resolution: Joules(max(1, 5 * watts)),
        remark: "whole machine, 1 to 30 s behind; only without an unmetered charger")
      report.isUsable = true
      report.counters = [counter]
      report.reason =
        "\(supplies.map(\.folder).joined(separator: ", ")): \(Watts(watts)) for the whole machine"
      return Discovery(report, source: PowerSupplySource(counters: [counter], supplies: supplies))
    }
  }

  /// The balance of all supplies, in watts.
  static func draw(_ supplies: [PowerSupply]) -> Result<Double, PowerSupply.Failure> {
    var watts = 0.0
    var isMeteredAdaptorOnline = false
    var mains: String?
    var isDischarging = false
    do throws(PowerSupply.Failure) {
      for supply in supplies {
        switch try supply.flow() {
        case .gives(let power):
          watts += power
          if supply.isBattery { isDischarging = true } else { isMeteredAdaptorOnline = true }
        case .takes(let power):
          watts -= power
          mains = mains ?? "\(supply.folder) is charging"
        case .unmetered: mains = "\(supply.folder) is plugged in"
        case .idle: break
        }
      }
    } catch {
      return .failure(error)
    }
    if isMeteredAdaptorOnline, watts >= 0 { return .success(watts) }
    if isDischarging, mains == nil { return .success(watts) }
    return .failure(.onMains(mains ?? "no battery is discharging"))
  }
}

/// One battery or adaptor as its folder shows it.
struct PowerSupply: Sendable {
  enum Flow: Sendable, Hashable {
    /// Watts into the machine.
    case gives(Double)
    /// Watts out of it, into a battery.
    case takes(Double)
    /// An adaptor that is plugged in and has no meter.
    case unmetered
    case idle
  }

  enum Failure: Error, CustomStringConvertible {
    case file(SystemFileError)
    case onMains(String)

    var description: String {
      switch self {
      case .file(let error): "\(error)"
      case .onMains(let what):
        "on mains power (\(what)): the battery does not tell what the machine draws"
      }
    }
  }

  static let root = "/sys/class/power_supply"

  let folder: String
  let isBattery: Bool
  /// `status` of a battery, `online` of an adaptor.
  private let state: SystemFile
  private let power: SystemFile?
  private let current: SystemFile?
  private let voltage: SystemFile?

  /// - Returns: `nil` for what does not feed this machine: a mouse's battery, an UPS.
  init?(folder: String, host: Host) {
    let path = "\(Self.root)/\(folder)"
    guard host.text(path + "/scope") != "Device" else { return nil }
    switch host.text(path + "/type") {
    case "Battery": isBattery = true
    case "Mains", "USB", "Wireless": isBattery = false
    default: return nil
    }
    func open(_ name: String) -> SystemFile? { try? SystemFile(host.path("\(path)/\(name)")) }
    guard let state = open(isBattery ? "status" : "online") else { return nil }
    self.folder = folder
    self.state = state
    power = open("power_now")
    // An adaptor's current and voltage are often those of its contract, not of a meter.
    current = isBattery ? open("current_now") : nil
    voltage = isBattery ? open("voltage_now") : nil
  }

  var isMetered: Bool { power != nil || (current != nil && voltage != nil) }

  func flow() throws(Failure) -> Flow {
    do throws(SystemFileError) {
      let text = try state.readText()
      guard isBattery else {
        guard text == "1" else { return .idle }
        return power == nil ? .unmetered : .gives(try watts())
      }
      switch text {
      case "Discharging": return .gives(try watts())
      case "Charging": return .takes(try watts())
      default: return .idle
      }
    } catch {
      throw .file(error)
    }
  }

  /// Drivers do not agree on the sign; the state gives the direction.
  private func watts() throws(SystemFileError) -> Double {
    if let power { return Double(try power.readInteger().magnitude) * 1e-6 }
    guard let current, let voltage else { return 0 }
    return Double(try current.readInteger().magnitude) * 1e-6
      * (Double(try voltage.readInteger().magnitude) * 1e-6)
  }
}
