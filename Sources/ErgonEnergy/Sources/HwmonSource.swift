/// Power and energy sensors of the hardware monitoring class: rails of ARM servers and boards,
/// ACPI power meters (NVIDIA Grace), power supplies that talk, Intel graphics cards.
enum HwmonSensors {
  static let name = "hwmon"
  static let title = "hardware monitoring sensors"

  static func discover(_ host: Host) -> Discovery {
    var search = SensorSearch(host: host)
    // These are read by sources of their own.
    var taken = Set(host.list("/sys/class/power_supply")).union([AMDGPU.driver])
    if host.list(PowercapZone.root).contains(where: { $0.hasPrefix("arm-scmi:") }) {
      taken.insert("scmi_sensors")
    }
    for chip in HwmonChip.all(host) where !taken.contains(chip.name) {
      for sensor in chip.sensors { search.look(at: sensor, of: chip) }
    }
    search.nestGrace()
    return search.outcome(
      name: name, title: title, absence: "no sensor here tells a power or an energy")
  }

  /// What a sensor counts: the part, and the device where another source can see it too.
  static func identify(
    _ sensor: HwmonChip.Sensor, of chip: HwmonChip
  ) -> (EnergyComponent, device: String?)? {
    switch chip.name {
    case "xe", "i915", "nouveau":
      return sensor.label == "pkg" ? nil : (.gpu, chip.device.map { "gpu-\($0)" })
    case "fam15h_power": return (.cpu, "package-0")
    case "amd_energy":
      // One counter for each socket and one for each core inside of it.
      guard let label = sensor.label, label.hasPrefix("Esocket"),
        let socket = Int(label.dropFirst(7))
      else { return nil }
      return (.cpu, "package-\(socket)")
    case "power_meter":
      return (sensor.label.flatMap(SensorLabel.component) ?? .platform, nil)
    default:
      return sensor.label.flatMap(SensorLabel.component).map { ($0, nil) }
    }
  }
}

/// Looks at sensors one by one and gathers counters, failures and what was left out.
struct SensorSearch {
  let host: Host
  private let provenance: Provenance
  private var found: [(counter: EnergyCounter, file: any CounterFile)] = []
  private var unknown: [String] = []
  private var failures: [SystemFileError] = []

  init(host: Host) {
    self.host = host
    provenance = Provenance(.measured, source: "hwmon", version: host.kernel ?? "")
  }

  mutating func look(at sensor: HwmonChip.Sensor, of chip: HwmonChip) {
    guard let (component, device) = HwmonSensors.identify(sensor, of: chip) else {
      unknown.append("\(chip.name) \(sensor.label ?? sensor.channel)")
      return
    }
    let name = sensor.label ?? "\(chip.name) \(sensor.channel)"
    add(sensor, name: name, folder: chip.folder, component: component, device: device)
  }

  /// Opens a sensor and keeps it as a counter, or keeps the reason why not.
  mutating func add(
    _ sensor: HwmonChip.Sensor, name: String, folder: String, component: EnergyComponent,
    device: String?, remark: String? = nil
  ) {
    switch openAndRead(host.path(sensor.file)) {
    case .failure(let error): failures.append(error)
    case .success((let file, let number)):
      let isTaken = found.contains { $0.counter.name == name }
      let period = sensor.averagingPeriod ?? 0.1
      let stepJ = sensor.isEnergy ? 1e-6 : Double(number) * 1e-6 * period
      let average = sensor.averagingPeriod.map { "average over \(Seconds($0))" }
      found.append(
        (
          EnergyCounter(
            name: isTaken ? "\(name) (\(folder))" : name, component: component,
            reading: sensor.isEnergy ? .energy(joulesPerTick: 1e-6, range: nil) : .power,
            device: device, maximumPower: Watts(Self.maximumW(component)),
            error: accuracy(of: sensor), provenance: provenance, resolution: Joules(stepJ),
            remark: remark ?? average), file
        ))
    }
  }

  /// Keeps a counter that somebody else has made.
  mutating func add(_ counter: EnergyCounter, file: any CounterFile) {
    found.append((counter, file))
  }

  /// What the firmware claims, `99.5%`; ten percent where it claims nothing.
  private func accuracy(of sensor: HwmonChip.Sensor) -> ErrorBar {
    let folder = sensor.file.prefix { $0 != "_" }
    guard let text = host.text("\(folder)_accuracy"), text.hasSuffix("%"),
      let percent = Double(text.dropLast()), (50...100).contains(percent)
    else { return .relative(0.1) }
    return .relative(max(0.01, 1 - percent / 100))
  }

  private static func maximumW(_ component: EnergyComponent) -> Double {
    switch component {
    case .platform, .wall: 5000
    case .cpu, .gpu, .accelerator: 1500
    case .memory: 400
    case .storage, .network: 100
    }
  }

  /// NVIDIA Grace gives the socket with its memory, and two rails of that socket beside it.
  mutating func nestGrace() {
    for index in found.indices {
      let name = found[index].counter.name
      for rail in ["CPU Power Socket ", "SysIO Power Socket "] where name.hasPrefix(rail) {
        let socket = "Grace Power Socket \(name.dropFirst(rail.count))"
        if found.contains(where: { $0.counter.name == socket }) {
          found[index].counter.containedIn = socket
        }
      }
    }
  }

  func outcome(name: String, title: String, absence: String) -> Discovery {
    var sentences: [String] = []
    if !found.isEmpty {
      sentences.append(
        "\(found.count) sensor\(found.count == 1 ? "" : "s"): "
          + found.map(\.counter.name).joined(separator: ", "))
    }
    if let first = failures.first {
      sentences.append("\(first)" + (failures.count > 1 ? " (and \(failures.count - 1) more)" : ""))
    }
    if !unknown.isEmpty {
      let more = unknown.count > 3 ? ", …" : ""
      sentences.append(
        "left out, since their names tell no part of the machine: "
          + unknown.prefix(3).joined(separator: ", ") + more)
    }
    if sentences.isEmpty { sentences.append(absence) }
    let denied = failures.lazy.compactMap { error -> String? in
      if case .permission(let path) = error { path } else { nil }
    }.first
    let report = SourceReport(
      name: name, title: title, isFound: !found.isEmpty || !failures.isEmpty,
      isUsable: !found.isEmpty, reason: sentences.joined(separator: "; "),
      remedy: denied.map { "sudo chmod a+r \($0)" }, counters: found.map(\.counter))
    return Discovery(report, source: found.isEmpty ? nil : KernelFileSource(name: name, found))
  }
}
