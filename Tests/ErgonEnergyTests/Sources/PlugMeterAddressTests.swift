import Testing

@testable import ErgonEnergy

struct PlugMeterAddressTests {
  @Test(
    "an address names a file, a pipe or a server",
    arguments: [
      ("file:/tmp/power.csv", .file(path: "/tmp/power.csv")),
      ("power.csv", .file(path: "power.csv")),
      ("/dev/ttyUSB0", .file(path: "/dev/ttyUSB0")),
      ("fifo:/run/watts", .fifo(path: "/run/watts")),
      ("tcp:localhost:9000", .tcp(host: "localhost", port: 9000)),
      ("tcp:10.0.0.5:1", .tcp(host: "10.0.0.5", port: 1)),
      ("tcp:[::1]:65535", .tcp(host: "::1", port: 65535)),
      ("file:a:b", .file(path: "a:b")),
    ] as [(String, PlugMeterAddress.Endpoint)])
  func parses(text: String, endpoint: PlugMeterAddress.Endpoint) throws {
    let address = try PlugMeterAddress(text)
    #expect(address.endpoint == endpoint)
    #expect(try PlugMeterAddress(address.description).endpoint == endpoint)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "file:", "fifo:", "tcp:", "tcp:host", "tcp::9000", "tcp:host:0", "tcp:host:65536",
      "tcp:host:-1", "tcp:host:9x", "tcp:::1:80", "tcp:[]:80", "a\u{0}b",
    ])
  func refuses(text: String) {
    #expect(throws: EnergyError.self) { try PlugMeterAddress(text) }
  }
}
