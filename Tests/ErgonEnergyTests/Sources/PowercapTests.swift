import Testing

@testable import ErgonEnergy

/// Every layout of the powercap class that machines are known to show, on synthetic trees.
@Suite("powercap")
struct PowercapTests {
  private func discover(_ tree: KernelTree, cpuinfo: String = CPUInfo.skylakeServer) throws
    -> Discovery
  {
    try tree.write("proc/cpuinfo", cpuinfo)
    return PowercapRAPL.discover(tree.host, cpu: CPUIdentity(tree.host))
  }

  /// A client machine with everything RAPL has.
  private func fullTree() throws -> KernelTree {
    let tree = try KernelTree()
    try tree.write("sys/class/powercap/intel-rapl/enabled", "1")
    try tree.zone("intel-rapl:0", name: "package-0", energy: "200000000000")
    try tree.zone("intel-rapl:0:0", name: "core", energy: "120000000000")
    try tree.zone("intel-rapl:0:1", name: "uncore", energy: "5000000000")
    try tree.zone("intel-rapl:0:2", name: "dram", energy: "9000000000", range: "65712999613")
    try tree.zone("intel-rapl:1", name: "psys", energy: "250000000000")
    return tree
  }

  @Test("package and memory add up; core and uncore lie inside the package; psys stands apart")
  func nesting() throws {
    let tree = try fullTree()
    let counters = try discover(tree).report.counters
    #expect(counters.map(\.name) == ["package-0", "core-0", "uncore-0", "dram-0", "psys"])
    #expect(counters.map(\.containedIn) == [nil, "package-0", "package-0", nil, nil])
    #expect(counters.map(\.component) == [.cpu, .cpu, .gpu, .memory, .platform])
    #expect(
      counters.map(\.device) == [
        "package-0", "package-0/core", "package-0/uncore", "package-0/dram", "platform",
      ])
    #expect(counters.allSatisfy { $0.provenance.kind == .measured })
  }

  @Test("energy goes round after one step more than the range, so 200,015 J to 5 J is 62,133.329 J")
  func wrap() throws {
    let tree = try fullTree()
    let counter = try #require(try discover(tree).report.counters.first)
    guard case .energy(let joulesPerTick, let range?) = counter.reading else {
      Issue.record("not an energy counter with a range")
      return
    }
    let step = range - 200_015_000_000 + 5_000_000
    #expect(abs(Double(step) * joulesPerTick - 62_133.329) < 0.0005)
    // 2^32 steps of 61.035 µJ, the unit as the kernel rounds it.
    #expect(range == 262_143_328_911)
  }

  @Test("a source reads what its files hold now")
  func reading() throws {
    let tree = try fullTree()
    let source = try #require(try discover(tree).source)
    #expect(source.sampled()[0] == .energy(ticks: 200_000_000_000))
    try tree.overwrite("sys/class/powercap/intel-rapl:0/energy_uj", "200015000000")
    #expect(source.sampled()[0] == .energy(ticks: 200_015_000_000))
  }

  @Test(
    "text that is no counter value is unreadable this time and never a number",
    arguments: ["", "abc", "-5", "1e9", "18446744073709551615", "99999999999999999999999", "1 2"])
  func hostileSample(text: String) throws {
    let tree = try fullTree()
    let source = try #require(try discover(tree).source)
    try tree.overwrite("sys/class/powercap/intel-rapl:0/energy_uj", text)
    guard case .unreadable = source.sampled()[0] else {
      Issue.record("'\(text)' was taken for a sample: \(source.sampled()[0])")
      return
    }
    #expect(source.sampled()[1] == .energy(ticks: 120_000_000_000))
  }

  @Test(
    "a package with nonsense in its counter is not used, and the reason names the file",
    arguments: ["", "abc", "18446744073709551615", "\u{0}\u{1}\u{2}"])
  func hostileAtDiscovery(text: String) throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: text)
    let discovery = try discover(tree)
    #expect(discovery.source == nil)
    #expect(discovery.report.isFound && !discovery.report.isUsable)
    #expect(discovery.report.reason.contains("intel-rapl:0/energy_uj"))
  }

  @Test("a counter for root alone gives the reason, the exact command and what it exposes")
  func permission() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "1")
    try tree.deny("sys/class/powercap/intel-rapl:0/energy_uj")
    let report = try discover(tree).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.reason.contains("permission denied"))
    let remedy = try #require(report.remedy)
    #expect(remedy.contains("sudo chmod -R a+r /sys/class/powercap/intel-rapl"))
    #expect(remedy.contains("PLATYPUS"))
  }

  @Test("one unreadable domain does not take the others with it")
  func partial() throws {
    let tree = try fullTree()
    try tree.deny("sys/class/powercap/intel-rapl:0:2/energy_uj")
    let report = try discover(tree).report
    #expect(report.isUsable)
    #expect(report.counters.map(\.name) == ["package-0", "core-0", "uncore-0", "psys"])
    #expect(report.reason.contains("permission denied"))
    #expect(report.remedy != nil)
  }

  @Test("cores whose package gives nothing stand for themselves, and say what they are")
  func coresAlone() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "0")
    try tree.zone("intel-rapl:0:0", name: "core", energy: "5")
    let counter = try #require(try discover(tree).report.counters.first)
    #expect(counter.name == "core-0" && counter.containedIn == nil)
    #expect(counter.remark == "only a part of package-0, which gives no figure")
  }

  @Test("a counter at zero is absent, not a figure of 0 J")
  func zero() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "0")
    let discovery = try discover(tree)
    #expect(discovery.source == nil && discovery.report.isFound)
    #expect(discovery.report.reason.contains("reads 0 and is taken as absent"))
  }

  @Test("dies that mirror one counter are counted once")
  func mirroredDies() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0-die-0", energy: "5000000000")
    try tree.zone("intel-rapl:0:0", name: "core", energy: "100000")
    try tree.zone("intel-rapl:1", name: "package-0-die-1", energy: "5000900000")
    try tree.zone("intel-rapl:1:0", name: "core", energy: "100000")
    let report = try discover(tree, cpuinfo: CPUInfo.rome).report
    #expect(report.counters.map(\.name) == ["package-0-die-0", "core-0-die-0"])
    #expect(report.counters[0].device == "package-0")
    #expect(report.reason.contains("package-0-die-1 repeats package-0-die-0"))
  }

  @Test("dies with counters of their own are all counted")
  func honestDies() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0-die-0", energy: "5000000000")
    try tree.zone("intel-rapl:1", name: "package-0-die-1", energy: "5001000001")
    let counters = try discover(tree).report.counters
    #expect(counters.map(\.name) == ["package-0-die-0", "package-0-die-1"])
    #expect(Set(counters.map(\.device)).count == 2)
  }

  @Test("two packages with like counters are two packages")
  func twoPackages() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5000000000")
    try tree.zone("intel-rapl:1", name: "package-1", energy: "5000000000")
    #expect(try discover(tree).report.counters.map(\.name) == ["package-0", "package-1"])
  }

  @Test("the memory-mapped interface is a second view of the same package")
  func memoryMapped() throws {
    let tree = try fullTree()
    try tree.zone("intel-rapl-mmio:0", name: "package-0", energy: "200000000000")
    try tree.zone("intel-rapl-mmio:0:0", name: "dram", energy: "9000000000")
    #expect(try discover(tree).report.counters.filter { $0.component == .memory }.count == 1)
    let alone = try KernelTree()
    try alone.zone("intel-rapl-mmio:0", name: "package-0", energy: "200000000000")
    #expect(try discover(alone).report.counters.map(\.name) == ["package-0"])
  }

  @Test("AMD shows a package and its cores under the same names, with a wider error bar")
  func amd() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "7000000", range: "65532610987")
    try tree.zone("intel-rapl:0:0", name: "core", energy: "900000", range: "65532610987")
    let amd = try discover(tree, cpuinfo: CPUInfo.rome).report.counters
    #expect(amd.map(\.error) == [.relative(0.15), .relative(0.15)])
    let intel = try discover(tree).report.counters
    #expect(intel[0].error == .relative(0.05))
  }

  @Test(
    "the greatest power comes from the declared limits with room for peaks, within reason",
    arguments: [
      (["constraint_0_max_power_uw": "205000000"], 410.0),
      (["constraint_0_max_power_uw": "15000000", "constraint_1_power_limit_uw": "64000000"], 200),
      (["constraint_0_power_limit_uw": "4095875000"], 1000),
      (["constraint_0_max_power_uw": "0"], 1000),
      (["constraint_0_max_power_uw": "junk"], 1000),
      ([:], 1000),
    ] as [([String: String], Double)])
  func maximumPower(limits: [String: String], expected: Double) throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5", limits: limits)
    let counter = try #require(try discover(tree).report.counters.first)
    #expect(counter.maximumPower == Watts(expected))
    // Half the range at that power, which is how often a meter has to look.
    let period = try #require(counter.safePollPeriod)
    #expect(abs(period.value - 262_143.328911 / 2 / expected) < 1e-6)
  }

  @Test(
    "a counter without a sensible range is taken as one that never wraps",
    arguments: [nil, "0", "junk", "18446744073709551615"])
  func noRange(range: String?) throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5", range: range)
    let counter = try #require(try discover(tree).report.counters.first)
    #expect(counter.reading == .energy(joulesPerTick: 1e-6, range: nil))
  }

  @Test("noise that Intel adds on purpose is said beside every figure")
  func filtering() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5")
    let guessed = try discover(tree, cpuinfo: CPUInfo.kabyLakeWithSGX).report.counters
    #expect(guessed[0].remark?.contains("software guard extensions") == true)
    try tree.register(0xBC, 0)
    let known = try discover(tree, cpuinfo: CPUInfo.kabyLakeWithSGX).report.counters
    #expect(known[0].remark == nil)
    try tree.register(0xBC, 1)
    let filtered = try discover(tree).report.counters
    #expect(filtered[0].remark?.contains("energy filtering is on") == true)
  }

  @Test("without a zone the reason tells a virtual machine, an ARM and a missing driver apart")
  func absence() throws {
    let tree = try KernelTree()
    let guest = try discover(tree, cpuinfo: CPUInfo.guest).report
    #expect(guest.reason.contains("virtual machine"))
    let arm = try discover(tree, cpuinfo: CPUInfo.graviton3).report
    #expect(arm.reason.contains("only Intel and AMD") && arm.remedy == nil)
    let bare = try discover(tree).report
    #expect(bare.remedy?.contains("modprobe intel_rapl_msr") == true)
    #expect(![guest, arm, bare].contains { $0.isFound || $0.isUsable })
  }

  @Test("links that point nowhere inside a container are a masked folder, with the way out")
  func maskedContainer() throws {
    let tree = try KernelTree(["run/.containerenv": ""])
    try tree.link(
      "sys/class/powercap/intel-rapl:0", to: "../../devices/virtual/powercap/intel-rapl:0")
    let report = try discover(tree).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.remedy?.contains("unmask=/sys/devices/virtual/powercap") == true)
  }

  @Test("zones of unknown kinds are named and left out")
  func unknownZones() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5")
    try tree.zone("intel-rapl:0:0", name: "warp-core", energy: "5")
    try tree.zone("intel-rapl:x", name: "package-7", energy: "5")
    try tree.zone("intel-rapl:-1", name: "package-8", energy: "5")
    let report = try discover(tree).report
    #expect(report.counters.map(\.name) == ["package-0"])
    #expect(report.reason.contains("warp-core"))
  }

  @Test("names with binary junk and names used twice make counters with unique printable names")
  func hostileNames() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0\u{1b}[31m", energy: "5")
    try tree.zone("intel-rapl:1", name: "psys", energy: "5")
    try tree.zone("intel-rapl:2", name: "psys", energy: "5")
    let names = try discover(tree).report.counters.map(\.name)
    #expect(Set(names).count == 3)
    #expect(names.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 } })
  }
}

