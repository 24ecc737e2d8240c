import ErgonEnergy
import Testing
import _ErgonTestSupport

@Suite("The system view")
struct SystemUsageTests {
  let machine = SyntheticMachine()
  let clock = VirtualClock()
  let source = ReplaySource("powercap", [.rapl("package-0"), .rapl("dram-0", .memory)])

  init() {
    machine.setProcessors(busyTicks: [0, 0])
    source.set("package-0", joules: 1)
    source.set("dram-0", joules: 1)
    machine.setProcess(1, parent: 0, name: "init", session: 1)
    machine.setProcess(2, parent: 0, name: "kthreadd", group: 0, session: 0)
    machine.setProcess(50, parent: 1, name: "bash", session: 50, terminal: 9)
    machine.setProcess(
      60, parent: 50, name: "make", group: 60, session: 50, terminal: 9, command: "make -j2",
      cgroup: "/user.slice")
    machine.setProcess(
      61, parent: 60, name: "cc1", group: 60, session: 50, terminal: 9, cgroup: "/user.slice")
    machine.setProcess(70, parent: 1, name: "nginx", session: 70, cgroup: "/system.slice")
    machine.setProcess(
      71, parent: 70, name: "nginx", group: 70, session: 70, cgroup: "/system.slice")
  }

  private func run(_ meter: Meter) -> SystemUsage {
    let before = meter.systemView()
    clock.advance(by: 2)
    machine.setProcessors(busyTicks: [150, 50])
    source.set("package-0", joules: 41)
    source.set("dram-0", joules: 5)
    machine.setProcess(
      61, parent: 60, name: "cc1", group: 60, session: 50, terminal: 9, user: 100,
      cgroup: "/user.slice")
    machine.setProcess(
      62, parent: 60, name: "cc1", group: 60, session: 50, terminal: 9, user: 30, start: 100_050,
      cgroup: "/user.slice")
    machine.setProcess(
      71, parent: 70, name: "nginx", group: 70, session: 70, user: 20, cgroup: "/system.slice")
    machine.setProcess(3, parent: 2, name: "kworker", group: 0, session: 0, system: 10)
    return meter.systemView().difference(from: before)
  }

  @Test("rows, what has ended and idle add up to the counters", arguments: [true, false])
  func conservation(counted: Bool) throws {
    let meter = Meter(
      sources: counted ? [source] : [], host: machine.host, clock: clock)
    let usage = run(meter)
    let dynamic = try #require(usage.dynamic).best.value
    for rows in [usage.trees, usage.processes, usage.cgroups] {
      let sum = rows.reduce(0) { $0 + $1.energy!.best.value } + usage.ended.energy!.best.value
      #expect(abs(sum - dynamic) <= 1e-12 * dynamic)
    }
    if counted {
      #expect(abs(dynamic + usage.idle!.best.value - 44) < 1e-9)
      #expect(usage.dynamic?.provenance.kind == .attributed)
    } else {
      #expect(abs(dynamic - 6) < 1e-9)
      #expect(usage.dynamic?.provenance.kind == .estimated)
    }
  }

  @Test("a shell's job is one tree, a daemon's session another, the kernel a third")
  func trees() throws {
    let usage = run(Meter(sources: [source], host: machine.host, clock: clock))
    #expect(usage.trees.map(\.pid) == [60, 70, 2])
    #expect(usage.trees.map(\.name) == ["make", "nginx", "kthreadd"])
    #expect(usage.trees[0].command == "make -j2")
    #expect(abs(usage.trees[0].cpu.value - 1.3) < 1e-9)
    // 44 J, half the capacity used, 1.3 of 2 busy seconds.
    #expect(abs(usage.trees[0].energy!.best.value - 44 * 0.5 * 0.65) < 1e-9)
    #expect(abs(usage.ended.cpu.value - 0.4) < 1e-9)
    #expect(usage.cgroups.map(\.name) == ["/user.slice", "/system.slice", "none"])
    #expect(usage.processes.first?.pid == 61)
  }

  @Test("a reused pid counts from zero")
  func reusedPID() throws {
    let meter = Meter(sources: [source], host: machine.host, clock: clock)
    machine.setProcess(80, parent: 1, name: "old", user: 500, start: 10)
    let before = meter.systemView()
    machine.setProcess(80, parent: 1, name: "new", user: 7, start: 100_010)
    clock.advance(by: 1)
    let usage = meter.systemView().difference(from: before)
    #expect(usage.processes.map(\.name) == ["new"])
    #expect(abs(usage.processes[0].cpu.value - 0.07) < 1e-9)
  }

  @Test("a command line cannot steer the terminal")
  func controlCharacters() throws {
    machine.setProcess(90, parent: 1, name: "evil", user: 1, command: "x \u{1B}[2J\u{9B}31m y")
    let meter = Meter(sources: [], host: machine.host, clock: clock)
    let record = try #require(meter.systemView().processes.first { $0.pid == 90 })
    #expect(record.command == "x  [2J 31m y")
  }

  @Test("this machine can be viewed")
  func live() throws {
    let meter = Meter(sources: [], model: .synthetic)
    let before = meter.systemView()
    WindowTests.burn(0.05)
    let usage = meter.systemView().difference(from: before)
    #expect(usage.processes.contains { $0.cpu >= Seconds(0.04) })
    #expect(usage.processors >= 1)
  }
}

@Suite("The source check")
struct SourceCheckTests {
  @Test("a good source has no complaint, a bad one several")
  func check() {
    let good = ReplaySource(
      "powercap", [.rapl("package-0"), .rapl("core-0", containedIn: "package-0")],
      samples: [.energy(ticks: 5), .unreadable("busy")])
    #expect(SourceCheck.complaints(about: good) == [])
    let bad = ReplaySource(
      "two words",
      [
        .rapl("a", containedIn: "nowhere", maximumPower: 0), .rapl("a", range: 1),
        .power("p", maximumPower: 10),
      ],
      samples: [.power(Watts(1)), .energy(ticks: 9), .power(Watts(11))])
    let complaints = SourceCheck.complaints(about: bad, rounds: 1)
    for part in [
      "holds a slash or space", "two counters have one name", "its greatest power", "'nowhere'",
      "its range is 1", "another kind of sample", "beyond its range", "not between 0 and 10.0 W",
    ] {
      #expect(complaints.contains { $0.contains(part) }, "nothing said about: \(part)")
    }
  }
}
