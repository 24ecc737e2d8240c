import Foundation
import Testing

@testable import ErgonEnergy

@Suite("hwmon sensors")
struct HwmonTests {
  private let root = "sys/class/hwmon"

  @Test("NVIDIA Grace: the socket counts, its rails lie inside, the module stands apart")
  func grace() throws {
    let tree = try KernelTree()
    let meters = [
      "Module Power Socket 0", "Grace Power Socket 0", "CPU Power Socket 0",
      "SysIO Power Socket 0",
    ]
    for (index, label) in meters.enumerated() {
      let path = "\(root)/hwmon\(index)"
      try tree.write("\(path)/name", "power_meter")
      try tree.write("\(path)/device/power1_average", "\((4 - index) * 10_000_000)")
      try tree.write("\(path)/device/power1_average_interval", "50")
      try tree.write("\(path)/device/power1_oem_info", label)
    }
    let discovery = HwmonSensors.discover(tree.host)
    let counters = discovery.report.counters
    #expect(counters.map(\.name) == meters)
    #expect(counters.map(\.component) == [.platform, .cpu, .cpu, .cpu])
    #expect(
      counters.map(\.containedIn) == [nil, nil, "Grace Power Socket 0", "Grace Power Socket 0"])
    #expect(counters[1].remark == "average over 50.0 ms")
    #expect(try #require(discovery.source).sampled()[1] == .power(Watts(30)))
  }

  @Test("an ACPI meter without a word is the whole machine, as good as it claims")
  func bareMeter() throws {
    let tree = try KernelTree([
      "\(root)/hwmon0/name": "power_meter", "\(root)/hwmon0/power1_average": "123000000",
      "\(root)/hwmon0/power1_accuracy": "95.0%",
    ])
    let counter = try #require(HwmonSensors.discover(tree.host).report.counters.first)
    #expect(counter.component == .platform)
    #expect(abs(counter.error.high - 1.05) < 1e-9)
  }

  @Test(
    "labels are put to parts of the machine, and to none where they could be anything",
    arguments: [
      ("VDD_GPU", EnergyComponent.gpu), ("VDDQ DDR4", .memory), ("CPU power", .cpu),
      ("power total", .platform), ("VDD_IN", .platform), ("NVMe", .storage), ("npu0", .accelerator),
      ("+12v", nil), ("control plane", nil), ("VDD_1V8", nil), ("", nil),
    ] as [(String, EnergyComponent?)])
  func labels(label: String, component: EnergyComponent?) {
    #expect(SensorLabel.component(of: label) == component)
  }

  @Test("a sensor without a meaning is left out and named")
  func meaningless() throws {
    let tree = try KernelTree([
      "\(root)/hwmon0/name": "ina226", "\(root)/hwmon0/power1_input": "5000000",
    ])
    let report = HwmonSensors.discover(tree.host).report
    #expect(!report.isUsable && !report.isFound)
    #expect(report.reason.contains("ina226 power1"))
  }

  @Test("energy is preferred to the power of the same channel, an average to a moment")
  func preference() throws {
    let tree = try KernelTree([
      "\(root)/hwmon0/name": "board", "\(root)/hwmon0/energy1_input": "77",
      "\(root)/hwmon0/energy1_label": "cpu", "\(root)/hwmon0/power1_input": "1",
      "\(root)/hwmon0/power2_input": "1", "\(root)/hwmon0/power2_average": "3000000",
      "\(root)/hwmon0/power2_label": "dram",
    ])
    let discovery = HwmonSensors.discover(tree.host)
    #expect(
      try #require(discovery.source).sampled() == [.energy(ticks: 77), .power(Watts(3))])
  }

  @Test("sensors that see a RAPL package carry its name, so that it is not added twice")
  func sameDevice() throws {
    let tree = try KernelTree([
      "\(root)/hwmon0/name": "amd_energy", "\(root)/hwmon0/energy1_input": "5",
      "\(root)/hwmon0/energy1_label": "Ecore000", "\(root)/hwmon0/energy2_input": "900",
      "\(root)/hwmon0/energy2_label": "Esocket1",
    ])
    let counters = HwmonSensors.discover(tree.host).report.counters
    #expect(counters.map(\.device) == ["package-1"])
  }

  @Test("a sensor for root alone gives the exact command")
  func permission() throws {
    let tree = try KernelTree(["\(root)/hwmon0/name": "power_meter"])
    try tree.deny("\(root)/hwmon0/power1_average")
    let report = HwmonSensors.discover(tree.host).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.remedy == "sudo chmod a+r \(tree.host.path("/\(root)/hwmon0/power1_average"))")
  }

  @Test("power supplies and AMD graphics are left to sources of their own")
  func others() throws {
    let tree = try KernelTree([
      "\(root)/hwmon0/name": "BAT0", "\(root)/hwmon0/power1_input": "5000000",
      "\(root)/hwmon1/name": "amdgpu", "\(root)/hwmon1/power1_average": "5000000",
      "sys/class/power_supply/BAT0/type": "Battery",
    ])
    #expect(
      HwmonSensors.discover(tree.host).report.reason == "no sensor here tells a power or an energy")
  }
}

