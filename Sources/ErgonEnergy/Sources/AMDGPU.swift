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
      guard let sensor = chip.sensors.first else { continue }
      let address = chip.device ?? chip.folder
      // The driver offers a power cap for cards and none for graphics on a processor.
      let isCard = host.exists("\(HwmonChip.root)/\(chip.folder)/power1_cap")
      search.add(
        sensor, name: isCard ? "gpu-\(address)" : "package with graphics \(address)",
        folder: chip.folder, component: isCard ? .gpu : .cpu,
        device: isCard ? "gpu-\(address)" : "package-0",
        remark: isCard
          ? "average power of the card, integrated" : "processor and graphics together")
    }
    return search.outcome(name: name, title: title, absence: "no AMD graphics with a power sensor")
  }
}
