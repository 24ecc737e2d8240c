import Testing

@testable import ErgonEnergy

@Suite("RAPL registers")
struct RegisterTests {
  private func tree(_ cpuinfo: String) throws -> KernelTree {
    let tree = try KernelTree()
    try tree.processors(packages: [0...3], cpuinfo: cpuinfo)
    return tree
  }

  private func intel(model: Int) -> CPUIdentity {
    CPUIdentity(name: "", vendor: .intel, family: 6, model: model, logicalProcessors: 1)
  }

  /// What the unit register says and what a tick of each domain then is, in joules.
  struct Units: Sendable {
    let model: Int
    let exponent: UInt64
    let package: Double
    let dram: Double
    let psys: Double
  }

  private static let fine = 1.0 / 65536
  private static let usual = 1.0 / 16384

  static let unitTable: [Units] = [
    Units(model: 158, exponent: 14, package: usual, dram: usual, psys: usual),
    Units(model: 42, exponent: 16, package: fine, dram: fine, psys: fine),
    Units(model: 85, exponent: 14, package: usual, dram: fine, psys: usual),
    Units(model: 63, exponent: 14, package: usual, dram: fine, psys: usual),
    Units(model: 143, exponent: 14, package: usual, dram: fine, psys: 1),
    Units(model: 55, exponent: 5, package: 32e-6, dram: 32e-6, psys: 32e-6),
  ]

  @Test("units of every family as its makers document them", arguments: unitTable)
  func documentedUnits(_ expected: Units) throws {
    let layout = try #require(MSRLayout(intel(model: expected.model)))
    #expect(layout.unit == 0x606)
    let registers = layout.registers(unit: expected.exponent << 8 | 0xA0003)
    #expect(registers.map(\.domain) == [.package, .core, .uncore, .dram, .psys])
    #expect(registers.map(\.number) == [0x611, 0x639, 0x641, 0x619, 0x64D])
    #expect(registers[0].joulesPerTick == expected.package)
    #expect(registers[3].joulesPerTick == expected.dram)
    #expect(registers[4].joulesPerTick == expected.psys)
  }

  @Test("AMD since Zen keeps a package counter elsewhere; older and other makers have none")
  func makers() throws {
    let zen = CPUIdentity(name: "", vendor: .amd, family: 0x17, logicalProcessors: 1)
    let layout = try #require(MSRLayout(zen))
    #expect(layout.unit == 0xC001_0299)
    #expect(
      layout.registers(unit: 16 << 8)
        == [.init(domain: .package, number: 0xC001_029B, joulesPerTick: 1 / 65536.0)])
    #expect(MSRLayout(CPUIdentity(name: "", vendor: .amd, family: 21, logicalProcessors: 1)) == nil)
    #expect(
      MSRLayout(CPUIdentity(name: "", vendor: .arm, part: 0xd0c, logicalProcessors: 1)) == nil)
  }

  @Test("only the low 32 bits count, and they wrap at 2^32")
  func reading() throws {
    let tree = try tree(CPUInfo.skylakeServer)
    try tree.register(0x606, 14 << 8)
    try tree.register(0x611, 0xDEAD_BEEF_0000_0010)
    try tree.register(0x619, 0x7777)
    let discovery = MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host))
    let counters = discovery.report.counters
    #expect(counters.map(\.name) == ["package-0", "dram-0"])
    #expect(counters[0].reading == .energy(joulesPerTick: 1 / 16384.0, range: 1 << 32))
    let source = try #require(discovery.source)
    #expect(source.sampled() == [.energy(ticks: 0x10), .energy(ticks: 0x7777)])
  }

  @Test("each package is read through a processor of its own")
  func packages() throws {
    let tree = try KernelTree()
    try tree.processors(packages: [0...1, 2...3], cpuinfo: CPUInfo.rome)
    for (cpu, value) in [(0, 100), (2, 200)] as [(Int, UInt64)] {
      try tree.register(0xC001_0299, 16 << 8, cpu: cpu)
      try tree.register(0xC001_029B, value, cpu: cpu)
    }
    let source = try #require(MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host)).source)
    #expect(source.counters.map(\.device) == ["package-0", "package-1"])
    #expect(source.sampled() == [.energy(ticks: 100), .energy(ticks: 200)])
  }

  @Test("registers at zero are absent; without one that counts there is no source")
  func zeros() throws {
    let tree = try tree(CPUInfo.skylakeServer)
    try tree.register(0x606, 14 << 8)
    try tree.register(0x700, 1)
    let discovery = MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host))
    #expect(discovery.source == nil && discovery.report.isFound)
    #expect(discovery.report.reason.contains("reads 0"))
  }

  @Test("a short file is a reason, and a closed one names what opens it")
  func unreadable() throws {
    let tree = try tree(CPUInfo.skylakeServer)
    try tree.write("dev/cpu/0/msr", "x")
    let short = MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host)).report
    #expect(short.reason.contains("register 0x606 is not there"))
    try tree.deny("dev/cpu/0/msr")
    let denied = MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host)).report
    #expect(denied.remedy?.contains("cap_sys_rawio") == true)
  }

  @Test("without the driver the reason is the driver")
  func noDriver() throws {
    let tree = try tree(CPUInfo.skylakeServer)
    let report = MSRSource.discover(tree.host, cpu: CPUIdentity(tree.host)).report
    #expect(!report.isFound && report.remedy == "sudo modprobe msr")
  }
}

