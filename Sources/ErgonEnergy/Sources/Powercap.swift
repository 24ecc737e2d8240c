/// The zones of Linux's power capping class, as folders show them.
///
/// The class lists every zone flat, whatever its depth: `intel-rapl:0` is a package,
/// `intel-rapl:0:1` a part of it. Nothing is followed downwards, so a hostile tree cannot send
/// the search in circles.
struct PowercapZone: Sendable {
  /// The folder's name, `intel-rapl:0:1`.
  let folder: String
  /// The control type before the first colon: `intel-rapl`, `intel-rapl-mmio`, `arm-scmi`.
  let type: String
  /// The numbers after it.
  let path: [Int]
  /// What the zone calls itself: `package-0`, `dram`.
  let label: String

  static let root = "/sys/class/powercap"
  /// More zones than any machine has; the rest of a longer listing is not looked at.
  static let mostZones = 1024

  /// - Returns: `nil` for a folder that is no zone, and for a link that points nowhere.
  init?(folder: String, host: Host) {
    let parts = folder.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { Int($0) }
    guard parts.count > 1, numbers.count == parts.count - 1, numbers.allSatisfy({ $0 >= 0 }),
      host.exists("\(Self.root)/\(folder)")
    else {
      return nil
    }
    self.folder = folder
    type = String(parts[0])
    path = numbers
    label = host.label("\(Self.root)/\(folder)/name") ?? ""
  }

  func file(_ name: String) -> String { "\(Self.root)/\(folder)/\(name)" }

  /// Every zone of these control types, in order of their numbers.
  static func all(_ host: Host, types: Set<String>) -> [PowercapZone] {
    host.list(root).prefix(mostZones).compactMap { PowercapZone(folder: $0, host: host) }
      .filter { types.contains($0.type) }
      .sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// The greatest power limit the zone declares, in watts.
  func declaredMaximumW(_ host: Host) -> Double? {
    var greatest: UInt64 = 0
    for constraint in 0..<3 {
      for kind in ["max_power_uw", "power_limit_uw"] {
        greatest = max(greatest, host.number(file("constraint_\(constraint)_\(kind)")) ?? 0)
      }
    }
    return greatest > 0 ? Double(greatest) * 1e-6 : nil
  }

  /// The modulus of the zone's energy counter in microjoules; `nil` when it never wraps.
  ///
  /// The hardware counts 2^32 steps. The kernel shows the count times the step, so the range it
  /// gives is 2^32 - 1 steps and the reading after it is 0: one more step goes round.
  func modulus(_ host: Host) -> UInt64? {
    guard let range = host.number(file("max_energy_range_uj")), range > 0, range < 1 << 63 else {
      return nil
    }
    let step = Double(range) / 4_294_967_295
    return range + max(1, UInt64(step.rounded()))
  }
}
