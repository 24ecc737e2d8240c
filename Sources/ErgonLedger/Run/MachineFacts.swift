internal import ErgonEnergy

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// What a run's environment says of the machine, each read from one small file.
enum MachineFacts {
  static func logicalProcessors() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  #if canImport(Darwin)
    static func cpuModel(_: Host) -> String? { SystemControl.text("machdep.cpu.brand_string") }

    static func memoryBytes(_: Host) -> UInt64? { SystemControl.number("hw.memsize") }

    static func operatingSystem(_: Host) -> String? {
      SystemControl.text("kern.osproductversion").map { "macOS \($0)" }
    }

    static func container(_: Host) -> String? { nil }

    static func virtualMachine(_: Host) -> String? {
      SystemControl.number("kern.hv_vmm_present") == 1 ? "apple" : nil
    }
  #else
    /// The first processor's entry is enough; later ones can be hundreds of kilobytes.
    static func processorEntry(_ host: Host) -> [Substring: Substring] {
      guard let text = try? host.read("/proc/cpuinfo", limit: 4096).get() else { return [:] }
      var entry: [Substring: Substring] = [:]
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        guard let colon = line.firstIndex(of: ":") else {
          if line.isEmpty, !entry.isEmpty { break }
          continue
        }
        entry[trimmed(line[..<colon])] = trimmed(line[line.index(after: colon)...])
      }
      return entry
    }

    static func cpuModel(_ host: Host) -> String? {
      let entry = processorEntry(host)
      if let name = entry["model name"] ?? entry["Model"], !name.isEmpty { return String(name) }
      // Most ARM kernels give numbers only; the board's name then says more.
      return host.text("/proc/device-tree/model")
    }

    static func memoryBytes(_ host: Host) -> UInt64? {
      guard let text = host.text("/proc/meminfo"), text.hasPrefix("MemTotal:"),
        let number = text.split(separator: "\n")[0].split(separator: " ").dropFirst().first
      else { return nil }
      return UInt64(number).flatMap {
        let (bytes, overflow) = $0.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
      }
    }

    static func operatingSystem(_ host: Host) -> String? {
      let text = host.text("/etc/os-release") ?? host.text("/usr/lib/os-release")
      for line in (text ?? "").split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
        let value = line.dropFirst("PRETTY_NAME=".count)
        return value.filter { $0 != "\"" && $0 != "'" }
      }
      return nil
    }

    static func container(_ host: Host) -> String? {
      if getenv("KUBERNETES_SERVICE_HOST") != nil, host.isLive { return "kubernetes" }
      if host.exists("/run/.containerenv") { return "podman" }
      if host.exists("/.dockerenv") { return "docker" }
      if let name = host.text("/run/systemd/container"), !name.isEmpty { return name }
      let groups = host.text("/proc/self/cgroup") ?? ""
      let marks = [
        ("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"), ("lxc", "lxc"),
        ("containerd", "containerd"),
      ]
      return marks.first { groups.contains($0.0) }?.1
    }

    /// From the board's name, else from the clocks that a hypervisor offers its guests, else from
    /// the processor's flag alone.
    static func virtualMachine(_ host: Host) -> String? {
      if let type = host.text("/sys/hypervisor/type"), !type.isEmpty { return type }
      let vendor = host.text("/sys/class/dmi/id/sys_vendor") ?? ""
      let product = host.text("/sys/class/dmi/id/product_name") ?? ""
      let board = "\(vendor) \(product)"
      let boards = [
        ("QEMU", "kvm"), ("KVM", "kvm"), ("Google Compute Engine", "kvm"),
        ("VMware", "vmware"), ("VirtualBox", "virtualbox"), ("Xen", "xen"),
        ("Virtual Machine", "hyper-v"), ("Parallels", "parallels"), ("Apple Virtual", "apple"),
      ]
      if let match = boards.first(where: { board.contains($0.0) }) { return match.1 }
      let clocks =
        host.text("/sys/devices/system/clocksource/clocksource0/available_clocksource") ?? ""
      if clocks.contains("kvm-clock") { return "kvm" }
      if clocks.contains("hyperv") { return "hyper-v" }
      if clocks.contains("xen") { return "xen" }
      let flags = processorEntry(host)["flags"] ?? ""
      return flags.split(separator: " ").contains("hypervisor") ? "unknown hypervisor" : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
      var slice = text.drop(while: \.isWhitespace)
      while slice.last?.isWhitespace == true { slice.removeLast() }
      return slice
    }
  #endif
}

#if canImport(Darwin)
  /// `sysctlbyname(3)`.
  enum SystemControl {
    static func text(_ name: String) -> String? {
      var size = 0
      guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 0, size < 65536 else { return nil }
      var buffer = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(name, &buffer, &size, nil, 0) == 0 else { return nil }
      return String(decoding: buffer.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An integer of four or eight bytes.
    static func number(_ name: String) -> UInt64? {
      var value: UInt64 = 0
      var size = MemoryLayout<UInt64>.size
      // A shorter integer fills the lower bytes: every Darwin machine is little-endian.
      return sysctlbyname(name, &value, &size, nil, 0) == 0 ? value : nil
    }
  }
#endif