@Suite("perf events")
struct PerfTests {
  private let unit = "sys/bus/event_source/devices/power"
  private static let scale = "2.3283064365386962890625e-10"

  private func tree(events: [String: String], cpumask: String = "0,2") throws -> KernelTree {
    let tree = try KernelTree()
    try tree.processors(packages: [0...1, 2...3], cpuinfo: CPUInfo.skylakeServer)
    try tree.write("\(unit)/type", "21")
    try tree.write("\(unit)/cpumask", cpumask)
    try tree.write("\(unit)/format/event", "config:0-7")
    for (event, config) in events {
      try tree.write("\(unit)/events/\(event)", config)
      try tree.write("\(unit)/events/\(event).scale", Self.scale)
      try tree.write("\(unit)/events/\(event).unit", "Joules")
    }
    return tree
  }

  @Test("the unit's folder tells type, processors, events and their exact scale of 2^-32 J")
  func description() throws {
    let tree = try tree(events: ["energy-pkg": "event=0x02", "energy-ram": "event=0x03"])
    let pmu = try PerfPMU("power", host: tree.host)
    #expect(pmu.type == 21 && pmu.cpus == [0, 2])
    let tick = 1 / 4_294_967_296.0
    #expect(
      pmu.events == [
        .init(domain: .package, config: 2, joulesPerTick: tick),
        .init(domain: .dram, config: 3, joulesPerTick: tick),
      ])
  }

  @Test("each event is opened on one processor of each package, the platform's only once")
  func plan() throws {
    let tree = try tree(events: [
      "energy-pkg": "event=0x02", "energy-cores": "event=0x01", "energy-psys": "event=0x05",
    ])
    let pmu = try PerfPMU("power", host: tree.host)
    let plan = PerfSource.plan(pmu, host: tree.host, cpu: CPUIdentity(tree.host))
    #expect(plan.map(\.counter.name) == ["package-0", "core-0", "psys", "package-1", "core-1"])
    #expect(plan.map(\.cpu) == [0, 0, 0, 2, 2])
    #expect(plan.map(\.config) == [2, 1, 5, 2, 1])
    #expect(plan[4].counter.containedIn == "package-1")
    #expect(plan.allSatisfy { $0.counter.safePollPeriod == nil })
  }

  @Test("dies that count apart are named with their die, as powercap names them")
  func dies() throws {
    let tree = try tree(events: ["energy-pkg": "event=0x02"])
    try tree.write("sys/devices/system/cpu/cpu2/topology/physical_package_id", "0")
    try tree.write("sys/devices/system/cpu/cpu2/topology/die_id", "1")
    let pmu = try PerfPMU("power", host: tree.host)
    let plan = PerfSource.plan(pmu, host: tree.host, cpu: CPUIdentity(tree.host))
    #expect(plan.map(\.counter.name) == ["package-0-die-0", "package-0-die-1"])
  }

  @Test(
    "an event's text becomes a configuration word by its format, or nothing",
    arguments: [
      ("event=0x02", 2), ("event=5", 5), ("event=0x02,umask=0x1", 0x102), ("event=0x100", nil),
      ("event", nil), ("event=", nil), ("=1", nil), ("event=-1", nil), ("", nil), ("other=1", nil),
      ("wide=0xffffffffffffffff", .max), ("reversed=1", nil), ("beyond=1", nil),
      ("elsewhere=1", nil),
    ] as [(String, UInt64?)])
  func configuration(text: String, word: UInt64?) {
    let formats = [
      "event": "config:0-7", "umask": "config:8-15", "wide": "config:0-63",
      "reversed": "config:7-0", "beyond": "config:60-64", "elsewhere": "config1:0-7",
    ]
    #expect(PerfPMU.config(text) { formats[$0] } == word)
  }

  @Test(
    "a description that makes no sense is a typed reason",
    arguments: [("type", "-1"), ("type", "nine"), ("cpumask", ""), ("cpumask", "3-1")])
  func nonsense(file: String, text: String) throws {
    let tree = try tree(events: ["energy-pkg": "event=0x02"])
    try tree.write("\(unit)/\(file)", text)
    #expect(throws: SystemFileError.self) { try PerfPMU("power", host: tree.host) }
    #expect(PerfSource.discover(tree.host, cpu: CPUIdentity(tree.host)).source == nil)
  }

  @Test("an event with another unit or an impossible scale is not energy")
  func otherUnits() throws {
    let tree = try tree(events: ["energy-pkg": "event=0x02", "energy-ram": "event=0x03"])
    try tree.write("\(unit)/events/energy-pkg.unit", "Furlongs")
    try tree.write("\(unit)/events/energy-ram.scale", "-1")
    #expect(try PerfPMU("power", host: tree.host).events.isEmpty)
  }

  @Test("a refusal names the level, the setting and the capability")
  func refused() throws {
    let tree = try KernelTree(["proc/sys/kernel/perf_event_paranoid": "4"])
    let report = PerfSource.denied(PerfError(code: 13), host: tree.host).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.reason.contains("perf_event_paranoid is 4"))
    #expect(report.remedy?.contains("sysctl kernel.perf_event_paranoid=0") == true)
    #expect(report.remedy?.contains("cap_perfmon=ep") == true)
  }

  @Test("another machine's files are described and never opened")
  func notLive() throws {
    let tree = try tree(events: ["energy-pkg": "event=0x02"])
    let report = PerfSource.discover(tree.host, cpu: CPUIdentity(tree.host)).report
    #expect(report.isFound && !report.isUsable)
    #expect(report.reason.contains("another machine"))
  }

  #if os(Linux)
    @Test("the system call opens and reads a real event: the software task clock or its refusal")
    func systemCall() {
      // Type 1, number 0 is the software processor clock, which every kernel has.
      switch PerfEvent.open(type: 1, config: 0, cpu: 0) {
      case .success(let event):
        #expect(throws: Never.self) { try event.read().get() }
      case .failure(let error):
        #expect(error.isPermission, "unexpected refusal: \(error)")
      }
      // No unit has this type.
      guard case .failure = PerfEvent.open(type: 0xFFFF_FFFF, config: 0, cpu: 0) else {
        Issue.record("an impossible event was opened")
        return
      }
    }
  #endif
}
