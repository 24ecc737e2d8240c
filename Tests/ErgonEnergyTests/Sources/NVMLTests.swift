import Testing

@testable import ErgonEnergy

@Suite(
  .enabled("no C compiler on PATH: the stand-in library cannot be built") {
    StubNVML.compiler != nil
  })
struct NVMLTests {
  /// One H100 with everything working.
  static let device = [
    "driver": "550.54.14", "count": "1", "0.name": "NVIDIA H100 80GB HBM3",
    "0.uuid": "GPU-1234", "0.energy": "5000000", "0.power": "250000", "0.limit": "700000",
    "0.architecture": "9", "0.mig": "0", "0.uses": "42:60,77:20",
  ]

  private func script(_ changes: [String: String?]) -> [String: String] {
    var script = Self.device
    for (key, value) in changes { script[key] = value }
    return script
  }

  private func samples(_ source: any EnergySource) -> [CounterSample] {
    var samples = [CounterSample](repeating: .unreadable("unset"), count: source.counters.count)
    source.read(&samples)
    return samples
  }

  @Test("a device with a counter is read in millijoules and never wraps")
  func counter() throws {
    let stub = try StubNVML(Self.device)
    defer { stub.remove() }
    let discovery = NVMLSource.discover(on: Host(), library: stub.path)
    #expect(discovery.report.isUsable)
    let source = try #require(discovery.source)
    let counter = try #require(source.counters.first)
    #expect(counter.name == "gpu-0")
    #expect(counter.component == .gpu)
    #expect(counter.reading == .energy(joulesPerTick: 1e-3, range: nil))
    #expect(counter.device == "gpu-GPU-1234")
    #expect(counter.maximumPower == Watts(1050))
    #expect(counter.resolution.value == 70)
    #expect(counter.error == .relative(0.1))
    #expect(
      counter.provenance
        == Provenance(.measured, source: "NVIDIA H100 80GB HBM3", version: "driver 550.54.14"))
    #expect(samples(source) == [.energy(ticks: 5_000_000)])
    try stub.set(script(["0.energy": "5250000"]))
    #expect(samples(source) == [.energy(ticks: 5_250_000)])
  }

  @Test("a fall of the counter is a reset, never a wrap")
  func reset() throws {
    let stub = try StubNVML(Self.device)
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    var accumulator = CounterAccumulator(source.counters[0])
    for (second, millijoules) in [5_000_000, 5_100_000, 10_000, 60_000].enumerated() {
      try stub.set(script(["0.energy": "\(millijoules)"]))
      accumulator.update(samples(source)[0], at: Double(second))
    }
    #expect(accumulator.totals.ticks == 150_000)
    #expect(accumulator.totals.resets == 1)
    #expect(accumulator.totals.wraps == 0)
  }

  @Test(
    "a part without a counter is read by its power",
    arguments: [StubNVML.Variant.current, .old])
  func oldPart(variant: StubNVML.Variant) throws {
    let stub = try StubNVML(
      script(["0.energy": nil, "0.name": "Tesla P100", "0.architecture": "4"]), variant)
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    #expect(source.counters[0].reading == .power)
    #expect(source.counters[0].remark?.contains("momentary") == true)
    #expect(source.counters[0].maximumPower.value == (variant == .old ? 1500 : 1050))
    #expect(samples(source) == [.power(Watts(250))])
  }

  @Test("a newer part without a counter says that its power is an average over a second")
  func averagedPower() throws {
    let stub = try StubNVML(
      script(["0.energy": nil, "0.name": "GeForce RTX 3090", "0.architecture": "7"]))
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    #expect(source.counters[0].remark?.contains("moving average over 1 s") == true)
  }

  @Test("an error is unreadable this time, a lost device is gone")
  func failures() throws {
    let stub = try StubNVML(Self.device)
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    try stub.set(script(["0.energy.code": "10"]))
    #expect(samples(source) == [.unreadable("Some Error (NVML code 10)")])
    try stub.set(script(["0.energy.code": "999"]))
    #expect(samples(source) == [.unreadable("NVML code 999 (NVML code 999)")])
    try stub.set(script(["0.energy.code": "15"]))
    #expect(samples(source) == [.gone("GPU is lost")])
    try stub.set(Self.device)
    #expect(samples(source) == [.energy(ticks: 5_000_000)])
  }

  @Test("a device split by MIG is refused and the others are kept")
  func split() throws {
    let both = script([
      "count": "2", "1.name": "NVIDIA A40", "1.uuid": "GPU-5", "1.energy": "7", "1.mig": "0",
      "0.mig": "1",
    ])
    let stub = try StubNVML(both)
    defer { stub.remove() }
    let discovery = NVMLSource.discover(on: Host(), library: stub.path)
    #expect(discovery.source?.counters.map(\.name) == ["gpu-1"])
    #expect(discovery.report.reason.contains("gpu-0 is split by MIG"))
    try stub.set(script(["0.mig": "1"]))
    let refused = NVMLSource.discover(on: Host(), library: stub.path)
    #expect(refused.source == nil && refused.report.isFound && !refused.report.isUsable)
    #expect(refused.report.remedy == "sudo nvidia-smi -mig 0")
  }

  @Test("a process's share is its part of the busy time")
  func share() throws {
    let stub = try StubNVML(Self.device)
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    func share(_ pids: Set<Int32>) -> Double? {
      source.share(ofCounter: 0, processes: pids, lastSeconds: 2)
    }
    #expect(share([42]) == 0.75)
    #expect(share([42, 77]) == 1)
    #expect(share([1]) == 0)
    #expect(source.share(ofCounter: 7, processes: [42], lastSeconds: 2) == nil)
    #expect(source.share(ofCounter: 0, processes: [42], lastSeconds: .nan) == nil)
    #expect(source.share(ofCounter: 0, processes: [42], lastSeconds: 1e300) == 0.75)
    for unknown in [["0.uses": "-"], ["0.uses": "42:0"], ["0.uses": nil], ["0.uses.code": "4"]] {
      try stub.set(script(unknown))
      #expect(share([42]) == nil)
    }
  }

  @Test("many processes fit, however many there are")
  func manyProcesses() throws {
    let uses = (1...40).map { "\($0):1" }.joined(separator: ",")
    let stub = try StubNVML(script(["0.uses": uses]))
    defer { stub.remove() }
    let source = try #require(NVMLSource.discover(on: Host(), library: stub.path).source)
    #expect(source.share(ofCounter: 0, processes: [1, 2], lastSeconds: 1) == 0.05)
  }

  @Test(
    "each way to fail has its reason and, where there is one, its remedy",
    arguments: [
      (["init": "9"], "the kernel driver is not loaded: Driver Not Loaded", "modprobe"),
      (["init": "4"], "this user may not open the device: Insufficient Permissions", "usermod"),
      (["init": "18"], "different versions: Driver/library version mismatch", "reboot"),
      (["init": "42"], "Some Error (NVML code 42)", nil),
      (["count": "0"], "the driver 550.54.14 sees no device", nil),
      (["count": nil], "NVML code 999", nil),
      (["0.handle.code": "4"], "gpu-0: Insufficient Permissions", nil),
      (["0.name": nil], "gpu-0: Not Supported", nil),
      (["0.energy.code": "15"], "gpu-0: GPU is lost", nil),
      (["0.energy": nil, "0.power": nil], "gpu-0: Not Supported", nil),
    ] as [([String: String?], String, String?)])
  func reasons(changes: [String: String?], reason: String, remedy: String?) throws {
    let stub = try StubNVML(script(changes))
    defer { stub.remove() }
    let report = NVMLSource.discover(on: Host(), library: stub.path).report
    #expect(!report.isUsable && report.counters.isEmpty)
    #expect(report.reason.contains(reason), "\(report.reason)")
    if let remedy {
      #expect(report.remedy?.contains(remedy) == true)
    } else {
      #expect(report.remedy == nil)
    }
  }

  @Test("a library too old is named by what it lacks")
  func missingSymbol() throws {
    let stub = try StubNVML(Self.device, .withoutInit)
    defer { stub.remove() }
    let report = NVMLSource.discover(on: Host(), library: stub.path).report
    #expect(report.reason.contains("nvmlInit_v2"))
    #expect(report.remedy?.contains("450") == true)
  }
}

struct NVMLAbsenceTests {
  @Test("no library is an answer, not a failure")
  func noLibrary() {
    let report = NVMLSource.discover(on: Host(), library: "/nonexistent/libnvidia-ml.so.1").report
    #expect(!report.isUsable)
    #expect(report.reason.contains("library"))
  }

  @Test("a copy of another machine's files is not asked for its devices")
  func copy() {
    let report = NVMLSource.discover(on: Host(root: "/nonexistent")).report
    #expect(!report.isFound && !report.isUsable)
  }
}
