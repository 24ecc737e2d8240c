#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The model-specific registers of one processor, as the `msr` driver shows them: a file in which
/// the offset is the register's number.
final class MSRFile: Sendable {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws(SystemFileError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemFileError(path: path, errno: errno) }
  }

  deinit { close(descriptor) }

  /// One register, 64 bits.
  func read(_ register: UInt32) throws(SystemFileError) -> UInt64 {
    var value: UInt64 = 0
    let count = pread(descriptor, &value, MemoryLayout<UInt64>.size, off_t(register))
    guard count >= 0 else { throw SystemFileError(path: path, errno: errno) }
    guard count == MemoryLayout<UInt64>.size else {
      throw .unreadable(
        path: path, reason: "register 0x\(String(register, radix: 16)) is not there")
    }
    return UInt64(littleEndian: value)
  }
}

/// Where a processor keeps its energy counters, and what one tick of each is worth.
///
/// - Reference: Intel Software Developer's Manual, volume 4; AMD Processor Programming Reference
///   for family 17h; the units that the registers misstate, from Linux's RAPL driver.
struct MSRLayout: Sendable {
  struct Register: Sendable, Hashable {
    let domain: RAPL.Domain
    let number: UInt32
    let joulesPerTick: Double
  }

  /// The register that holds the units.
  let unit: UInt32
  private let vendor: CPUIdentity.Vendor
  private let model: Int

  /// - Returns: `nil` for a processor without RAPL.
  init?(_ cpu: CPUIdentity) {
    vendor = cpu.vendor
    model = cpu.model ?? 0
    switch cpu.vendor {
    case .intel where cpu.family == 6: unit = 0x606
    case .amd, .hygon:
      guard let family = cpu.family, family >= 0x17 else { return nil }
      unit = 0xC001_0299
    default: return nil
    }
  }

  /// The counters, for the value of the unit register.
  func registers(unit value: UInt64) -> [Register] {
    let exponent = Double((value >> 8) & 0x1F)
    let standard = 1 / power2(exponent)
    guard vendor == .intel else {
      return [Register(domain: .package, number: 0xC001_029B, joulesPerTick: standard)]
    }
    let isAtom = [55, 74, 76, 90].contains(model)
    let common = isAtom ? power2(exponent) * 1e-6 : standard
    let hasFixedDRAM = [63, 79, 85, 87, 106, 108, 133, 143, 207].contains(model)
    let hasFixedPsys = [143, 207].contains(model)
    return [
      Register(domain: .package, number: 0x611, joulesPerTick: common),
      Register(domain: .core, number: 0x639, joulesPerTick: common),
      Register(domain: .uncore, number: 0x641, joulesPerTick: common),
      Register(
        domain: .dram, number: 0x619, joulesPerTick: hasFixedDRAM ? 1 / 65536 : common),
      Register(domain: .psys, number: 0x64D, joulesPerTick: hasFixedPsys ? 1 : common),
    ]
  }

  private func power2(_ exponent: Double) -> Double { exp2(exponent) }
}
