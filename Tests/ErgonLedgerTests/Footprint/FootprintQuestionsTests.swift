import ErgonEnergy
import Testing

@testable import ErgonLedger

@Suite("What if")
struct WhatIfTests {
  /// 100 MWh in Poland.
  static let poland = FootprintRecord(
    id: "pl", name: "100 MWh", year: 2024,
    devices: [.init(model: "A100 SXM 80GB", count: 1000, utilisation: 0.5)], hours: 500,
    place: .init(country: "PL"), provenance: .declared)

  @Test("100 MWh moved from Poland to Sweden fall from 61.5 t to 3.6 t, by 17.1")
  func moving() throws {
    let moved = try WhatIf.moving(Self.poland, to: "SE")
    #expect(moved.before.energy == Joules(kilowattHours: 100_000))
    #expect(abs(try #require(moved.before.carbon).value - 61.5e6) < 1)
    #expect(abs(try #require(moved.after.carbon).value - 3.6e6) < 1)
    #expect(abs(try #require(moved.reduction) - 17.1) < 0.05)
    #expect(moved.before.intensityYear == 2024 && moved.after.intensityYear == 2024)
    #expect(moved.question == "moved to Sweden (36.0 g/kWh, 2024)")
  }

  @Test("a place nobody knows is refused")
  func nowhere() {
    let error = #expect(throws: FootprintError.self) {
      try WhatIf.moving(Self.poland, to: "Atlantis")
    }
    #expect(error?.description.hasPrefix("unknown grid: 'Atlantis'") == true)
  }

  @Test("faster devices shorten the time by the ratio of throughputs")
  func swapping() throws {
    let swap = try WhatIf.swapping(
      Self.poland, to: [.init(model: "H100 SXM", count: 400, utilisation: 0.5)],
      throughputRatio: 2)
    #expect(swap.after.hours?.value == 250)
    #expect(swap.after.energy == Joules(kilowattHours: 400 * 0.350 * 250))
    #expect(swap.after.gramsPerKWh?.value == 615)
  }

  @Test("a published run keeps its grid when its devices change")
  func swappingPublished() throws {
    let bloom = try StarterRegistry.registry.record("bloom-176b")
    let swap = try WhatIf.swapping(
      bloom, to: [.init(model: "H100 SXM", count: 384)], throughputRatio: 3)
    #expect(swap.after.gramsPerKWh?.value == swap.before.gramsPerKWh?.value)
  }

  @Test("a fifth less time is a fifth less of everything")
  func shorter() throws {
    let shorter = try WhatIf.scalingTime(Self.poland, by: 0.8)
    #expect(abs(try #require(shorter.after.carbon).value - 49.2e6) < 1)
    #expect(shorter.after.hours?.value == 400)
  }

  @Test("a factor that is no factor is refused", arguments: [0, -1, Double.nan, .infinity])
  func badFactor(factor: Double) {
    #expect(throws: FootprintError.self) { try WhatIf.scalingTime(Self.poland, by: factor) }
    #expect(throws: FootprintError.self) {
      try WhatIf.swapping(Self.poland, to: Self.poland.devices, throughputRatio: factor)
    }
  }
}

@Suite("Time shift")
struct TimeShiftTests {
  @Test("the start chosen is the cleanest of all", arguments: 1...50)
  func exhaustive(seed: Int) throws {
    var random = Gaussian(seed: UInt64(seed))
    let intensity = (0..<48).map { _ in 20 + 600 * random.unit() }
    let energy = (0..<6).map { _ in 10 * random.unit() }
    let shift = try TimeShift(energyKWh: energy, intensity: intensity)
    // The oracle walks the hours in another order and keeps no sum.
    var best = (start: -1, grams: Double.infinity)
    for start in stride(from: 42, through: 0, by: -1) {
      var grams = 0.0
      for hour in stride(from: 5, through: 0, by: -1) {
        grams += energy[hour] * intensity[start + hour]
      }
      if grams <= best.grams { best = (start, grams) }
    }
    #expect(shift.bestStart == best.start)
    #expect(shift.carbon.count == 43)
    #expect(abs(shift.carbon[shift.bestStart].value / best.grams - 1) < 1e-12)
    #expect(shift.saving >= 0 && shift.saving <= 1)
  }

  @Test("a job longer than the series, an empty one and bad numbers are refused")
  func refused() {
    #expect(throws: FootprintError.self) { try TimeShift(energyKWh: [], intensity: [1]) }
    #expect(throws: FootprintError.self) { try TimeShift(energyKWh: [1, 1], intensity: [1]) }
    #expect(throws: FootprintError.self) { try TimeShift(energyKWh: [1], intensity: [.nan]) }
    #expect(throws: FootprintError.self) { try TimeShift(energyKWh: [-1], intensity: [1]) }
  }
}

