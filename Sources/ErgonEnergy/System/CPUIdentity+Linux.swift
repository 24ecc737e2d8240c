#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension CPUIdentity {
  static func linux(_ host: Host) -> CPUIdentity {
    // The first processor's block is enough, and a large machine's file runs to megabytes.
    let information = (try? host.read("/proc/cpuinfo", limit: 16384).get()) ?? ""
    var identity = parse(cpuinfo: information)
    let online = host.text("/sys/devices/system/cpu/online").flatMap { CPUList.parse($0) }
    if let online {
      identity.logicalProcessors = online.count
    } else if host.isLive {
      let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
      identity.logicalProcessors = max(1, Int(count))
    }
    identity.packages = packages(host, online: online ?? [])
    if let perPackage = identity.cores {
      identity.cores =
        perPackage.multipliedReportingOverflow(by: identity.packages ?? 1).partialValue
    } else if let siblings = host.text(topology(0) + "/thread_siblings_list")
      .flatMap({ CPUList.parse($0) })
    {
      identity.cores = max(1, identity.logicalProcessors / siblings.count)
    }
    if !identity.isVirtual { identity.isVirtual = host.exists("/sys/hypervisor/type") }
    if identity.vendor == .unknown || identity.vendor == .arm,
      let board = host.label("/proc/device-tree/model")
    {
      identity.name = identity.name.isEmpty ? board : "\(board) (\(identity.name))"
    }
    if identity.name.isEmpty { identity.name = "unknown processor" }
    return identity
  }

  /// What one block of `/proc/cpuinfo` says, x86 and ARM; ``cores`` is then per package.
  static func parse(cpuinfo: String) -> CPUIdentity {
    var fields: [Substring: Substring] = [:]
    var processors = 0
    for line in cpuinfo.split(separator: "\n", omittingEmptySubsequences: true) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = trimmed(line[..<colon])
      if key == "processor" { processors += 1 }
      if fields[key] == nil { fields[key] = trimmed(line[line.index(after: colon)...]) }
    }
    let flags = Set((fields["flags"] ?? "").split(separator: " "))
    var identity = CPUIdentity(
      name: String((fields["model name"] ?? "").prefix(96)), logicalProcessors: max(1, processors),
      isVirtual: flags.contains("hypervisor"), hasSGX: flags.contains("sgx"))
    switch fields["vendor_id"] {
    case "GenuineIntel": identity.vendor = .intel
    case "AuthenticAMD": identity.vendor = .amd
    case "HygonGenuine": identity.vendor = .hygon
    default: break
    }
    identity.family = fields["cpu family"].flatMap { Int($0) }
    identity.model = fields["model"].flatMap { Int($0) }
    identity.cores = fields["cpu cores"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    if let implementer = fields["CPU implementer"].flatMap(hexadecimal) {
      identity.vendor = armVendors[implementer] ?? .unknown
      identity.part = fields["CPU part"].flatMap(hexadecimal)
      if identity.name.isEmpty, let part = identity.part {
        identity.name = armCoreName(vendor: identity.vendor, part: part)
      }
    }
    return identity
  }

  /// How many packages the online processors make up.
  ///
  /// A package is struck out by its sibling list, so the cost is one read a package, not one a
  /// processor.
  private static func packages(_ host: Host, online: [Int]) -> Int? {
    var seen: Set<Int> = []
    var count = 0
    for cpu in online where !seen.contains(cpu) {
      guard
        let siblings = host.text(topology(cpu) + "/core_siblings_list")
          .flatMap({ CPUList.parse($0) })
      else { return nil }
      seen.formUnion(siblings)
      seen.insert(cpu)
      count += 1
    }
    return count > 0 ? count : nil
  }

  static func topology(_ cpu: Int) -> String { "/sys/devices/system/cpu/cpu\(cpu)/topology" }

  private static func trimmed(_ text: Substring) -> Substring {
    var slice = text.drop { $0 == " " || $0 == "\t" }
    while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
    return slice
  }

  private static func hexadecimal(_ text: Substring) -> Int? {
    text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : nil
  }

  private static let armVendors: [Int: Vendor] = [
    0x41: .arm, 0x43: .cavium, 0x46: .fujitsu, 0x48: .hisilicon, 0x4e: .nvidia, 0x51: .qualcomm,
    0x61: .apple, 0x6d: .arm, 0xc0: .ampere,
  ]

  private static func armCoreName(vendor: Vendor, part: Int) -> String {
    switch (vendor, part) {
    case (.arm, 0xd03): "Cortex-A53"
    case (.arm, 0xd04): "Cortex-A35"
    case (.arm, 0xd05): "Cortex-A55"
    case (.arm, 0xd07): "Cortex-A57"
    case (.arm, 0xd08): "Cortex-A72"
    case (.arm, 0xd0b): "Cortex-A76"
    case (.arm, 0xd0c): "Neoverse-N1"
    case (.arm, 0xd40): "Neoverse-V1"
    case (.arm, 0xd42): "Cortex-A78AE"
    case (.arm, 0xd49): "Neoverse-N2"
    case (.arm, 0xd4f): "Neoverse-V2"
    case (.arm, 0xd84): "Neoverse-V3"
    case (.arm, 0xd8e): "Neoverse-N3"
    case (.ampere, _): "AmpereOne"
    case (.fujitsu, 0x001): "A64FX"
    case (.cavium, 0x0af): "ThunderX2"
    case (.hisilicon, 0xd01): "Kunpeng 920"
    case (.apple, _): "Apple core 0x\(String(part, radix: 16))"
    default: "ARM core 0x\(String(part, radix: 16))"
    }
  }
}
