import ErgonEnergy
import Testing

@testable import ErgonIntensity

struct UKCarbonIntensityTests {
  static let national = #"""
    {"data":[{"from":"2026-03-01T12:00Z","to":"2026-03-01T12:30Z",
     "intensity":{"forecast":266,"actual":263,"index":"moderate"}}]}
    """#
  static let regional = #"""
    {"data":[{"regionid":13,"dnoregion":"UKPN London","shortname":"London","postcode":"RG10",
     "data":[{"from":"2026-03-01T12:00Z","to":"2026-03-01T12:30Z",
     "intensity":{"forecast":81,"index":"low"},
     "generationmix":[{"fuel":"gas","perc":43.6},{"fuel":"wind","perc":26.8}]}]}]}
    """#

  private func ask(_ body: String, _ place: String) async throws -> (Grid, String) {
    let server = try StubServer(.reply(200, body))
    defer { server.close() }
    let grid = try await UKCarbonIntensity(baseURL: server.baseURL, limits: quick)
      .intensity(at: place)
    return (grid, try #require(server.requests.first))
  }

  @Test("the whole of Great Britain is the measured figure where there is one")
  func whole() async throws {
    let (grid, request) = try await ask(Self.national, "gb")
    #expect(grid.gramsPerKWh.best == GramsCO2e(263))
    #expect(grid.code == "GB")
    #expect(request.hasPrefix("GET /intensity HTTP/1.1"))
    #expect(
      grid.provenance.version == "2026-03-01T12:00Z, direct emissions with imports and losses")
  }

  @Test("without a measured figure the forecast stands, and says so")
  func forecast() async throws {
    let body = Self.national.replacing("263", with: "null")
    let (grid, _) = try await ask(body, "UK")
    #expect(grid.gramsPerKWh.best == GramsCO2e(266))
    #expect(grid.provenance.version.hasSuffix("forecast"))
  }

  @Test(
    "a region goes by its number or half a postcode",
    arguments: [("13", "/regional/regionid/13"), ("rg10", "/regional/postcode/RG10")])
  func region(place: String, path: String) async throws {
    let (grid, request) = try await ask(Self.regional, place)
    #expect(grid.gramsPerKWh.best == GramsCO2e(81))
    #expect(grid.code == "GB-\(place.uppercased())")
    #expect(request.hasPrefix("GET \(path) HTTP/1.1"))
  }

  @Test(
    "any other place is refused unasked",
    arguments: ["", "FR", "0", "18", "-1", "RG10 1AA", "../x", "1ABC", "ÄÖ1", "ABCD"])
  func elsewhere(place: String) async throws {
    let server = try StubServer(.reply(200, Self.national))
    defer { server.close() }
    let provider = try UKCarbonIntensity(baseURL: server.baseURL, limits: quick)
    await #expect(throws: IntensityError.self) { try await provider.intensity(at: place) }
    #expect(server.requests.isEmpty)
  }

  @Test(
    "an empty or figureless answer is refused",
    arguments: [
      #"{"data":[]}"#, #"{"data":{}}"#, #"{"error":{"code":"400"}}"#,
      #"{"data":[{"from":"2026-03-01T12:00Z","intensity":{"forecast":null,"actual":null}}]}"#,
      #"{"data":[{"from":"yesterday!","intensity":{"forecast":5}}]}"#,
    ])
  func malformed(body: String) async throws {
    await #expect {
      _ = try await ask(body, "GB")
    } throws: { error in
      guard case IntensityError.malformed = error else { return false }
      return true
    }
  }

  @Test("a postcode the provider does not know is an unknown zone")
  func unknown() async throws {
    let server = try StubServer(.reply(400, #"{"error":{"code":"400 Bad Request"}}"#))
    defer { server.close() }
    let provider = try UKCarbonIntensity(baseURL: server.baseURL, limits: quick)
    await #expect(
      throws: IntensityError.unknownZone(provider: "UK Carbon Intensity", zone: "ZZ99")
    ) { try await provider.intensity(at: "ZZ99") }
  }
}

struct IntensityCacheTests {
  @Test("a fresh answer is kept, and looking at it asks nobody")
  func kept() async throws {
    let server = try StubServer(.reply(200, UKCarbonIntensityTests.national))
    defer { server.close() }
    let cache = IntensityCache(try UKCarbonIntensity(baseURL: server.baseURL, limits: quick))
    #expect(await cache.latest("GB") == nil)
    #expect(server.requests.isEmpty)
    try await cache.fetch("GB")
    try await cache.fetch("GB")
    #expect(await cache.latest("GB")?.grid.gramsPerKWh.best == GramsCO2e(263))
    #expect(server.requests.count == 1)
  }

  @Test("an old answer is asked for again, and stays when nobody answers")
  func old() async throws {
    let server = try StubServer(.reply(200, UKCarbonIntensityTests.national), .reply(401, "{}"))
    defer { server.close() }
    let cache = IntensityCache(
      try UKCarbonIntensity(baseURL: server.baseURL, limits: quick), freshFor: .zero)
    try await cache.fetch("GB")
    await #expect(throws: IntensityError.self) { try await cache.fetch("GB") }
    #expect(await cache.latest("GB") != nil)
  }
}
