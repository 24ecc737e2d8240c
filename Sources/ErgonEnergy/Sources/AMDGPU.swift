/// AMD graphics through the `amdgpu` driver's power sensor.
///
/// A card has a sensor of its own. Graphics on a processor's die report the whole package
/// instead, which is a second view of what RAPL counts and, unlike RAPL, open to everybody.
enum AMDGPU {
  static let name = "amdgpu"
  static let title = "AMD graphics through amdgpu"
  static let driver = "amdgpu"

  static func discover(_ host: Host) -> Discovery {
    var search = SensorSearch(host: host)
    for chip in HwmonChip.all(host) where chip.name == driver {
      let address = chip.device ?? chip.folder
      let path = "\(HwmonChip.root)/\(chip.folder)"
      // The driver offers a power cap for cards and none for graphics on a processor.
      let isCard = host.exists(path + "/power1_cap")
      if isCard, let file = GPUMetricsFile(host.path(path + "/device/gpu_metrics")) {
        search.add(accumulator(address, host: host), file: file)
      } else if let sensor = chip.sensors.first {
        search.add(
          sensor, name: isCard ? "gpu-\(address)" : "package with graphics \(address)",
          folder: chip.folder, component: isCard ? .gpu : .cpu,
          device: isCard ? "gpu-\(address)" : "package-0",
          remark: isCard
            ? "average power of the card, integrated" : "processor and graphics together")
      }
    }
    return search.outcome(name: name, title: title, absence: "no AMD graphics with a power sensor")
  }

  private static func accumulator(_ address: String, host: Host) -> EnergyCounter {
    EnergyCounter(
      name: "gpu-\(address)", component: .gpu,
      reading: .energy(joulesPerTick: 1.0 / 65536, range: nil), device: "gpu-\(address)",
      maximumPower: Watts(2000), error: .relative(0.05),
      provenance: Provenance(.measured, source: "amdgpu metrics", version: host.kernel ?? ""),
      // The firmware renews its table every millisecond or so.
      resolution: Joules(0.2))
  }
}

/// The energy accumulator in the table of metrics that the `amdgpu` driver gives out.
///
/// Only the layouts of data-centre cards (content revisions 4 and 5) state its unit, 2^-16 J;
/// older ones carry a field of the same name that some cards leave empty or count otherwise, so
/// there the power sensor is used instead.
struct GPUMetricsFile: CounterFile {
  private let file: SystemFile
  var path: String { file.path }

  /// - Returns: `nil` where there is no such table, or none that counts energy.
  init?(_ path: String) {
    guard let file = try? SystemFile(path) else { return nil }
    self.file = file
    guard (try? readNumber()) != nil else { return nil }
  }

  func readNumber() throws(SystemFileError) -> UInt64 {
    var table = [UInt8](repeating: 0, count: 128)
    var failure: SystemFileError?
    let count = table.withUnsafeMutableBytes { buffer in
      do throws(SystemFileError) {
        return try file.read(into: buffer)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    guard let energy = Self.energy(table[..<count]) else {
      throw .unreadable(path: path, reason: "the table holds no energy")
    }
    return energy
  }

  /// The accumulator's ticks of 2^-16 J; `nil` for other layouts, short tables, and the values
  /// that stand for "not supported".
  static func energy(_ table: ArraySlice<UInt8>) -> UInt64? {
    let bytes = Array(table)
    guard bytes.count >= 4, bytes[2] == 1 else { return nil }
    let offset: Int
    switch bytes[3] {
    case 4: offset = 24
    case 5: offset = 88
    default: return nil
    }
    let declared = Int(bytes[0]) | Int(bytes[1]) << 8
    guard min(bytes.count, declared) >= offset + 8 else { return nil }
    let energy = bytes[offset..<offset + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return energy == 0 || energy == .max ? nil : energy
  }
}
