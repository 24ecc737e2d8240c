import Testing
import _ErgonTestSupport

@testable import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

struct PlugMeterTests {
  private func open(
    _ address: String, clock: VirtualClock, maximumPower: Watts = Watts(3680)
  ) throws -> PlugMeter {
    var address = try PlugMeterAddress(address)
    address.maximumPower = maximumPower
    return try PlugMeter(address, waitingForFirst: .zero, clock: clock)
  }

  private func sample(_ plug: PlugMeter) -> CounterSample {
    var samples: [CounterSample] = [.unreadable("unset")]
    plug.read(&samples)
    return samples[0]
  }

  /// Waits, at most five seconds, until the source's thread has seen what was written.
  private func becomes(
    _ expected: CounterSample, _ plug: PlugMeter, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var last = sample(plug)
    for _ in 0..<2500 where last != expected {
      usleep(2000)
      last = sample(plug)
    }
    #expect(last == expected, sourceLocation: sourceLocation)
  }

  @Test("a file is read from its end on, with the columns its first line names")
  func file() throws {
    let machine = SyntheticMachine()
    defer { withExtendedLifetime(machine) {} }
    machine.write("/power.csv", "time,power_w\n1,999\n2,999\n")
    let path = machine.root + "/power.csv"
    let clock = VirtualClock()
    let plug = try open(path, clock: clock)
    #expect(plug.counters.map(\.component) == [.wall])
    #expect(plug.counters[0].reading == .energy(joulesPerTick: 1e-6, range: nil))
    #expect(sample(plug) == .unreadable("no reading yet"))
    // The thread must have found the end of the file before the file grows.
    usleep(300_000)
    try append("10,60\n", to: path)
    becomes(.energy(ticks: 0), plug)
    clock.advance(by: 2)
    #expect(sample(plug) == .energy(ticks: 120_000_000))
    try append("12,60\n", to: path)
    usleep(300_000)
    #expect(sample(plug) == .energy(ticks: 120_000_000))
    unlink(path)
    becomes(.gone("the file was removed"), plug)
  }

  @Test("a pipe may get its writer late, and is gone when the writer goes")
  func pipe() throws {
    let machine = SyntheticMachine()
    defer { withExtendedLifetime(machine) {} }
    let path = machine.root + "/pipe"
    mkfifo(path, 0o600)
    let clock = VirtualClock()
    let plug = try open("fifo:\(path)", clock: clock)
    #expect(sample(plug) == .unreadable("no reading yet"))
    let writer = openDescriptor(path, O_WRONLY)
    send(writer, #"{"power_w": 40}"# + "\n")
    becomes(.energy(ticks: 0), plug)
    clock.advance(by: 1)
    becomes(.energy(ticks: 40_000_000), plug)
    close(writer)
    becomes(.gone("the other side closed the stream"), plug)
    #expect(plug.failure == nil)
  }

  @Test("a server's lines are read until it closes")
  func server() throws {
    let listener = try Listener()
    let clock = VirtualClock()
    let plug = try open("tcp:127.0.0.1:\(listener.port)", clock: clock)
    let connection = listener.accept()
    send(connection, "watts\n5")
    send(connection, "0\n")
    becomes(.energy(ticks: 0), plug)
    clock.advance(by: 3)
    #expect(sample(plug) == .energy(ticks: 150_000_000))
    close(connection)
    becomes(.gone("the other side closed the stream"), plug)
  }

  @Test("an old reading is not a reading")
  func stale() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let clock = VirtualClock()
    let plug = try open(pipe.address, clock: clock)
    pipe.send("w\n10\n")
    becomes(.energy(ticks: 0), plug)
    clock.advance(by: 10)
    #expect(sample(plug) == .energy(ticks: 100_000_000))
    clock.advance(by: 2)
    #expect(sample(plug) == .unreadable("last reading 12 s old"))
    // The gap is bridged by the next line, as every unreadable sample is.
    pipe.send("10\n")
    becomes(.energy(ticks: 120_000_000), plug)
  }