@Suite("Starter registry")
struct StarterRegistryTests {
  @Test("every row is marked, cited and usable")
  func rows() {
    #expect(StarterRegistry.registry.records.count == StarterRegistry.records.count)
    #expect(StarterRegistry.registry.conflicts.isEmpty)
    for record in StarterRegistry.records {
      #expect(record.published?.verification == "from memory, unverified")
      #expect(record.published?.citation.isEmpty == false)
    }
  }

  @Test("every implied intensity fits its country, or the row is listed with the reason")
  func consistency() {
    let checks = StarterRegistry.registry.consistency()
    #expect(checks.count == 15)
    #expect(checks.allSatisfy { (20...1000).contains($0.implied) })
    #expect(checks.filter { !$0.isConsistent }.map(\.id) == ["gshard-600b", "opt-175b"])
    #expect(checks.first { $0.id == "gshard-600b" }?.reasons.first?.contains("Google") == true)
  }

  @Test("the device table marks every row and has no name twice")
  func devices() {
    #expect(DeviceTable.all.count >= 40)
    #expect(DeviceTable.all.allSatisfy { $0.mark == "data sheet, from memory, unverified" })
    for device in DeviceTable.all {
      #expect(DeviceTable.find(device.name).device == device)
    }
    #expect(DeviceTable.find("nvidia a100-sxm-80gb").device?.tdpW == 400)
    #expect(DeviceTable.find("A100 SXM").device?.tdpW == 400)
    #expect(DeviceTable.find("P100") == .ambiguous(["P100 PCIe", "P100 SXM2"]))
    #expect(DeviceTable.find("") == .unknown(nearest: []))
  }

  @Test("a main source is stated only where it is known")
  func sources() {
    #expect(ElectricitySource.main(country: "PL", year: 2020) == .coal)
    #expect(ElectricitySource.main(country: "FR", year: 2020) == .nuclear)
    #expect(ElectricitySource.main(country: "US", year: 2013) == .coal)
    #expect(ElectricitySource.main(country: "US", year: 2020) == .gas)
    #expect(ElectricitySource.main(country: "US", year: 2015) == nil)
    #expect(ElectricitySource.main(country: "XX", year: 2020) == nil)
    // A year after the table's last is the last's; one inside it that is left open stays open.
    #expect(ElectricitySource.main(country: "FR", year: 2026) == .nuclear)
    #expect(ElectricitySource.main(country: "KR", year: 2026) == nil)
  }
}

@Suite("Model card")
struct ModelCardFragmentTests {
  @Test("a fragment comes back from its own text")
  func roundTrip() throws {
    for record in StarterRegistry.records {
      var record = record
      record.notes = "quotes \" and ' and # and : and \\ and\ttab"
      let card = try ModelCardFragment(
        record, footprint: record.footprint(), trainingType: "pre-training")
      let text = "---\nlicense: mit\n\(card.yaml)tags:\n  - emissions: 3\n---\n# Title\n"
      let back = try ModelCardFragment(yaml: text)
      #expect(back == card)
      #expect(back.record == record)
    }
  }

  @Test("what other tools write is read")
  func foreign() throws {
    let card = try ModelCardFragment(
      yaml: """
        co2_eq_emissions:
          emissions: 120.5 # grams
          source: 'code''carbon'
          training_type: fine-tuning
          unknown: 3
        """)
    #expect(card.emissions == 120.5)
    #expect(card.source == "code'carbon")
    #expect(card.trainingType == "fine-tuning")
    #expect(card.record == nil)
    #expect(try ModelCardFragment(yaml: "co2_eq_emissions: 12").emissions == 12)
  }

  @Test(
    "a card without figures is refused",
    arguments: [
      "", "license: mit", "co2_eq_emissions:\n  source: x", "co2_eq_emissions: much",
      "co2_eq_emissions:\n  emissions: -1", "co2_eq_emissions:\n  emissions: nan",
      "co2_eq_emissions:\n  emissions: 1\n  ergon_footprint: {\"id\":3}",
    ])
  func refused(text: String) {
    #expect(throws: FootprintError.self) { try ModelCardFragment(yaml: text) }
  }
}

@Suite("Calendar day")
struct CalendarDayTests {
  // Made with: date -u -d @SECONDS +%F
  @Test(
    "seconds since 1970 give the day",
    arguments: [
      (0.0, "1970-01-01"), (951_782_399, "2000-02-28"), (951_782_400, "2000-02-29"),
      (951_868_800, "2000-03-01"), (1_704_067_199, "2023-12-31"), (1_704_067_200, "2024-01-01"),
      (-1, "1969-12-31"), (4_107_542_399, "2100-02-28"), (4_107_542_400, "2100-03-01"),
    ])
  func days(seconds: Double, text: String) {
    #expect(CalendarDay(secondsSince1970: seconds)?.text == text)
    #expect(CalendarDay(text)?.text == text)
  }

  @Test(
    "text that is no day is none",
    arguments: [
      "2024-02-30", "2023-02-29", "2024-13-01", "2024-1-1", "24-01-01", "2024-00-10", "", "today",
    ])
  func none(text: String) { #expect(CalendarDay(text) == nil) }
}
