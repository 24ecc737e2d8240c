public import ErgonEnergy
import Foundation

/// The files of a machine that does not exist, in a folder that goes away with this object.
///
/// ```swift
/// let machine = SyntheticMachine()
/// machine.setProcessors(busyTicks: [100, 50])
/// machine.addPowercapZone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
/// let found = EnergySources.discover(on: machine.host)
/// ```
public final class SyntheticMachine: Sendable {
  /// The folder that stands for `/`.
  public let root: String

  public init() {
    root =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/ergon-machine-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  public var host: ErgonEnergy.Host { ErgonEnergy.Host(root: root) }

  /// Writes a file and the folders above it; a file that is open keeps its identity.
  public func write(_ path: String, _ text: String) {
    let full = root + path
    try! FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    if let file = fopen(full, "w") {
      let bytes = Array(text.utf8)
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
  }

  public func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: root + path)
  }

  /// Sets a file's permission bits: `0` makes it unreadable to anyone but root.
  public func setMode(_ path: String, _ mode: Int) {
    try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: root + path)
  }

  // MARK: Processors and processes

  /// `/proc/stat`, busy time as user ticks of 10 ms, one entry a processor.
  public func setProcessors(busyTicks: [Int], idleTicks: Int = 0) {
    let line = { (name: String, busy: Int, idle: Int) in
      "\(name) \(busy) 0 0 \(idle) 0 0 0 0 0 0\n"
    }
    write(
      "/proc/stat",
      line("cpu", busyTicks.reduce(0, +), idleTicks * busyTicks.count)
        + busyTicks.enumerated().map { line("cpu\($0)", $1, idleTicks) }.joined())
  }

  /// `/proc/PID/stat` and its neighbours; times in ticks of 10 ms, start since boot.
  public func setProcess(
    _ pid: Int32, parent: Int32, name: String = "work", group: Int32? = nil,
    session: Int32? = nil, terminal: Int32 = 0, state: String = "S", user: Int = 0,
    system: Int = 0, waitedUser: Int = 0, waitedSystem: Int = 0, start: Int = 1,
    command: String? = nil, cgroup: String? = nil
  ) {
    write(
      "/proc/\(pid)/stat",
      "\(pid) (\(name)) \(state) \(parent) \(group ?? pid) \(session ?? group ?? pid) \(terminal)"
        + " -1 4194304 100 0 0 0 \(user) \(system) \(waitedUser) \(waitedSystem) 20 0 1 0 \(start)"
        + " 3133440 394\n")
    if let command {
      write("/proc/\(pid)/cmdline", command.replacingOccurrences(of: " ", with: "\0") + "\0")
    }
    if let cgroup { write("/proc/\(pid)/cgroup", "0::\(cgroup)\n") }
  }

  public func endProcess(_ pid: Int32) { remove("/proc/\(pid)") }

  /// `cpu.stat` of a version 2 control group, and the file that marks the mount.
  public func setControlGroup(_ path: String, userMicroseconds: Int, systemMicroseconds: Int = 0) {
    write("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n")
    write(
      "/sys/fs/cgroup\(path)/cpu.stat",
      "usage_usec \(userMicroseconds + systemMicroseconds)\nuser_usec \(userMicroseconds)\n"
        + "system_usec \(systemMicroseconds)\nnr_periods 0\n")
  }

  // MARK: Counters

  /// A powercap zone: `intel-rapl:0` with its name, count and range.
  ///
  /// A zone inside another is named `intel-rapl:0:1` and lies in its parent's folder as well, as
  /// the kernel has it.
  public func addPowercapZone(
    _ zone: String, name: String, microjoules: UInt64, range: UInt64 = 262_143_328_850
  ) {
    for folder in Self.powercapFolders(zone) {
      write(folder + "/name", name + "\n")
      write(folder + "/max_energy_range_uj", "\(range)\n")
      write(folder + "/enabled", "1\n")
      write(folder + "/energy_uj", "\(microjoules)\n")
    }
  }

  /// Moves a zone's count.
  public func setPowercapZone(_ zone: String, microjoules: UInt64) {
    for folder in Self.powercapFolders(zone) { write(folder + "/energy_uj", "\(microjoules)\n") }
  }

  private static func powercapFolders(_ zone: String) -> [String] {
    let parts = zone.split(separator: ":")
    let flat = "/sys/class/powercap/\(zone)"
    guard parts.count > 2 else { return [flat] }
    return [flat, "/sys/class/powercap/\(parts.dropLast().joined(separator: ":"))/\(zone)"]
  }
}
