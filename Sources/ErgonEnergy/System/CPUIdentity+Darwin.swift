#if os(macOS)
  import Darwin

  extension CPUIdentity {
    static func darwin() -> CPUIdentity {
      let name = text("machdep.cpu.brand_string") ?? "unknown processor"
      var identity = CPUIdentity(
        name: name, logicalProcessors: number("hw.activecpu") ?? 1,
        cores: number("hw.physicalcpu"), packages: number("hw.packages"),
        isVirtual: number("kern.hv_vmm_present") == 1)
      if name.hasPrefix("Apple") {
        identity.vendor = .apple
      } else if text("machdep.cpu.vendor") == "GenuineIntel" {
        identity.vendor = .intel
        identity.family = number("machdep.cpu.family")
        identity.model = number("machdep.cpu.model")
      }
      return identity
    }

    private static func number(_ key: String) -> Int? {
      var value: Int32 = 0
      var size = MemoryLayout<Int32>.size
      guard sysctlbyname(key, &value, &size, nil, 0) == 0, size == MemoryLayout<Int32>.size else {
        return nil
      }
      return Int(value)
    }

    private static func text(_ key: String) -> String? {
      var buffer = [UInt8](repeating: 0, count: 256)
      var size = buffer.count
      guard sysctlbyname(key, &buffer, &size, nil, 0) == 0 else { return nil }
      return String(decoding: buffer[..<min(size, buffer.count)].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
#endif
