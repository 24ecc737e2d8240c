#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// RAPL through powercap, the interface every Linux since 3.13 has.
enum PowercapRAPL {
  static let name = "powercap"
  static let title = "Intel and AMD RAPL through powercap"

  static let remedy =
    "sudo chmod -R a+r /sys/class/powercap/intel-rapl*/ (until the next start; to keep it, put "
    + "'SUBSYSTEM==\"powercap\", ACTION==\"add\", RUN+=\"/bin/chmod -R a+r /sys%p\"' in "
    + "/etc/udev/rules.d/70-powercap.rules; or give ergon alone the right: sudo setcap "
    + "cap_dac_read_search=ep \"$(command -v ergon)\"). Readable counters let any user on this "
    + "machine observe what others compute (PLATYPUS, CVE-2020-8694)"

  static func discover(_ host: Host, cpu: CPUIdentity) -> Discovery {
    let zones = preferred(PowercapZone.all(host, types: ["intel-rapl", "intel-rapl-mmio"]))
    guard !zones.isEmpty else { return absent(host, cpu: cpu) }
    var search = Search(host: host, cpu: cpu)
    for zone in zones { search.look(at: zone) }
    search.mergeMirrors()
    search.settleNesting()
    return search.outcome()
  }

  /// Zones without second views: a package that both interfaces show is read by the first.
  static func preferred(_ zones: [PowercapZone]) -> [PowercapZone] {
    let registers = zones.filter { $0.type == "intel-rapl" }
    let mapped = zones.filter { $0.type != "intel-rapl" }
    let known = Set(registers.filter { $0.path.count == 1 }.map(\.label))
    let other = mapped.filter { zone in
      let top = mapped.first { $0.path.count == 1 && $0.path[0] == zone.path[0] }
      return !known.contains(top?.label ?? zone.label)
    }
    return registers + other
  }

  private static func absent(_ host: Host, cpu: CPUIdentity) -> Discovery {
    // A masked folder leaves the class's links behind, pointing nowhere.
    let dangling = host.list(PowercapZone.root).contains { $0.hasPrefix("intel-rapl") }
    let (reason, remedy) =
      dangling && host.container != nil
      ? ("this container hides the powercap folders", RAPL.unmask)
      : RAPL.absence(
        host, cpu: cpu,
        driver: "sudo modprobe intel_rapl_msr (AMD: Linux 5.11 or later)")
    return Discovery(
      SourceReport(
        name: name, title: title, isFound: dangling, isUsable: false, reason: reason,
        remedy: remedy))
  }

  /// What one look through the zones gathers.
  private struct Search {
    struct Found {
      var counter: EnergyCounter
      let file: SystemFile
      let number: UInt64
      let top: [Int]
      let type: String
    }

    let host: Host
    let cpu: CPUIdentity
    let remark: String?
    let provenance: Provenance
    var found: [Found] = []
    var failures: [SystemFileError] = []
    var remarks: [String] = []
    var zeros: [String] = []

    init(host: Host, cpu: CPUIdentity) {
      self.host = host
      self.cpu = cpu
      remark = RAPL.filterRemark(host, cpu: cpu)
      provenance = Provenance(.measured, source: "powercap RAPL", version: host.kernel ?? "")
    }

    /// Where a zone sits: its package's place and the domain it counts.
    private func identify(_ zone: PowercapZone) -> (RAPL.Domain, place: String)? {
      let package = zone.path.count == 1 ? zone.label : topLabel(of: zone)
      let place = package.hasPrefix("package-") ? String(package.dropFirst(8)) : nil
      if zone.path.count == 1 {
        if let place, !place.isEmpty { return (.package, place) }
        return zone.label == "psys" ? (.psys, "\(zone.path[0])") : nil
      }
      guard let domain = RAPL.Domain(rawValue: zone.label), domain != .package else { return nil }
      return (domain, place ?? "\(zone.path[0])")
    }

    private func topLabel(of zone: PowercapZone) -> String {
      host.label("\(PowercapZone.root)/\(zone.type):\(zone.path[0])/name") ?? ""
    }

