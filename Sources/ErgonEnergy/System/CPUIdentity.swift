/// Which processor this is, as far as the machine tells.
///
/// ```swift
/// let cpu = CPUIdentity(Host())
/// print(cpu.name, cpu.logicalProcessors)     // "AMD EPYC 9654 96-Core Processor 192"
/// ```
///
/// - Cost: about ten small file reads; nothing is kept.
public struct CPUIdentity: Sendable, Hashable, Codable {
  /// Who designed the core.
  public enum Vendor: String, Sendable, Codable {
    case intel, amd, hygon, arm, ampere, apple, fujitsu, cavium, hisilicon, nvidia, qualcomm
    case unknown
  }

  /// The model as its maker writes it, or the core's name where the kernel knows no model.
  public var name: String
  public var vendor: Vendor
  /// Family and model of an x86 processor, as the kernel counts them.
  public var family: Int?
  public var model: Int?
  /// Part number of an ARM core, from its main identification register.
  public var part: Int?
  /// Logical processors online.
  public var logicalProcessors: Int
  /// Physical cores online, where the machine says.
  public var cores: Int?
  /// Sockets, where the machine says.
  public var packages: Int?
  /// Whether a hypervisor says it is there; its guests see no energy counter.
  public var isVirtual: Bool
  /// Whether software guard extensions are on, which makes Intel add noise to energy counters.
  public var hasSGX: Bool

  public init(
    name: String, vendor: Vendor = .unknown, family: Int? = nil, model: Int? = nil,
    part: Int? = nil, logicalProcessors: Int, cores: Int? = nil, packages: Int? = nil,
    isVirtual: Bool = false, hasSGX: Bool = false
  ) {
    self.name = name
    self.vendor = vendor
    self.family = family
    self.model = model
    self.part = part
    self.logicalProcessors = logicalProcessors
    self.cores = cores
    self.packages = packages
    self.isVirtual = isVirtual
    self.hasSGX = hasSGX
  }

  /// Reads the processor of a machine; what cannot be read stays unknown.
  public init(_ host: Host) {
    #if os(macOS)
      if host.isLive {
        self = Self.darwin()
        return
      }
    #endif
    self = Self.linux(host)
  }

  /// Whether the core executes x86, the only kind with RAPL.
  var isX86: Bool { vendor == .intel || vendor == .amd || vendor == .hygon }
}
