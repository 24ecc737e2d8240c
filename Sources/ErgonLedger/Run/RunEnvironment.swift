/// Where a run took place: everything that could make the same work cost something else.
///
/// Absent is absent: a field that could not be read is `nil`, never a guess.
public struct RunEnvironment: Sendable, Hashable, Codable {
  /// The processor's own name: `AMD EPYC 9654`.
  public var cpuModel: String?
  /// Logical processors online.
  public var logicalProcessors: Int
  public var memoryBytes: UInt64?
  /// `Debian GNU/Linux 12`, `macOS 15.5`.
  public var operatingSystem: String?
  /// The kernel's release.
  public var kernel: String?
  /// `x86_64`, `arm64`.
  public var architecture: String
  /// Version of this package.
  public var ergonVersion: String
  /// Commit of the repository the run was started in; whether files differ from it is not looked at,
  /// since that would cost more than many a run.
  public var gitCommit: String?
  /// `docker`, `podman`, `kubernetes`, … when inside one.
  public var container: String?
  /// Name of a hypervisor when inside a virtual machine: `kvm`.
  public var virtualMachine: String?
  /// Graphics and other accelerators, by name.
  public var accelerators: [String]

  public init(
    cpuModel: String? = nil, logicalProcessors: Int, memoryBytes: UInt64? = nil,
    operatingSystem: String? = nil, kernel: String? = nil, architecture: String,
    ergonVersion: String, gitCommit: String? = nil, container: String? = nil,
    virtualMachine: String? = nil, accelerators: [String] = []
  ) {
    self.cpuModel = cpuModel
    self.logicalProcessors = logicalProcessors
    self.memoryBytes = memoryBytes
    self.operatingSystem = operatingSystem
    self.kernel = kernel
    self.architecture = architecture
    self.ergonVersion = ergonVersion
    self.gitCommit = gitCommit
    self.container = container
    self.virtualMachine = virtualMachine
    self.accelerators = accelerators
  }
}