@Suite("AMD graphics")
struct AMDGPUTests {
  private let root = "sys/class/hwmon"

  @Test("a card is a device of its own, named by its address")
  func card() throws {
    let tree = try KernelTree([
      "\(root)/hwmon2/name": "amdgpu", "\(root)/hwmon2/power1_average": "210000000",
      "\(root)/hwmon2/power1_cap": "300000000",
    ])
    try tree.link("\(root)/hwmon2/device", to: "../../../0000:03:00.0")
    let discovery = AMDGPU.discover(tree.host)
    let counter = try #require(discovery.report.counters.first)
    #expect(counter.name == "gpu-0000:03:00.0" && counter.device == "gpu-0000:03:00.0")
    #expect(counter.component == .gpu)
    #expect(try #require(discovery.source).sampled() == [.power(Watts(210))])
  }

  /// A table of metrics with an accumulator where that revision keeps it.
  private func metrics(revision: UInt8, energy: UInt64, size: Int = 264) -> Data {
    var table = Data(count: size)
    table[0] = UInt8(size & 0xFF)
    table[1] = UInt8(size >> 8)
    table[2] = 1
    table[3] = revision
    let offset = revision == 5 ? 88 : 24
    for byte in 0..<8 where offset + byte < size {
      table[offset + byte] = UInt8(truncatingIfNeeded: energy >> (8 * UInt64(byte)))
    }
    return table
  }

  @Test("a data-centre card's accumulator is preferred to its power", arguments: [4, 5] as [UInt8])
  func accumulator(revision: UInt8) throws {
    let tree = try KernelTree([
      "\(root)/hwmon2/name": "amdgpu", "\(root)/hwmon2/power1_average": "210000000",
      "\(root)/hwmon2/power1_cap": "750000000",
    ])
    try tree.write(
      "\(root)/hwmon2/device/gpu_metrics", bytes: metrics(revision: revision, energy: 1 << 40 | 7))
    let source = try #require(AMDGPU.discover(tree.host).source)
    #expect(source.counters[0].reading == .energy(joulesPerTick: 1.0 / 65536, range: nil))
    #expect(source.sampled() == [.energy(ticks: 1 << 40 | 7)])
  }

  @Test("tables of other revisions, cut short or without energy leave the power sensor in use")
  func otherTables() throws {
    let tables = [
      metrics(revision: 3, energy: 5), metrics(revision: 4, energy: 0),
      metrics(revision: 4, energy: .max), metrics(revision: 5, energy: 5, size: 60), Data(),
    ]
    for table in tables {
      let tree = try KernelTree([
        "\(root)/hwmon2/name": "amdgpu", "\(root)/hwmon2/power1_average": "210000000",
        "\(root)/hwmon2/power1_cap": "750000000",
      ])
      try tree.write("\(root)/hwmon2/device/gpu_metrics", bytes: table)
      let source = try #require(AMDGPU.discover(tree.host).source)
      #expect(source.sampled() == [.power(Watts(210))])
    }
  }

  @Test("graphics on the processor's die are a second view of the package")
  func integrated() throws {
    let tree = try KernelTree([
      "\(root)/hwmon2/name": "amdgpu", "\(root)/hwmon2/power1_input": "12000000",
    ])
    let counter = try #require(AMDGPU.discover(tree.host).report.counters.first)
    #expect(counter.device == "package-0" && counter.component == .cpu)
  }

  @Test("a machine without one says so")
  func absent() throws {
    let tree = try KernelTree()
    #expect(!AMDGPU.discover(tree.host).report.isFound)
  }
}

@Suite("battery and adaptors")
struct PowerSupplyTests {
  private let root = "sys/class/power_supply"