@Suite("SCMI power zones")
struct SCMIPowercapTests {
  private func zone(_ tree: KernelTree, _ folder: String, _ name: String, _ power: String) throws {
    let path = "\(KernelTree.powercap)/\(folder)"
    try tree.write("\(path)/name", name)
    try tree.write("\(path)/power_uw", power)
  }

  @Test("zones become power counters of the parts their names tell, each inside its parent")
  func zones() throws {
    let tree = try KernelTree()
    try zone(tree, "arm-scmi:0", "SOC", "9000000")
    try zone(tree, "arm-scmi:0:0", "CPU cluster", "4500000")
    try zone(tree, "arm-scmi:0:0:0", "cluster core 0", "1000000")
    try zone(tree, "arm-scmi:1", "DDR", "2000000")
    try zone(tree, "arm-scmi:2", "flux capacitor", "1210000000")
    let discovery = SCMIPowercap.discover(tree.host)
    let counters = discovery.report.counters
    #expect(counters.map(\.name) == ["SOC", "CPU cluster", "cluster core 0", "DDR"])
    #expect(counters.map(\.containedIn) == [nil, "SOC", "CPU cluster", nil])
    #expect(counters.map(\.component) == [.cpu, .cpu, .cpu, .memory])
    #expect(discovery.report.reason.contains("flux capacitor"))
    let source = try #require(discovery.source)
    #expect(source.sampled()[1] == .power(Watts(4.5)))
  }

  @Test("a machine without them says so, and RAPL zones are not taken for them")
  func absent() throws {
    let tree = try KernelTree()
    try tree.zone("intel-rapl:0", name: "package-0", energy: "5")
    let report = SCMIPowercap.discover(tree.host).report
    #expect(!report.isFound && !report.isUsable)
  }

  @Test("a zone that refuses its power is a reason, not a counter")
  func refused() throws {
    let tree = try KernelTree()
    try zone(tree, "arm-scmi:0", "SOC", "")
    let discovery = SCMIPowercap.discover(tree.host)
    #expect(discovery.source == nil && discovery.report.isFound)
    #expect(discovery.report.reason.contains("power_uw"))
  }
}
