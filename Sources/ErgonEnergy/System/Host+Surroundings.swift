#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Host {
  /// The kernel by name and version, `Linux 6.1.0-13-amd64`; `nil` where it cannot be read.
  var kernel: String? {
    guard let release = text("/proc/sys/kernel/osrelease"), !release.isEmpty else { return nil }
    return "Linux \(release.prefix(64))"
  }

  /// The container runtime around this process, by its own marks; `nil` outside of containers.
  public var container: String? {
    if exists("/run/.containerenv") { return "podman" }
    if exists("/.dockerenv") { return "docker" }
    guard let groups = text("/proc/1/cgroup") else { return nil }
    return ["kubepods", "docker", "lxc", "containerd", "garden"].first { groups.contains($0) }
  }

  /// How many processors' time the control group of this process may use at once; `nil` for all.
  ///
  /// A container on a large machine sees every processor and may use a few of them.
  public var processorQuota: Double? {
    // Version 2 is one line, `0::/path`; a container sees its own group as the root of the mount.
    var groups = [""]
    for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
      if line.hasPrefix("0::/"), line.utf8.count > 4 {
        groups.insert(String(line.dropFirst(3)), at: 0)
      }
    }
    for group in groups {
      guard let fields = text("/sys/fs/cgroup\(group)/cpu.max")?.split(separator: " "),
        fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]),
        quota > 0, period > 0
      else { continue }
      return quota / period
    }
    return nil
  }

  /// The last part of a symbolic link's target, such as the PCI address behind `device`.
  func linkName(_ absolute: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path(absolute), &buffer, buffer.count)
    guard count > 0 else { return nil }
    let target = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return target.split(separator: "/").last.map(String.init)
  }

  /// A kernel file's one line as a name fit to be shown: printable, without spaces at its ends,
  /// at most 64 characters.
  func label(_ absolute: String) -> String? {
    guard let line = text(absolute)?.split(separator: "\n").first else { return nil }
    let kept = line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 && $0.value < 0xFFFD }
    var label = ""
    label.unicodeScalars.append(contentsOf: kept.prefix(64))
    while label.hasSuffix(" ") { label.removeLast() }
    return label.isEmpty ? nil : label
  }

  /// A kernel file that holds one signed number, or `nil`.
  func integer(_ absolute: String) -> Int64? { text(absolute).flatMap { Int64($0) } }
}