  private func battery(_ tree: KernelTree, _ name: String, _ status: String, power: String) throws {
    try tree.write("\(root)/\(name)/type", "Battery")
    try tree.write("\(root)/\(name)/status", status)
    try tree.write("\(root)/\(name)/power_now", power)
  }

  @Test("a discharging battery tells the power of the whole machine, behind time")
  func discharging() throws {
    let tree = try KernelTree()
    try battery(tree, "BAT0", "Discharging", power: "7500000")
    let discovery = PowerSupplySource.discover(tree.host)
    let counter = try #require(discovery.report.counters.first)
    #expect(counter.component == .platform)
    #expect(counter.remark?.contains("1 to 30 s behind") == true)
    #expect(try #require(discovery.source).sampled() == [.power(Watts(7.5))])
  }

  @Test("current times voltage stands in for power, whatever sign the driver gives it")
  func currentTimesVoltage() throws {
    let tree = try KernelTree([
      "\(root)/BAT1/type": "Battery", "\(root)/BAT1/status": "Discharging",
      "\(root)/BAT1/current_now": "-1500000", "\(root)/BAT1/voltage_now": "12000000",
    ])
    let source = try #require(PowerSupplySource.discover(tree.host).source)
    guard case .power(let watts) = source.sampled()[0] else {
      Issue.record("no power: \(source.sampled()[0])")
      return
    }
    #expect(abs(watts.value - 18) < 1e-9)
  }

  @Test("two batteries add up, and a mouse's battery is not the machine's")
  func several() throws {
    let tree = try KernelTree()
    try battery(tree, "BAT0", "Discharging", power: "5000000")
    try battery(tree, "BAT1", "Discharging", power: "3000000")
    try battery(tree, "hidpp_battery_0", "Discharging", power: "100000000")
    try tree.write("\(root)/hidpp_battery_0/scope", "Device")
    let source = try #require(PowerSupplySource.discover(tree.host).source)
    #expect(source.sampled() == [.power(Watts(8))])
  }

  @Test(
    "on mains power the battery does not tell what the machine draws",
    arguments: ["Charging", "Full", "Not charging", "Unknown", "", "\u{0}"])
  func onMains(status: String) throws {
    let tree = try KernelTree()
    try battery(tree, "BAT0", status, power: "30000000")
    let report = PowerSupplySource.discover(tree.host).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.remedy == "unplug the charger while measuring")
  }

  @Test("plugging in stops the figures, and unplugging brings them back")
  func plugged() throws {
    let tree = try KernelTree(["\(root)/AC/type": "Mains", "\(root)/AC/online": "0"])
    try battery(tree, "BAT0", "Discharging", power: "7500000")
    let source = try #require(PowerSupplySource.discover(tree.host).source)
    try tree.overwrite("\(root)/AC/online", "1")
    guard case .unreadable(let reason) = source.sampled()[0] else {
      Issue.record("a figure while plugged in: \(source.sampled()[0])")
      return
    }
    #expect(reason.contains("AC is plugged in"))
    try tree.overwrite("\(root)/AC/online", "0")
    #expect(source.sampled() == [.power(Watts(7.5))])
  }

  @Test("a metered adaptor feeds the machine and the battery; the machine draws the difference")
  func balance() throws {
    let tree = try KernelTree([
      "\(root)/ac/type": "Mains", "\(root)/ac/online": "1", "\(root)/ac/power_now": "45000000",
    ])
    try battery(tree, "BAT0", "Charging", power: "30000000")
    let source = try #require(PowerSupplySource.discover(tree.host).source)
    #expect(source.sampled() == [.power(Watts(15))])
    try tree.overwrite("\(root)/BAT0/status", "Discharging")
    #expect(source.sampled() == [.power(Watts(75))])
  }

  @Test("a battery that tells no power is found and of no use")
  func unmetered() throws {
    let tree = try KernelTree([
      "\(root)/BAT0/type": "Battery", "\(root)/BAT0/status": "Discharging",
    ])
    let report = PowerSupplySource.discover(tree.host).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.reason.contains("neither a power nor a current"))
  }

  @Test("numbers beyond belief do not crash", arguments: ["-9223372036854775808", "9e99", "junk"])
  func extremes(text: String) throws {
    let tree = try KernelTree()
    try battery(tree, "BAT0", "Discharging", power: "1")
    let source = try #require(PowerSupplySource.discover(tree.host).source)
    try tree.overwrite("\(root)/BAT0/power_now", text)
    _ = source.sampled()
  }
}
