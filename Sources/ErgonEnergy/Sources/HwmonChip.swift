/// One chip of Linux's hardware monitoring class, with those of its sensors that tell a power or
/// an energy.
struct HwmonChip: Sendable {
  struct Sensor: Sendable, Hashable {
    /// `power1`, `energy2`.
    let channel: String
    /// The file to read, from the root.
    let file: String
    let isEnergy: Bool
    /// What the driver or the firmware calls it.
    let label: String?
    /// How long the driver averages, in seconds, where it says.
    let averagingPeriod: Double?
  }

  /// `hwmon3`.
  let folder: String
  /// The driver's name: `power_meter`, `amdgpu`.
  let name: String
  /// The name of the device behind it, a PCI address for a card.
  let device: String?
  let sensors: [Sensor]

  static let root = "/sys/class/hwmon"
  /// More chips, and more files in one, than any machine has.
  private static let most = 1024

  init(folder: String, host: Host) {
    self.folder = folder
    let path = "\(Self.root)/\(folder)"
    name = host.label(path + "/name") ?? ""
    device = host.linkName(path + "/device")
    let own = Self.sensors(path, host: host)
    // Older drivers hang their files on the device itself.
    sensors = own.isEmpty ? Self.sensors(path + "/device", host: host) : own
  }

  static func all(_ host: Host) -> [HwmonChip] {
    host.list(root).prefix(most).map { HwmonChip(folder: $0, host: host) }
  }

  private static func sensors(_ path: String, host: Host) -> [Sensor] {
    let files = Set(host.list(path).prefix(most))
    var sensors: [Sensor] = []
    for number in 1...64 {
      let energy = "energy\(number)"
      if files.contains("\(energy)_input") {
        sensors.append(
          Sensor(
            channel: energy, file: "\(path)/\(energy)_input", isEnergy: true,
            label: host.label("\(path)/\(energy)_label"), averagingPeriod: nil))
        continue
      }
      let power = "power\(number)"
      // An average loses nothing between two looks; a momentary value does.
      guard
        let kind = ["average", "input"].first(where: { files.contains("\(power)_\($0)") })
      else { continue }
      let milliseconds = host.number("\(path)/\(power)_average_interval").map { Double($0) }
      sensors.append(
        Sensor(
          channel: power, file: "\(path)/\(power)_\(kind)", isEnergy: false,
          label: host.label("\(path)/\(power)_label") ?? host.label("\(path)/\(power)_oem_info"),
          averagingPeriod: kind == "average" ? milliseconds.map { $0 / 1000 } : nil))
    }
    return sensors
  }
}
