import ErgonEnergy
import Synchronization
import Testing
import _ErgonTestSupport

/// Knows the joules of single processes, as macOS does.
private final class ProcessReplay: ProcessEnergySource {
  let name = "rusage"
  let counters: [EnergyCounter] = []
  let processCounter = EnergyCounter(
    name: "process", component: .cpu, reading: .energy(joulesPerTick: 1e-9, range: nil),
    maximumPower: Watts(400), error: .relative(0.2),
    provenance: Provenance(.attributed, source: "replayed processes"), resolution: Joules(0.001))
  private let joules = Mutex<[Int32: Double]>([:])

  func set(_ pid: Int32, _ energy: Double?) { joules.withLock { $0[pid] = energy } }
  func read(_ samples: inout [CounterSample]) {}
  func energy(ofProcess pid: Int32) -> CounterSample {
    joules.withLock { $0[pid] }.map { .energy(ticks: UInt64(($0 * 1e9).rounded())) }
      ?? .gone("ended")
  }
}

@Suite("Counters of single processes")
struct ProcessEnergyTests {
  private let machine = SyntheticMachine()
  private let clock = VirtualClock()
  private let processes = ProcessReplay()
  private let package = ReplaySource("ioreport", [.rapl("cpu", range: nil)])

  private func open() throws -> EnergyWindow {
    machine.setProcessors(busyTicks: [0, 0])
    package.set("cpu", joules: 100)
    let meter = Meter(sources: [processes, package], host: machine.host, clock: clock)
    return try meter.open("t", scope: .tree(pid: 10))
  }

  @Test("the tree's own joules are the headline; the processor's counter is only shown")
  func tree() throws {
    machine.setProcess(10, parent: 1, user: 100)
    machine.setProcess(11, parent: 10, user: 100)
    processes.set(10, 5)
    processes.set(11, 7)
    let window = try open()
    clock.advance(by: 2)
    machine.setProcess(10, parent: 1, user: 200)
    machine.setProcess(11, parent: 10, user: 150)
    machine.setProcess(12, parent: 10, user: 50, start: 100_100)
    processes.set(10, 8)
    processes.set(11, 8.5)
    processes.set(12, 1.25)
    package.set("cpu", joules: 160)
    _ = window.peek()
    // One has ended since; its last count stays.
    machine.endProcess(12)
    processes.set(12, nil)
    machine.setProcess(10, parent: 1, user: 200, waitedUser: 50)
    let reading = try window.close()
    let headline = reading.components.filter(\.isInHeadline)
    #expect(headline.map(\.counter) == ["rusage/process"])
    #expect(abs(reading.dynamic!.best.value - 5.75) < 1e-9)
    #expect(reading.dynamic?.provenance.source == "replayed processes")
    let shown = reading.components.first { $0.counter == "ioreport/cpu" }
    #expect(shown?.total?.best == Joules(60) && shown?.isInHeadline == false)
  }

  @Test("children nobody saw get the joules per second of the others, with a wider bar")
  func unseen() throws {
    machine.setProcess(10, parent: 1)
    processes.set(10, 1)
    let window = try open()
    clock.advance(by: 2)
    machine.setProcess(10, parent: 1, user: 150, waitedUser: 50)
    processes.set(10, 4)
    let dynamic = try #require(try window.close().dynamic)
    #expect(abs(dynamic.best.value - 4) < 1e-9)
    #expect(dynamic.low < Joules(2.5) && dynamic.high > Joules(5.9))
    #expect(dynamic.provenance.source == "replayed processes by CPU time of ended children")
  }

  @Test("where most of the work was never seen, the processor's counter is divided instead")
  func mostlyUnseen() throws {
    machine.setProcess(10, parent: 1)
    processes.set(10, 1)
    let window = try open()
    clock.advance(by: 2)
    machine.setProcess(10, parent: 1, user: 10, waitedUser: 90)
    machine.setProcessors(busyTicks: [100, 100])
    processes.set(10, 1.5)
    package.set("cpu", joules: 140)
    let reading = try window.close()
    #expect(reading.components.filter(\.isInHeadline).map(\.counter) == ["ioreport/cpu"])
    // 40 J over 2 s of 2 processors, of which the tree used one second.
    #expect(abs(reading.dynamic!.best.value - 10) < 1e-9)
  }
}
