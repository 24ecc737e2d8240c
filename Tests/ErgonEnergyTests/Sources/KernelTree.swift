import ErgonEnergy
import Foundation

/// A folder that looks like a machine's `/sys`, `/proc` and `/dev`, removed when the test ends.
final class KernelTree {
  let url: URL
  var host: ErgonEnergy.Host { ErgonEnergy.Host(root: url.path) }

  init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ergon-tree-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (path, text) in files { try write(path, text) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  private func place(_ path: String) throws -> URL {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    return file
  }

  func write(_ path: String, _ text: String) throws {
    try write(path, bytes: Data((text + "\n").utf8))
  }

  /// Changes what an open file holds, as the kernel does under a reader.
  func overwrite(_ path: String, _ text: String) throws {
    let handle = try FileHandle(forWritingTo: url.appendingPathComponent(path))
    defer { try? handle.close() }
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data((text + "\n").utf8))
  }

  func write(_ path: String, bytes: Data) throws { try bytes.write(to: place(path)) }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: url.appendingPathComponent(path))
  }

  func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: place(path).path, withDestinationPath: target)
  }

  func folder(_ path: String) throws {
    try FileManager.default.createDirectory(at: place(path), withIntermediateDirectories: true)
  }

  /// A file that nobody may read, not even root: modes do not bind root, but Linux refuses to
  /// read this setting to everyone.
  func deny(_ path: String) throws {
    let target = url.appendingPathComponent(path).path
    try? FileManager.default.removeItem(atPath: target)
    if geteuid() == 0 {
      try link(path, to: "/proc/sys/vm/compact_memory")
    } else {
      try write(path, "1")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: target)
    }
  }

  /// One 64-bit register in the sparse file that stands for a processor's registers.
  func register(_ number: UInt64, _ value: UInt64, cpu: Int = 0) throws {
    let file = try place("dev/cpu/\(cpu)/msr")
    if !FileManager.default.fileExists(atPath: file.path) {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try handle.seek(toOffset: number)
    try handle.write(contentsOf: withUnsafeBytes(of: value.littleEndian) { Data($0) })
  }

  static let powercap = "sys/class/powercap"

  /// One powercap zone; the range is that of a register with a unit of 61 µJ unless said.
  func zone(
    _ folder: String, name: String, energy: String, range: String? = "262143328850",
    limits: [String: String] = [:]
  ) throws {
    let path = "\(Self.powercap)/\(folder)"
    try write("\(path)/name", name)
    try write("\(path)/energy_uj", energy)
    if let range { try write("\(path)/max_energy_range_uj", range) }
    for (file, value) in limits { try write("\(path)/\(file)", value) }
  }

  /// The processor files of a machine with one package per entry.
  func processors(packages: [ClosedRange<Int>], cpuinfo: String) throws {
    try write("proc/cpuinfo", cpuinfo)
    let last = packages.map(\.upperBound).max() ?? 0
    try write("sys/devices/system/cpu/online", "0-\(last)")
    for (package, cpus) in packages.enumerated() {
      for cpu in cpus {
        let topology = "sys/devices/system/cpu/cpu\(cpu)/topology"
        try write("\(topology)/physical_package_id", "\(package)")
        try write("\(topology)/die_id", "0")
        let list = "\(cpus.lowerBound)-\(cpus.upperBound)"
        try write("\(topology)/core_siblings_list", list)
        try write("\(topology)/die_cpus_list", list)
      }
    }
  }
}

extension EnergySource {
  /// Every counter read once.
  func sampled() -> [CounterSample] {
    var samples = [CounterSample](
      repeating: .unreadable("never set"), count: counters.count)
    read(&samples)
    return samples
  }
}

/// Beginnings of `/proc/cpuinfo` as machines write them.
enum CPUInfo {
  static let skylakeServer = """
    processor	: 0
    vendor_id	: GenuineIntel
    cpu family	: 6
    model		: 85
    model name	: Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz
    stepping	: 7
    physical id	: 0
    siblings	: 56
    core id		: 0
    cpu cores	: 28
    flags		: fpu vme de pse tsc msr avx512f
    """
  static let kabyLakeWithSGX = """
    processor	: 0
    vendor_id	: GenuineIntel
    cpu family	: 6
    model		: 142
    model name	: Intel(R) Core(TM) i7-8565U CPU @ 1.80GHz
    cpu cores	: 4
    flags		: fpu vme de sgx avx2
    """
  static let rome = """
    processor	: 0
    vendor_id	: AuthenticAMD
    cpu family	: 23
    model		: 49
    model name	: AMD EPYC 7702 64-Core Processor
    cpu cores	: 64
    flags		: fpu vme de avx2
    """
  static let guest = """
    processor	: 0
    vendor_id	: AuthenticAMD
    cpu family	: 26
    model		: 2
    model name	: AMD EPYC
    cpu cores	: 2
    flags		: fpu vme de hypervisor avx512f

    processor	: 1
    vendor_id	: AuthenticAMD
    """
  static let graviton3 = """
    processor	: 0
    BogoMIPS	: 2100.00
    Features	: fp asimd sve
    CPU implementer	: 0x41
    CPU architecture: 8
    CPU variant	: 0x1
    CPU part	: 0xd40
    CPU revision	: 1
    """
  static let raspberryPi5 = """
    processor	: 0
    BogoMIPS	: 108.00
    CPU implementer	: 0x41
    CPU part	: 0xd0b
    """
}
