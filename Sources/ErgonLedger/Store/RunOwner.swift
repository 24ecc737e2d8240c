internal import ErgonEnergy

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The process that holds an open run.
///
/// A process identifier alone is soon used again; with the process's own start time, the boot and
/// the process namespace it names one process for ever.
struct RunOwner: Sendable, Hashable {
  var pid: Int32
  /// When the process started, in the kernel's own words; empty where it cannot be read.
  var start: String
  /// The boot of the machine.
  var boot: String
  /// The namespace in which ``pid`` counts: a container has its own.
  var namespace: String

  static func current() -> RunOwner {
    let pid = getpid()
    return RunOwner(
      pid: pid, start: startTime(of: pid) ?? "", boot: bootIdentifier(),
      namespace: processNamespace())
  }

  /// Whether the process has certainly ended; `false` where that cannot be told from here.
  func isGone(seenFrom here: RunOwner) -> Bool {
    if boot != here.boot { return !boot.isEmpty && !here.boot.isEmpty }
    guard namespace == here.namespace else { return false }
    if kill(pid, 0) != 0 { return errno == ESRCH }
    guard !start.isEmpty, let now = Self.startTime(of: pid) else { return false }
    return now != start
  }

  #if canImport(Darwin)
    static func startTime(of pid: Int32) -> String? {
      var info = kinfo_proc()
      var size = MemoryLayout<kinfo_proc>.stride
      var name: [Int32] = [CTL_KERN, KERN_PROC, KERN_PROC_PID, pid]
      guard sysctl(&name, UInt32(name.count), &info, &size, nil, 0) == 0, size > 0 else {
        return nil
      }
      let start = info.kp_proc.p_un.__p_starttime
      return "\(start.tv_sec).\(start.tv_usec)"
    }

    static func bootIdentifier() -> String {
      SystemControl.text("kern.bootsessionuuid") ?? ""
    }

    static func processNamespace() -> String { "" }
  #else
    static func startTime(of pid: Int32) -> String? {
      // The command's name may hold spaces and brackets; the fields begin behind the last bracket.
      guard let text = Host().text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
        return nil
      }
      let fields = text[end...].split(separator: " ")
      // Field 22 of the whole line; the bracket itself is field 2.
      return fields.count > 20 ? String(fields[20]) : nil
    }

    static func bootIdentifier() -> String {
      Host().text("/proc/sys/kernel/random/boot_id") ?? ""
    }

    static func processNamespace() -> String {
      var buffer = [CChar](repeating: 0, count: 64)
      let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
      return String(
        decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  #endif
}
