import ErgonEnergy
import Testing
import _ErgonTestSupport

@Suite("What the headline adds")
struct HeadlineTests {
  /// Opens, lets every counter count its own joules in two seconds, closes.
  private func reading(
    _ sources: [(String, [(EnergyCounter, Double)])], scope: WindowScope = .machine
  ) throws -> Reading {
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    machine.setProcessors(busyTicks: [0, 0])
    let replays = sources.map { name, counters in
      ReplaySource(name, counters.map(\.0), samples: counters.map { _ in .energy(ticks: 1) })
    }
    let meter = Meter(sources: replays, host: machine.host, clock: clock)
    let window = try meter.open("w", scope: scope)
    clock.advance(by: 2)
    machine.setProcessors(busyTicks: [200, 200])
    for (replay, (_, counters)) in zip(replays, sources) {
      for (counter, joules) in counters {
        replay.set(counter.name, .energy(ticks: 1 + UInt64(joules * 1e6)))
      }
    }
    return try window.close()
  }

  private func headline(_ reading: Reading) -> Set<String> {
    Set(reading.components.filter(\.isInHeadline).map(\.counter))
  }

  @Test("package and memory are added; core, uncore and psys only shown")
  func nested() throws {
    let reading = try reading([
      (
        "powercap",
        [
          (.rapl("psys", .platform), 90), (.rapl("package-0"), 40),
          (.rapl("core-0", containedIn: "package-0"), 30),
          (.rapl("uncore-0", .gpu, containedIn: "package-0"), 5), (.rapl("dram-0", .memory), 8),
        ]
      )
    ])
    #expect(headline(reading) == ["powercap/package-0", "powercap/dram-0"])
    #expect(abs(reading.dynamic!.best.value - 48) < 1e-9)
    let shown = reading.components.compactMap { $0.total?.best.value }
    #expect(shown.count == 5 && abs(shown.reduce(0, +) - 173) < 1e-9)
  }

  @Test("of two interfaces to one package the earlier counts")
  func secondView() throws {
    let reading = try reading([
      ("perf", [(.rapl("package-0", device: "package-0"), 40)]),
      (
        "powercap",
        [
          (.rapl("package-0", device: "package-0"), 40),
          (.rapl("dram-0", .memory, device: "package-0/dram"), 6),
        ]
      ),
    ])
    #expect(headline(reading) == ["perf/package-0", "powercap/dram-0"])
  }

  @Test("a dead counter gives way to the next source, not to the model")
  func deadGivesWay() throws {
    let reading = try reading([
      ("perf", [(.rapl("package-0"), 0)]), ("powercap", [(.rapl("package-0"), 40)]),
    ])
    #expect(headline(reading) == ["powercap/package-0"])
  }

  @Test("the machine's own total counts only where no counter has the processor")
  func platform() throws {
    let reading = try reading([
      ("power_supply", [(.rapl("battery", .platform), 60)]), ("amdgpu", [(.rapl("gpu", .gpu), 9)]),
    ])
    #expect(headline(reading) == ["power_supply/battery"])
  }

  @Test("a plug meter is the truth and stands alone")
  func wall() throws {
    let reading = try reading([
      ("powercap", [(.rapl("package-0"), 40)]), ("nvml", [(.rapl("gpu-0", .gpu), 100)]),
      ("plug", [(.rapl("socket", .wall, maximumPower: 3000), 230)]),
    ])
    #expect(headline(reading) == ["plug/socket"])
    #expect(abs(reading.dynamic!.best.value - 230) < 1e-9)
  }

  @Test("every device once: two boards, of which two drivers see one")
  func devices() throws {
    let reading = try reading([
      ("nvml", [(.rapl("gpu-0", .gpu, device: "gpu-a"), 50)]),
      (
        "amdgpu",
        [
          (.rapl("card0", .gpu, device: "gpu-b"), 20), (.rapl("card1", .gpu, device: "gpu-a"), 50),
        ]
      ),
    ])
    #expect(headline(reading) == ["nvml/gpu-0", "amdgpu/card0", "synthetic model"])
  }

  @Test("the model estimates the processor beside counters of other things")
  func modelBeside() throws {
    let reading = try reading([("nvml", [(.rapl("gpu-0", .gpu), 50)])])
    #expect(headline(reading) == ["nvml/gpu-0", "synthetic model"])
    // Four busy processor-seconds at 3 W.
    #expect(abs(reading.dynamic!.best.value - 62) < 1e-9)
    #expect(reading.dynamic?.provenance.kind == .estimated)
  }
}

@Suite("A meter of discovered sources")
struct DiscoveredMeterTests {
  @Test("a powercap tree is found, read and named in the reading")
  func powercap() throws {
    let machine = SyntheticMachine()
    machine.setProcessors(busyTicks: [0, 0])
    machine.addPowercapZone("intel-rapl:0", name: "package-0", microjoules: 5_000_000)
    machine.addPowercapZone("intel-rapl:0:0", name: "core", microjoules: 2_000_000)
    machine.addPowercapZone("intel-rapl:0:1", name: "dram", microjoules: 1_000_000)
    let meter = try Meter(host: machine.host, only: ["powercap"])
    let window = try meter.open("w", scope: .machine)
    machine.setPowercapZone("intel-rapl:0", microjoules: 5_500_000)
    machine.setPowercapZone("intel-rapl:0:0", microjoules: 2_300_000)
    machine.setPowercapZone("intel-rapl:0:1", microjoules: 1_250_000)
    machine.setProcessors(busyTicks: [1, 1])
    let reading = try window.close()
    let added = reading.components.filter(\.isInHeadline)
    #expect(added.map(\.component) == [.cpu, .memory])
    let total = added.reduce(0) { $0 + ($1.total?.best.value ?? .nan) }
    #expect(abs(total - 0.75) < 1e-9)
    #expect(added.allSatisfy { $0.counter.hasPrefix("powercap/") })
  }

  @Test("an unknown or unusable source asked for by name is an error")
  func named() throws {
    let machine = SyntheticMachine()
    #expect(throws: EnergyError.self) { try Meter(host: machine.host, only: ["nonsense"]) }
    #expect(throws: EnergyError.self) { try Meter(host: machine.host, only: ["powercap"]) }
    let meter = try Meter(host: machine.host, only: ["model"])
    #expect(meter.reports.contains { $0.name == "powercap" && !$0.isUsable })
  }

  @Test("a wattmeter that cannot be read is an error, not a silent estimate")
  func deadPlug() throws {
    let address = try PlugMeterAddress("/nonexistent/plug.csv")
    #expect(throws: EnergyError.self) { try Meter(host: SyntheticMachine().host, plug: address) }
  }

  @Test("a calibration is used on its machine only")
  func profile() throws {
    let machine = SyntheticMachine()
    machine.setProcessors(busyTicks: [0, 0])
    machine.write("/proc/cpuinfo", "model name : Test CPU\n")
    let fit = try CalibrationFit(
      [(0, 10), (1, 14), (2, 18)].map { CalibrationPoint(busy: $0, power: Watts($1)) },
      source: "powercap/package-0")
    var profile = CalibrationProfile(
      model: .synthetic, source: "powercap/package-0", idlePower: [:], madeAt: 0,
      fingerprint: CalibrationProfile.fingerprint(of: machine.host), fit: fit)
    #expect(try Meter(host: machine.host, only: ["model"], profile: profile).model == .synthetic)
    profile.fingerprint = "another × 2"
    #expect(try Meter(host: machine.host, only: ["model"], profile: profile).model != .synthetic)
  }
}
