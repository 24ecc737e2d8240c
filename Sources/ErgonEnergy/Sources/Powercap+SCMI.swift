/// Power zones that ARM system firmware offers through SCMI and powercap.
///
/// They give a power averaged by the firmware and no energy. What a zone feeds is known only by
/// the name the firmware's author chose.
enum SCMIPowercap {
  static let name = "scmi"
  static let title = "ARM SCMI power zones through powercap"

  static func discover(_ host: Host) -> Discovery {
    let zones = PowercapZone.all(host, types: ["arm-scmi"])
    guard !zones.isEmpty else {
      return Discovery(
        SourceReport(
          name: name, title: title, isFound: false, isUsable: false,
          reason: "the firmware offers no SCMI power zone"))
    }
    let provenance = Provenance(.measured, source: "powercap SCMI", version: host.kernel ?? "")
    var found: [(counter: EnergyCounter, file: any CounterFile)] = []
    var names: [String: String] = [:]
    var sentences: [String] = []
    var failure: SystemFileError?
    for zone in zones {
      let label = zone.label.isEmpty ? zone.folder : zone.label
      let name = names.values.contains(label) ? "\(label) (\(zone.folder))" : label
      guard let component = SensorLabel.component(of: label) else {
        sentences.append("'\(label)' names no known part and is left out")
        continue
      }
      switch openAndRead(host.path(zone.file("power_uw"))) {
      case .failure(let error): failure = failure ?? error
      case .success((let file, _)):
        names[zone.folder] = name
        let declared = zone.declaredMaximumW(host).map { Watts(2 * $0) }
        found.append(
          (
            EnergyCounter(
              name: name, component: component, reading: .power,
              containedIn: parent(of: zone, in: names),
              maximumPower: declared ?? Watts(1000), error: .relative(0.1),
              provenance: provenance, resolution: Joules(1e-6),
              remark: "average that the firmware makes"), file
          ))
      }
    }
    if let failure { sentences.append("\(failure)") }
    if !found.isEmpty {
      sentences.insert(
        "\(found.count) zones: \(found.map(\.counter.name).joined(separator: ", "))", at: 0)
    }
    var report = SourceReport(
      name: name, title: title, isFound: true, isUsable: !found.isEmpty,
      reason: sentences.joined(separator: "; "), counters: found.map(\.counter))
    if case .permission = failure {
      report.remedy = "sudo chmod -R a+r /sys/class/powercap/arm-scmi*/"
    }
    return Discovery(report, source: found.isEmpty ? nil : KernelFileSource(name: name, found))
  }

  /// The nearest zone above that is a counter too.
  private static func parent(of zone: PowercapZone, in names: [String: String]) -> String? {
    var path = zone.path.dropLast()
    while !path.isEmpty {
      let folder = ([zone.type] + path.map(String.init)).joined(separator: ":")
      if let name = names[folder] { return name }
      path = path.dropLast()
    }
    return nil
  }
}
