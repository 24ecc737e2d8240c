import ErgonEnergy
import Synchronization
import Testing
import _ErgonTestSupport

@Suite("Sampling")
struct SamplingTests {
  private struct Bench {
    let clock = VirtualClock()
    let machine = SyntheticMachine()
    let meter: Meter

    /// One of two processors busy; the package draws 10 W, in the second half 30 W.
    init() {
      machine.setProcessors(busyTicks: [0, 0])
      let clock = self.clock
      let machine = self.machine
      let source = ReplaySource("powercap", [.rapl("package-0")]) {
        let t = clock.now - 1000
        machine.setProcessors(busyTicks: [Int((t * 100).rounded()), 0])
        return [.energy(ticks: 1 + UInt64(((10 * t + max(0, t - 5) * 20) * 1e6).rounded()))]
      }
      meter = Meter(sources: [source], host: machine.host, clock: clock)
    }
  }

  @Test("the series holds the counter's energy exactly")
  func series() throws {
    let bench = Bench()
    let window = try bench.meter.open("w", scope: .machine, sampling: Seconds(0.01))
    bench.clock.advance(by: 10)
    let reading = try window.close()
    let series = try #require(reading.series)
    let channel = try #require(series.channels.first)
    #expect(series.time.count >= 999 && series.time.count == channel.powerW.count)
    #expect(series.time == series.time.sorted())
    #expect(abs(channel.powerW[100] - 10) < 1e-3 && abs(channel.powerW[900] - 30) < 1e-3)
    var energy = 0.0
    var last = 0.0
    for (time, power) in zip(series.time, channel.powerW) {
      energy += power * (time - last)
      last = time
    }
    #expect(abs(last - 10) < 1e-9)
    #expect(abs(energy - 200) < 1e-6)
    #expect(abs(reading.components[0].total!.best.value - 200) < 1e-5)
  }

  @Test("a window shorter than the period still has its one step")
  func short() throws {
    let bench = Bench()
    let window = try bench.meter.open("w", scope: .machine, sampling: Seconds(1))
    bench.clock.advance(by: 0.4)
    let series = try #require(try window.close().series)
    #expect(series.time.count == 1 && abs(series.channels[0].powerW[0] - 10) < 1e-6)
  }

  @Test("live figures give the power of the last step and the energy so far")
  func live() throws {
    let bench = Bench()
    let samples = Mutex<[LivePower]>([])
    let window = try bench.meter.open("w", scope: .machine, sampling: Seconds(0.5)) { live in
      samples.withLock { $0.append(live) }
    }
    bench.clock.advance(by: 10)
    _ = try window.close()
    bench.clock.advance(by: 10)
    let all = samples.withLock { $0 }
    #expect(all.count == 20, "no sample after closing")
    let last = try #require(all.last)
    #expect(abs(last.components[0].total!.best.value - 30) < 1e-3)
    // One of two processors was busy, so half of it is idle's.
    #expect(abs(last.power!.best.value - 15) < 0.2)
    #expect(abs(last.energy!.best.value - 100) < 1)
    #expect(last.power?.provenance.kind == .attributed)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.energy!.best <= $1.energy!.best })
  }

  @Test("a series in bounded memory keeps its energy", arguments: [15, 16, 17, 33, 1000])
  func bounded(samples: Int) throws {
    var recorder = PowerRecorder(capacity: 16)
    let step = { (joules: Double) in
      ComponentReading(
        component: .cpu, counter: "c",
        total: Figure(Interval(exactly: Joules(joules)), Provenance(.measured, source: "c")))
    }
    for sample in 0..<samples {
      // Every third step has no figure; it is not a point of its own.
      let components = sample % 3 == 1 ? [] : [step(Double(sample))]
      recorder.append(components, from: Double(sample), to: Double(sample + 1))
    }
    recorder.finish(at: Double(samples))
    let series = recorder.series(since: 0)
    #expect(series.time.count < 16 && series.time.count >= min(samples, 7))
    var energy = 0.0
    var last = 0.0
    for (time, power) in zip(series.time, series.channels[0].powerW) {
      energy += power * (time - last)
      last = time
    }
    #expect(last == Double(samples))
    #expect(abs(energy - Double((0..<samples).filter { $0 % 3 != 1 }.reduce(0, +))) < 1e-9)
  }
}
