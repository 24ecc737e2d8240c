import ErgonEnergy
import Testing

@testable import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Footprint formula")
struct FootprintFormulaTests {
  /// Eight V100 of 300 W for 100 hours at 475 g/kWh.
  static func eightV100(pue: Double? = nil) -> FootprintRecord {
    FootprintRecord(
      id: "v100", name: "eight V100", year: 2020,
      devices: [.init(model: "V100", count: 8, tdpW: 300)], hours: 100,
      intensity: .init(value: 475), pue: pue, provenance: .declared)
  }

  @Test("eight V100 for 100 hours at 475 g/kWh are 240 kWh and 114 kg, exactly")
  func plain() throws {
    let footprint = try Self.eightV100().footprint()
    #expect(footprint.energy == Joules(kilowattHours: 240))
    #expect(footprint.carbon == GramsCO2e(114_000))
    #expect(
      footprint.conventions == [
        "utilisation: 1, the paper's convention", "PUE: 1, the paper's convention",
      ])
  }

  @Test("a building that adds 58 % makes 180.12 kg of them")
  func building() throws {
    let footprint = try Self.eightV100(pue: 1.58).footprint()
    let kilograms = try #require(footprint.carbon).value / 1000
    #expect(abs(kilograms - 180.12) < 1e-9)
    #expect(footprint.pue.origin == .stated)
  }

  @Test("known utilisation scales power and narrows the spread")
  func utilisation() throws {
    var record = Self.eightV100()
    record.devices[0].utilisation = 0.5
    let footprint = try record.footprint()
    #expect(footprint.energy == Joules(kilowattHours: 120))
    #expect(footprint.powerW?.spread == 1.3)
    #expect(try Self.eightV100().footprint().powerW?.spread == 1.6)
  }

  @Test("devices of several kinds add their power")
  func mixture() throws {
    var record = Self.eightV100()
    record.devices.append(.init(model: "EPYC 7742", count: 2))
    let footprint = try record.footprint()
    #expect(footprint.powerW?.value == 2850.0)
    #expect(footprint.powerW?.origin == .deviceTable)
    #expect(footprint.conventions.contains { $0.contains("from memory, unverified") })
  }

  @Test("a metered record takes the meter's joules and no design power")
  func metered() throws {
    var record = Self.eightV100()
    record.provenance = .measured
    record.measuredJoules = 200 * 3.6e6
    let footprint = try record.footprint()
    #expect(footprint.energy == Joules(kilowattHours: 200))
    #expect(footprint.powerW?.origin == .meter)
    #expect(footprint.powerW?.value == 2000)
    #expect(footprint.powerW?.spread == 1.05)
  }

  /// Pounds as printed by Strubell and others in 2019, at 0.954 lb/kWh.
  static let strubell: [(id: String, kWh: Double, pounds: Double)] = [
    ("transformer-base", 27, 26), ("transformer-big", 201, 192), ("elmo", 275, 262),
    ("bert-base", 1507, 1438), ("nas-transformer", 656_347, 626_155),
  ]

  @Test("the printed kilowatt-hours give the printed pounds", arguments: strubell)
  func pounds(id: String, kWh: Double, pounds: Double) throws {
    let footprint = try StarterRegistry.registry.record(id).footprint()
    #expect(abs(try #require(footprint.energy).kilowattHours - kWh) < 1e-9 * kWh)
    #expect((try #require(footprint.carbon).value / 453.59237).rounded() == pounds)
  }

  @Test("1,507 kWh at 0.954 lb/kWh are 652.1 kg within 0.1 %")
  func bert() throws {
    let carbon = try #require(try StarterRegistry.registry.record("bert-base").footprint().carbon)
    #expect(abs(carbon.value / 1000 / 652.1 - 1) < 0.001)
  }
}

@Suite("Footprint uncertainty")
struct FootprintUncertaintyTests {
  @Test("spreads of 1.05, 1.6, 1.1 and 1.15 make 1.65")
  func closedForm() throws {
    let spread = FootprintSpread.product([1.05, 1.6, 1.1, 1.15])
    #expect(abs(spread - 1.65) < 0.01)
    #expect(abs(try FootprintFormulaTests.eightV100().footprint().carbonSpread - spread) < 1e-12)
  }

  @Test("100,000 random products have the same spread within 2 %")
  func monteCarlo() {
    var random = Gaussian(seed: 7)
    let spreads = [1.05, 1.6, 1.1, 1.15]
    var products = (0..<100_000).map { _ in
      spreads.reduce(1.0) { $0 * exp(log($1) * random.next()) }
    }
    products.sort()
    // 68.27 % between the 15.87th and the 84.13th percentile.
    let low = products[15_866]
    let high = products[84_134]
    let spread = (high / low).squareRoot()
    #expect(abs(spread / FootprintSpread.product(spreads) - 1) < 0.02)
  }

  @Test("only a country of large regions known widens the intensity to 1.6")
  func federation() throws {
    var record = FootprintFormulaTests.eightV100()
    record.place = .init(country: "US")
    let wide = try #require(try record.footprint().gramsPerKWh).spread
    #expect(abs(wide - 1.6) < 1e-12)
    record.place = .init(country: "US", region: "Oregon")
    #expect(try record.footprint().gramsPerKWh?.spread == 1.15)
    record.place = .init(country: "FR")
    #expect(try record.footprint().gramsPerKWh?.spread == 1.15)
  }
}