  @Test("a malformed line is missed and said, and the next good one mends it")
  func malformed() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let plug = try open(pipe.address, clock: VirtualClock())
    pipe.send("w\n10\nrubbish\n")
    becomes(.unreadable("malformed line: no number where power or energy should be"), plug)
    #expect(plug.malformedLines == 1)
    pipe.send("10\n")
    becomes(.energy(ticks: 0), plug)
    pipe.send("99999\n")
    becomes(.unreadable("malformed line: 99999 W is not between 0 and 3.68 kW"), plug)
  }

  @Test("ten malformed lines in a row end the stream with an error")
  func hopeless() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let plug = try open(pipe.address, clock: VirtualClock())
    pipe.send("w\n10\n" + String(repeating: "x\n", count: 9))
    pipe.send("10\n")
    becomes(.energy(ticks: 0), plug)
    pipe.send(String(repeating: "x\n", count: 10))
    let reason =
      "10 bad lines in a row, the last: no number where power or energy should be"
    becomes(.gone(reason), plug)
    #expect(plug.failure == .malformedStream(source: pipe.address, reason: reason))
  }

  @Test("a line without end ends the stream with an error")
  func endless() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let plug = try open(pipe.address, clock: VirtualClock())
    pipe.send(String(repeating: "7", count: 5000))
    becomes(.gone("a line is longer than 4096 bytes"), plug)
    #expect(plug.failure != nil)
  }

  @Test("what cannot be opened says why and what to do")
  func unusable() throws {
    let machine = SyntheticMachine()
    defer { withExtendedLifetime(machine) {} }
    machine.write("/plain", "w\n")
    let listener = try Listener()
    let closedPort = listener.port
    listener.stop()
    for (address, reason, remedy) in [
      ("\(machine.root)/absent", "no such file", nil),
      ("file:\(machine.root)", "a folder", nil),
      ("fifo:\(machine.root)/plain", "not a named pipe", "mkfifo"),
      ("tcp:127.0.0.1:\(closedPort)", "Connection refused", "start the program"),
    ] {
      let report = PlugMeter.discover(try PlugMeterAddress(address)).report
      #expect(!report.isUsable)
      #expect(report.reason.contains(reason), "\(report.reason)")
      #expect(remedy.map { report.remedy?.contains($0) == true } ?? (report.remedy == nil))
    }
  }

  @Test("discovery waits for the first reading and takes the resolution from it")
  func discovery() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    pipe.send("w\n80\n")
    var address = try PlugMeterAddress(pipe.address)
    address.name = "WattsOn"
    address.period = Seconds(0.5)
    let discovery = PlugMeter.discover(address)
    #expect(discovery.report.isUsable)
    #expect(discovery.report.reason.contains("readings arrive"))
    let counter = try #require(discovery.source?.counters.first)
    #expect(counter.resolution == Joules(40))
    #expect(counter.provenance.source == "WattsOn")
    #expect(counter.error == .relative(0.02))
    #expect(SourceCheck.complaints(about: try #require(discovery.source)) == [])
  }

  @Test("a meter uses the plug that is named, and refuses to start without it")
  func inMeter() throws {
    let pipe = try Pipe()
    defer { withExtendedLifetime(pipe) {} }
    pipe.send("w\n50\n")
    let machine = SyntheticMachine()
    defer { withExtendedLifetime(machine) {} }
    let meter = try Meter(
      host: machine.host, only: ["model"], plug: PlugMeterAddress(pipe.address))
    let window = try meter.open("work", scope: .machine)
    let reading = try window.close()
    #expect(reading.components.contains { $0.counter == "plug/wall" })
    #expect(throws: EnergyError.self) {
      try Meter(host: machine.host, plug: PlugMeterAddress("\(machine.root)/absent"))
    }
    #expect(EnergySources.discover(on: machine.host).contains { $0.report.name == "plug" })
  }

  private func append(_ text: String, to path: String) throws {
    let file = openDescriptor(path, O_WRONLY | O_APPEND)
    send(file, text)
    close(file)
  }
}

/// `open` without its variadic mode, under a name that no method hides.
private func openDescriptor(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }

private func send(_ descriptor: Int32, _ text: String) {
  let bytes = Array(text.utf8)
  #expect(write(descriptor, bytes, bytes.count) == bytes.count)
}

/// A named pipe with this process at its writing end.
private final class Pipe {
  let machine = SyntheticMachine()
  let address: String
  private let writer: Int32

  init() throws {
    let path = machine.root + "/pipe"
    address = "fifo:\(path)"
    try #require(mkfifo(path, 0o600) == 0)
    // Open for reading too, so that opening does not wait for a reader.
    writer = openDescriptor(path, O_RDWR)
    try #require(writer >= 0)
  }

  deinit { close(writer) }

  func send(_ text: String) { ErgonEnergyTests.send(writer, text) }
}

/// A server on the loopback interface, at a port the system picks.
private final class Listener {
  let port: UInt16
  private var descriptor: Int32

  init() throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 4) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(isBound)
  }

  deinit { stop() }

  func accept() -> Int32 {
    #if canImport(Darwin)
      Darwin.accept(descriptor, nil, nil)
    #elseif canImport(Musl)
      Musl.accept(descriptor, nil, nil)
    #else
      Glibc.accept(descriptor, nil, nil)
    #endif
  }

  func stop() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
