import Testing

@testable import ErgonEnergy

struct GridTableTests {
  @Test(
    "a place is found by either code, by name in any case, and by the names people type",
    arguments: [
      ("FR", 44), ("fr", 44), ("FRA", 44), ("France", 44), ("  france ", 44), ("USA", 384),
      ("us", 384), ("United States", 384), ("UK", 216), ("GB", 216), ("GBR", 216),
      ("united kingdom", 216), ("Czech Republic", 414), ("Türkiye", 470), ("Turkey", 470),
      ("south-korea", 416), ("UAE", 468), ("XK", 959), ("world", 473), ("World", 473),
      ("EU", 213), ("European Union", 213), ("POL", 615), ("SE", 36), ("Viet Nam", 486),
    ])
  func knownPlaces(code: String, grams: Double) throws {
    #expect(try GridTable.grid(code).gramsPerKWh.best == GramsCO2e(grams))
  }

  @Test(
    "a plain number is a declared intensity, with or without its unit",
    arguments: [
      ("56", 56.0), ("56 g/kWh", 56), ("56g/kWh", 56), ("0", 0), ("12.5 gCO2e/kWh", 12.5),
      ("1e2", 100), (" 20 ", 20),
    ])
  func numbers(text: String, grams: Double) throws {
    let grid = try GridTable.grid(text)
    #expect(grid.gramsPerKWh == Interval(exactly: GramsCO2e(grams)))
    #expect(grid.code == "declared")
    #expect(grid.provenance.kind == .assumed)
  }

  @Test(
    "a number out of range or with another unit is refused",
    arguments: ["-1", "10001", "1e9", "1e400", "56 kg/kWh", "5 6 7 g", "+", ".", "-", "0x", "1/0"])
  func badNumbers(text: String) {
    #expect(throws: EnergyError.self) { try GridTable.grid(text) }
  }

  @Test(
    "an unknown place is refused with what may have been meant",
    arguments: [
      ("Frnace", "FR (France)"), ("Germny", "DE (Germany)"), ("FRX", "FR (France)"),
      ("Untied Kingdom", "GB (United Kingdom)"), ("swedne", "SE (Sweden)"),
    ])
  func nearest(text: String, expected: String) {
    #expect {
      try GridTable.grid(text)
    } throws: { error in
      guard case EnergyError.unknownGrid(_, let nearest) = error else { return false }
      return nearest.contains(expected) && nearest.count <= 3
    }
  }

  @Test(
    "no text at all, or a place far from any, is refused without a guess",
    arguments: ["", " ", "Atlantis", "QQ", "ZZZ", "--", "\u{0}", "🇫🇷"])
  func nothing(text: String) {
    #expect(throws: EnergyError.self) { try GridTable.grid(text) }
  }

  @Test("a megabyte of text is refused quickly and not echoed")
  func hostileText() {
    let text = String(repeating: "x", count: 1_000_000)
    #expect {
      try GridTable.grid(text)
    } throws: { String(describing: $0).count < 400 }
  }

  @Test(
    "a part of a country is never silently its country",
    arguments: [
      ("US-CA", "US"), ("CA-QC", "CA"), ("us-ny", "US"), ("USA-CA", "US"),
      ("US-CAL-CISO", "US"), ("DE_BW", "DE"),
    ])
  func subregions(code: String, country: String) {
    #expect(throws: EnergyError.noSubregion(code: code, country: country)) {
      try GridTable.grid(code)
    }
  }

  @Test("a country's bounds are a factor of 1.15, a large federation's 1.6")
  func spreads() throws {
    let france = try GridTable.grid("FR").gramsPerKWh
    #expect(abs(france.high.value - 44 * 1.15) < 1e-9)
    #expect(abs(france.low.value - 44 / 1.15) < 1e-9)
    let federations = GridTable.rows.filter { $0.spread == .federation }.map(\.alpha3)
    #expect(Set(federations) == ["USA", "CAN", "CHN", "IND", "AUS", "BRA"])
    let india = try GridTable.grid("IN").gramsPerKWh
    #expect(abs(india.high.value - 709 * 1.6) < 1e-9)
  }

  @Test("an average of many countries is bounded by its cleanest and its dirtiest")
  func groups() {
    #expect(GridTable.world.gramsPerKWh.low == GramsCO2e(24))
    #expect(GridTable.world.gramsPerKWh.high == GramsCO2e(959))
    #expect(GridTable.europeanUnion.gramsPerKWh.low == GramsCO2e(36))
    #expect(GridTable.europeanUnion.gramsPerKWh.high == GramsCO2e(615))
    #expect(GridTable.rows.filter(\.isInEU).count == 27)
  }

  @Test("codes and names are unique and well formed, and every row says its year")
  func rowsAreSound() {
    #expect(GridTable.rows.count == 77)
    var seen: Set<String> = []
    for row in GridTable.rows {
      #expect(row.alpha2.count == 2 && row.alpha3.count == 3)
      for name in [row.alpha2, row.alpha3, row.name] + row.alsoKnownAs {
        #expect(seen.insert(GridName.key(name)).inserted, "\(name) names two rows")
        #expect(GridTable.row(name) == row)
      }
      #expect((2022...2024).contains(row.year))
      #expect((20...1000).contains(row.gramsPerKWh))
    }
    #expect(GridTable.rows.filter { $0.year == 2022 }.map(\.alpha3) == ["UKR"])
    #expect(
      GridTable.rows.filter { $0.year == 2023 }.map(\.alpha3) == [
        "AFG", "ALB", "DZA", "ETH", "HKG", "ISL", "IDN", "ISR", "PRY",
      ])
    #expect(GridTable.all.count == 79)
  }

  @Test("edit distance counts insertions, deletions, substitutions and swaps")
  func editDistance() {
    let cases = [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
      ("france", "frnace", 1), ("same", "same", 0),
    ]
    for (a, b, distance) in cases {
      #expect(GridName.editDistance(a, b) == distance)
      #expect(GridName.editDistance(b, a) == distance)
    }
  }
}
