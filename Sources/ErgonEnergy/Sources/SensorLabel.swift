/// What firmware authors call the rails and zones of a board, put to the parts of a machine.
enum SensorLabel {
  /// The part a label names; `nil` when it could be anything, which is then left out rather than
  /// guessed.
  static func component(of label: String) -> EnergyComponent? {
    let text = label.lowercased()
    let words: [(EnergyComponent, [String])] = [
      (.platform, ["system", "module", "total", "board", "psys", "vdd_in", "psu", "chassis"]),
      (.gpu, ["gpu", "graphics"]),
      (.memory, ["dram", "ddr", "memory", "dimm", "hbm"]),
      (.accelerator, ["npu", "tpu", "ane", "dla"]),
      (.storage, ["nvme", "ssd", "disk"]),
      (.network, ["ethernet", "nic", "wifi"]),
      (.cpu, ["cpu", "core", "socket", "package", "soc", "grace", "cluster", "sysio"]),
    ]
    let tokens = text.split { !$0.isLetter }
    return words.first { component in
      component.1.contains { word in
        // Short words must stand alone: "plane" is no "ane".
        word.count > 3 ? text.contains(word) : tokens.contains { $0 == word }
      }
    }?.0
  }
}