    mutating func look(at zone: PowercapZone) {
      guard let (domain, place) = identify(zone) else {
        remarks.append("\(zone.folder) ('\(zone.label)') is of no known kind and left out")
        return
      }
      switch openAndRead(host.path(zone.file("energy_uj"))) {
      case .failure(let error): failures.append(error)
      case .success((_, 0)): zeros.append(zone.label)
      case .success((let file, let number)) where number >= zone.modulus(host) ?? .max:
        failures.append(
          .unreadable(path: file.path, reason: "\(number) is beyond the counter's range"))
      case .success((let file, let number)):
        var label = domain == .psys ? "psys" : "\(domain.rawValue)-\(place)"
        if found.contains(where: { $0.counter.name == label }) { label += "-\(zone.folder)" }
        let counter = RAPL.counter(
          domain, place: place, name: label,
          reading: .energy(joulesPerTick: 1e-6, range: zone.modulus(host)), tick: Joules(61e-6),
          declaredMaximumW: zone.declaredMaximumW(host), cpu: cpu, provenance: provenance,
          remark: remark)
        found.append(
          Found(
            counter: counter, file: file, number: number, top: [zone.path[0]], type: zone.type))
      }
    }

    /// Drops dies that only repeat the counter of another die of their package.
    ///
    /// Some AMD parts show one zone a die and one counter behind them all. Two honest counters
    /// within a joule of each other are rare, and do not stay so while both run.
    mutating func mergeMirrors() {
      var groups: [String: [Int]] = [:]
      for (index, one) in found.enumerated() where one.counter.name.hasPrefix("package-") {
        guard let cut = one.counter.name.firstRange(of: "-die-") else { continue }
        groups[String(one.counter.name[..<cut.lowerBound]), default: []].append(index)
      }
      var dropped: Set<Int> = []
      for (package, members) in groups where members.count > 1 {
        let first = members[0]
        let mirrors = members.dropFirst().filter { isMirror(found[first], found[$0]) }
        guard !mirrors.isEmpty else { continue }
        dropped.formUnion(mirrors)
        if mirrors.count == members.count - 1 { found[first].counter.device = package }
        remarks.append(
          "\(mirrors.map { found[$0].counter.name }.joined(separator: ", ")) repeats "
            + "\(found[first].counter.name) and is not counted again")
      }
      guard !dropped.isEmpty else { return }
      let tops = dropped.map { (found[$0].type, found[$0].top) }
      found.removeAll { one in tops.contains { $0.0 == one.type && $0.1 == one.top } }
    }

    mutating func settleNesting() {
      let names = found.map(\.counter.name)
      for index in found.indices {
        found[index].counter = RAPL.settled(found[index].counter, among: names)
      }
    }

    private func isMirror(_ a: Found, _ b: Found) -> Bool {
      guard Self.areClose(a.number, b.number) else { return false }
      // A few update periods, so that running counters have moved between the looks.
      if host.isLive { usleep(5000) }
      guard let first = try? a.file.readNumber(), let second = try? b.file.readNumber() else {
        return false
      }
      return Self.areClose(first, second)
    }

    private static func areClose(_ a: UInt64, _ b: UInt64) -> Bool {
      max(a, b) - min(a, b) <= 1_000_000
    }

    func outcome() -> Discovery {
      var report = SourceReport(
        name: name, title: title, isFound: true, isUsable: !found.isEmpty, reason: "",
        counters: found.map(\.counter))
      var sentences: [String] = []
      if !found.isEmpty {
        sentences.append(
          "\(found.count) counter\(found.count == 1 ? "" : "s"): "
            + found.map(\.counter.name).joined(separator: ", "))
      }
      let denied = failures.contains {
        if case .permission = $0 { true } else { false }
      }
      if let first = failures.first {
        let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
        sentences.append("\(first)\(more)")
      }
      if denied { report.remedy = remedy }
      if !zeros.isEmpty {
        sentences.append("\(zeros.joined(separator: ", ")) reads 0 and is taken as absent")
      }
      sentences += remarks
      report.reason = sentences.joined(separator: "; ")
      guard !found.isEmpty else { return Discovery(report) }
      return Discovery(
        report,
        source: KernelFileSource(name: name, found.map { (counter: $0.counter, file: $0.file) }))
    }
  }
}
