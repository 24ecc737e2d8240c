import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonEnergy

@Suite("source discovery")
struct DiscoveryTests {
  @Test("an empty machine has a plain reason for every kind of source, and the model at the end")
  func emptyMachine() throws {
    let tree = try KernelTree()
    let found = EnergySources.discover(on: tree.host)
    let names = found.map(\.report.name)
    let order = ["perf", "powercap", "msr", "scmi", "amdgpu", "hwmon", "battery", "model"]
    #expect(names.filter(order.contains) == order)
    #expect(names.last == "model")
    for discovery in found where order.dropLast().contains(discovery.report.name) {
      #expect(discovery.source == nil && !discovery.report.isUsable)
      #expect(!discovery.report.reason.isEmpty, "\(discovery.report.name) gives no reason")
    }
  }

  @Test("this very machine can be searched, whatever it has")
  func thisMachine() {
    for discovery in EnergySources.discover(on: ErgonEnergy.Host()) {
      #expect(!discovery.report.reason.isEmpty)
      #expect(discovery.report.isUsable || discovery.source == nil)
      if let source = discovery.source, !(source is any ProcessEnergySource) {
        #expect(source.counters == discovery.report.counters)
        #expect(!source.sampled().contains(.unreadable("never set")))
      }
    }
  }

  @Test("every source keeps to what the meter expects of one")
  func conduct() throws {
    let tree = try KernelTree([
      "sys/class/powercap/arm-scmi:0/name": "SOC",
      "sys/class/powercap/arm-scmi:0/power_uw": "9000000",
      "sys/class/hwmon/hwmon0/name": "power_meter",
      "sys/class/hwmon/hwmon0/power1_average": "80000000",
      "sys/class/hwmon/hwmon1/name": "amdgpu",
      "sys/class/hwmon/hwmon1/power1_average": "50000000",
      "sys/class/power_supply/BAT0/type": "Battery",
      "sys/class/power_supply/BAT0/status": "Discharging",
      "sys/class/power_supply/BAT0/power_now": "9000000",
    ])
    try tree.processors(packages: [0...3], cpuinfo: CPUInfo.skylakeServer)
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5")
    try tree.zone("intel-rapl:0:0", name: "core", energy: "5")
    try tree.register(0x606, 14 << 8)
    try tree.register(0x611, 5)
    let sources = EnergySources.discover(on: tree.host).compactMap(\.source)
    #expect(
      sources.map(\.name) == ["powercap", "msr", "scmi", "amdgpu", "hwmon", "battery"])
    for source in sources {
      #expect(SourceCheck.complaints(about: source) == [], "\(source.name)")
    }
  }

  @Test("views of one package through different sources name one device")
  func views() throws {
    let tree = try KernelTree()
    try tree.processors(packages: [0...3], cpuinfo: CPUInfo.skylakeServer)
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5")
    try tree.register(0x606, 14 << 8)
    try tree.register(0x611, 5)
    let counters = EnergySources.discover(on: tree.host).flatMap { $0.source?.counters ?? [] }
    #expect(counters.map(\.device) == ["package-0", "package-0"])
  }

  /// Trees that somebody made to break a reader: each must be survived with a reason.
  @Test("hostile trees are survived")
  func hostile() throws {
    let tree = try KernelTree()
    let zone = "sys/class/powercap/intel-rapl:0"
    // A folder where a file should be, links in circles, a gigabyte of nothing, binary junk.
    try tree.folder("\(zone)/energy_uj")
    try tree.write("\(zone)/name", "package-0")
    try tree.link("sys/class/powercap/intel-rapl:1", to: "intel-rapl:1")
    try tree.link("sys/class/powercap/intel-rapl:2", to: "..")
    try tree.link("sys/class/hwmon/hwmon0", to: "hwmon0")
    try tree.link("sys/class/hwmon/hwmon1/device", to: "../hwmon1")
    try tree.write("sys/class/hwmon/hwmon1/name", "power_meter")
    try tree.sparse("sys/class/hwmon/hwmon1/power1_average", size: 1 << 30)
    try tree.sparse("proc/cpuinfo", size: 1 << 30)
    try tree.sparse("sys/devices/system/cpu/online", size: 1 << 30)
    let junk = Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) })
    try tree.write("sys/class/power_supply/BAT0/type", "Battery")
    try tree.write("sys/class/power_supply/BAT0/status", bytes: junk)
    try tree.write("sys/class/power_supply/BAT0/power_now", bytes: junk)
    try tree.write("sys/bus/event_source/devices/power/type", bytes: junk)
    try tree.write("dev/cpu/0/msr", bytes: junk)
    mkfifo(tree.url.appendingPathComponent("sys/class/powercap/energy").path, 0o600)
    let pipe = tree.url.appendingPathComponent("sys/class/powercap/intel-rapl:3")
    try tree.write("sys/class/powercap/intel-rapl:3/name", "package-3")
    mkfifo(pipe.appendingPathComponent("energy_uj").path, 0o600)
    for discovery in EnergySources.discover(on: tree.host) where discovery.report.name != "model" {
      #expect(discovery.source == nil, "\(discovery.report.name) took a hostile tree for a meter")
      #expect(!discovery.report.reason.isEmpty)
    }
  }

  @Test("thousands of zones are looked at up to a bound")
  func flood() throws {
    let tree = try KernelTree()
    for number in 0..<1500 { try tree.folder("sys/class/powercap/intel-rapl:\(number)") }
    #expect(PowercapZone.all(tree.host, types: ["intel-rapl"]).count == PowercapZone.mostZones)
  }

  @Test("a device that goes away is gone for good, not zero")
  func unplugged() {
    #expect(CounterSample(SystemFileError(path: "/x", errno: ENOENT)) == .gone("no such file: /x"))
    #expect(
      CounterSample(SystemFileError(path: "/x", errno: ENODEV))
        == .gone("/x: the device is gone"))
    guard case .unreadable = CounterSample(SystemFileError(path: "/x", errno: EIO)) else {
      Issue.record("a passing failure was taken for the end")
      return
    }
  }
}

extension KernelTree {
  /// A file that claims a size and holds nothing.
  func sparse(_ path: String, size: UInt64) throws {
    try write(path, bytes: Data())
    let handle = try FileHandle(forWritingTo: url.appendingPathComponent(path))
    defer { try? handle.close() }
    try handle.truncate(atOffset: size)
  }
}
