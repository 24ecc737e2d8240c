import Testing

@testable import ErgonEnergy

struct BillTests {
  /// One kilowatt-hour, ±5 %, in one hour.
  static let reading = Reading(
    name: "window", startedAt: 0, duration: Seconds(3600),
    components: [
      ComponentReading(
        component: .cpu, counter: "powercap/package-0",
        dynamic: Figure(
          Interval(Joules(kilowattHours: 1), relative: 0.05),
          Provenance(.measured, source: "powercap")))
    ], processors: 2)

  @Test("one kilowatt-hour in France is 44 grams, with both error bars")
  func france() throws {
    let bill = Bill(reading: Self.reading, grid: try GridTable.grid("FR"))
    let carbon = try #require(bill.carbon)
    #expect(abs(carbon.best.value - 44) < 1e-9)
    #expect(abs(carbon.high.value - 44 * 1.15 * 1.05) < 1e-9)
    #expect(abs(carbon.low.value - 44 / 1.15 * 0.95) < 1e-9)
    #expect(carbon.provenance.kind == .assumed)
    #expect(carbon.provenance.source.contains("Ember"))
  }

  @Test("without a place there is no carbon, and without a convention no column")
  func nothingDeclared() {
    let bill = Bill(reading: Self.reading)
    #expect(bill.carbon == nil)
    #expect(bill.building == nil)
    #expect(bill.buildingCarbon == nil)
    #expect(bill.water == nil)
    #expect(bill.embodied == nil)
    #expect(bill.energy != nil)
  }

  @Test("building, water and embodied share stand beside a headline they never change")
  func columns() throws {
    let plain = Bill(reading: Self.reading, grid: try Grid(gramsPerKWh: 475))
    var bill = plain
    // 181 kg over four years is 1.43 mg a second.
    bill.overheads = try Overheads(
      pue: 1.58, waterLitresPerKWh: 1.8,
      embodied: EmbodiedShare(
        total: GramsCO2e(181_000), lifetime: Seconds(4 * 365.25 * 86400), reservedShare: 0.5))
    #expect(bill.energy == plain.energy)
    #expect(bill.carbon == plain.carbon)
    #expect(abs(try #require(bill.building).best.kilowattHours - 0.58) < 1e-12)
    #expect(abs(try #require(bill.buildingCarbon).best.value - 275.5) < 1e-9)
    #expect(abs(try #require(bill.water).best.value - 1.8) < 1e-12)
    #expect(abs(try #require(bill.water).high.value - 1.8 * 1.05) < 1e-12)
    let embodied = try #require(bill.embodied)
    #expect(abs(embodied.best.value - 0.5 * 1.434e-3 * 3600) < 0.001)
    #expect(embodied.provenance.kind == .assumed)
    #expect(try #require(bill.water).description == "1.80 L ±5.0 % (assumed)")
  }

  @Test("a PUE of 1 adds exactly nothing")
  func perfectBuilding() throws {
    let bill = Bill(reading: Self.reading, overheads: try Overheads(pue: 1))
    #expect(bill.building?.interval == .zero)
  }

  @Test("an unread window has no columns rather than zeros")
  func unread() throws {
    var reading = Self.reading
    reading.components = []
    let bill = Bill(
      reading: reading, grid: GridTable.world,
      overheads: try Overheads(pue: 1.2, waterLitresPerKWh: 1))
    #expect(bill.building == nil && bill.water == nil && bill.carbon == nil)
  }

  @Test(
    "a PUE below one is refused", arguments: [0.99, 0, -1, 11, .nan, .infinity, -.infinity])
  func badPUE(pue: Double) {
    #expect(throws: EnergyError.self) { try Overheads(pue: pue) }
  }

  @Test("negative or endless water is refused", arguments: [-0.1, .nan, .infinity])
  func badWater(litres: Double) {
    #expect(throws: EnergyError.self) { try Overheads(waterLitresPerKWh: litres) }
  }

  @Test(
    "an embodied share needs a total, a life and a share up to one",
    arguments: [
      (-1.0, 1e8, 1.0), (1.0, 0.0, 1.0), (1, -5, 1), (1, 1e8, 1.01), (1, 1e8, -0.1),
      (.nan, 1e8, 1), (1, .nan, 1), (1, .infinity, 1), (1, 1e8, .nan),
    ])
  func badShare(total: Double, lifetime: Double, share: Double) {
    #expect(throws: EnergyError.self) {
      try EmbodiedShare(
        total: GramsCO2e(total), lifetime: Seconds(lifetime), reservedShare: share)
    }
  }
}
