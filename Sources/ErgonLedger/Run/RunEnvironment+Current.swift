public import ErgonEnergy

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension RunEnvironment {
  /// The environment of this process.
  ///
  /// - Parameters:
  ///   - host: The machine's files.
  ///   - directory: The folder whose git commit is recorded; the current one by default.
  ///   - accelerators: Names of graphics and other accelerators, where somebody has looked.
  /// - Cost: a dozen small reads, no subprocess: well below a millisecond.
  public static func current(
    host: Host = Host(), directory: String? = nil, accelerators: [String] = []
  ) -> RunEnvironment {
    var system = utsname()
    uname(&system)
    return RunEnvironment(
      cpuModel: MachineFacts.cpuModel(host), logicalProcessors: MachineFacts.logicalProcessors(),
      memoryBytes: MachineFacts.memoryBytes(host),
      operatingSystem: MachineFacts.operatingSystem(host),
      kernel: text(of: &system.release), architecture: text(of: &system.machine),
      ergonVersion: ErgonPackage.version,
      gitCommit: (directory ?? currentDirectory()).flatMap(GitCommit.read(containing:)),
      container: MachineFacts.container(host), virtualMachine: MachineFacts.virtualMachine(host),
      accelerators: accelerators)
  }

  private static func currentDirectory() -> String? {
    guard let buffer = getcwd(nil, 0) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// A fixed C array of characters as text.
  private static func text<T>(of field: inout T) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// The package as a whole.
public enum ErgonPackage {
  /// Written into every run.
  public static let version = "0.1.0"
}
