import ErgonEnergy
import ErgonNumerics
import Testing

@testable import ErgonLedger

struct PowerSeriesCodingTests {
  private func series(_ count: Int, _ channels: Int, seed: UInt64) -> PowerSeries {
    var generator = SplitMix64(seed: seed)
    var time = 0.0
    return PowerSeries(
      time: (0..<count).map { _ in
        time += 0.01 + Double.random(in: -1e-4...1e-4, using: &generator)
        return time
      },
      channels: (0..<channels).map { channel in
        .init(
          counter: "c\(channel)", component: EnergyComponent.allCases[channel % 8],
          powerW: (0..<count).map { _ in Double.random(in: 0...200, using: &generator) })
      })
  }

  @Test("any series comes back at the nanosecond and Float32", arguments: 0..<50)
  func roundTrip(seed: UInt64) throws {
    let original = series(Int(seed * 7), Int(seed % 5), seed: seed)
    let stored = PowerSeriesCoding.rounded(original)
    let decoded = try PowerSeriesCoding.decode(PowerSeriesCoding.encode(original))
    #expect(decoded == stored)
    for (a, b) in zip(original.time, decoded.time) { #expect(abs(a - b) <= 5e-10) }
    for (a, b) in zip(original.channels, decoded.channels) {
      for (x, y) in zip(a.powerW, b.powerW) { #expect(abs(x - y) <= x * 6e-8) }
    }
  }

  @Test("extreme values survive")
  func extremes() throws {
    let powers = [0, -0.0, 1e-45, -1e-45, 3.4e38, -3.4e38, .infinity, -.infinity, 12.5]
    let series = PowerSeries(
      time: powers.indices.map { Double($0) * 1e6 },
      channels: [.init(counter: "", component: .wall, powerW: powers)])
    #expect(
      try PowerSeriesCoding.decode(PowerSeriesCoding.encode(series))
        == PowerSeriesCoding.rounded(series))
  }

  @Test("a steady power takes four bytes a sample at most")
  func size() {
    let count = 10_000
    let steady = PowerSeries(
      time: (0..<count).map { Double($0) / 100 },
      channels: [
        .init(counter: "c", component: .cpu, powerW: Array(repeating: 12.5, count: count))
      ])
    #expect(PowerSeriesCoding.encode(steady).count < 4 * count)
  }

  @Test("cut or altered bytes are refused or read, never a trap", arguments: 0..<20)
  func damage(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let bytes = PowerSeriesCoding.encode(series(40, 2, seed: seed))
    for length in 0..<bytes.count {
      #expect(throws: PowerSeriesCoding.Malformed.self) {
        try PowerSeriesCoding.decode(Array(bytes.prefix(length)))
      }
    }
    for _ in 0..<500 {
      var altered = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        altered[Int.random(in: 0..<bytes.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? PowerSeriesCoding.decode(altered)
    }
  }
}
