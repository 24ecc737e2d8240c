extension RAPL {
  /// One set of energy registers: a package, or a die where each die has its own.
  struct Place: Sendable, Hashable {
    /// A processor that can read it.
    let cpu: Int
    let package: Int
    let die: Int?

    /// The package's number and, where it has several dies, the die's: `0`, `0-die-1`.
    var name: String { die.map { "\(package)-die-\($0)" } ?? "\(package)" }
  }

  /// Every place of the machine with its lowest processor.
  static func places(_ host: Host, cpu: CPUIdentity) -> [Place] {
    let online = host.text("/sys/devices/system/cpu/online").flatMap { CPUList.parse($0) } ?? [0]
    var leads: [Int] = []
    var seen: Set<Int> = []
    for processor in online where !seen.contains(processor) {
      leads.append(processor)
      seen.insert(processor)
      // Intel counts by die, AMD by package; a missing list leaves every processor its own place.
      let lists =
        cpu.vendor == .intel ? ["die_cpus_list", "core_siblings_list"] : ["core_siblings_list"]
      let siblings = lists.lazy.compactMap {
        host.text("\(CPUIdentity.topology(processor))/\($0)").flatMap { CPUList.parse($0) }
      }.first
      guard let siblings else { break }
      seen.formUnion(siblings)
    }
    return places(host, leads: leads)
  }

  /// The places that given processors stand for, one each.
  static func places(_ host: Host, leads: [Int]) -> [Place] {
    let all = leads.enumerated().map { index, processor in
      let topology = CPUIdentity.topology(processor)
      return Place(
        cpu: processor, package: host.small(topology + "/physical_package_id") ?? index,
        die: host.small(topology + "/die_id") ?? 0)
    }
    return all.map { place in
      let hasDies = all.contains { $0.package == place.package && $0.die != place.die }
      return Place(cpu: place.cpu, package: place.package, die: hasDies ? place.die : nil)
    }
  }
}

extension Host {
  /// A kernel file with a small number that counts from 0, such as an identifier.
  fileprivate func small(_ absolute: String) -> Int? {
    integer(absolute).flatMap { (0...65535).contains($0) ? Int($0) : nil }
  }
}
