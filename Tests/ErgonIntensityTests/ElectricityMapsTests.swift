import ErgonEnergy
import Testing

@testable import ErgonIntensity

/// Short waits, so that a test of a timeout is no long test.
let quick = FetchLimits(
  connectTimeout: Seconds(2), timeout: Seconds(5), retryDelay: Seconds(0.01))

/// For servers that are known not to answer.
let impatient = FetchLimits(
  connectTimeout: Seconds(0.2), timeout: Seconds(0.2), retryDelay: Seconds(0.01))

struct ElectricityMapsTests {
  static let body = #"""
    {"zone":"DE","carbonIntensity":302,"datetime":"2026-03-01T18:00:00.000Z",
     "updatedAt":"2026-03-01T17:50:12.000Z","createdAt":"2026-02-26T18:41:31.000Z",
     "emissionFactorType":"lifecycle","isEstimated":true,
     "estimationMethod":"TIME_SLICER_AVERAGE","temporalGranularity":"hourly"}
    """#

  private func ask(
    _ answers: StubServer.Answer, zone: String = "DE"
  ) async throws -> (grid: Grid, requests: [String]) {
    let server = try StubServer(answers)
    defer { server.close() }
    let maps = try ElectricityMaps(token: "s3cret", baseURL: server.baseURL, limits: quick)
    return (try await maps.intensity(at: zone), server.requests)
  }

  @Test("an answer becomes a grid that says when, on what basis and that it was estimated")
  func answer() async throws {
    let (grid, requests) = try await ask(.reply(200, Self.body))
    #expect(grid.gramsPerKWh.best == GramsCO2e(302))
    #expect(abs(grid.gramsPerKWh.high.value - 302 * 1.15) < 1e-9)
    #expect(grid.code == "DE")
    #expect(grid.year == nil)
    #expect(
      grid.provenance
        == Provenance(
          .estimated, source: "Electricity Maps",
          version: "2026-03-01T18:00:00.000Z, lifecycle, estimated by the provider"))
    let request = try #require(requests.first)
    #expect(requests.count == 1)
    #expect(request.hasPrefix("GET /carbon-intensity/latest?zone=DE HTTP/1.1"))
    #expect(request.lowercased().contains("auth-token: s3cret"))
  }

  @Test("a base address with a path keeps it")
  func basePath() async throws {
    let server = try StubServer(.reply(200, Self.body))
    defer { server.close() }
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL + "/v3/", limits: quick)
    _ = try await maps.intensity(at: "DE")
    #expect(server.requests[0].hasPrefix("GET /v3/carbon-intensity/latest?zone=DE "))
  }

  @Test(
    "each refusal has its own error, and none but a failing server is asked twice",
    arguments: [
      (401, .unauthorised(provider: "Electricity Maps"), 1),
      (403, .unauthorised(provider: "Electricity Maps"), 1),
      (404, .unknownZone(provider: "Electricity Maps", zone: "DE"), 1),
      (429, .rateLimited(provider: "Electricity Maps", retryAfter: Seconds(7)), 1),
      (302, .unexpectedStatus(provider: "Electricity Maps", code: 302), 1),
      (500, .unexpectedStatus(provider: "Electricity Maps", code: 500), 2),
      (503, .unexpectedStatus(provider: "Electricity Maps", code: 503), 2),
    ] as [(Int, IntensityError, Int)])
  func refusals(code: Int, error: IntensityError, asked: Int) async throws {
    let server = try StubServer(
      .reply(code, "{}", headers: ["retry-after: 7", "location: http://example.invalid/"]))
    defer { server.close() }
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL, limits: quick)
    await #expect(throws: error) { try await maps.intensity(at: "DE") }
    #expect(server.requests.count == asked)
  }

  @Test("one failure is forgiven")
  func retried() async throws {
    let server = try StubServer(.reply(500, ""), .reply(200, Self.body))
    defer { server.close() }
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL, limits: quick)
    #expect(try await maps.intensity(at: "DE").gramsPerKWh.best == GramsCO2e(302))
  }

  @Test(
    "an answer that is not what was asked for is refused",
    arguments: [
      "", "{}", "null", "[]", "<html>", "{\"zone\":\"DE\"",
      #"{"zone":"FR","carbonIntensity":302,"datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":-1,"datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":1e9,"datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":1e999,"datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":"302","datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":null,"datetime":"2026-03-01T18:00:00Z"}"#,
      #"{"zone":"DE","carbonIntensity":302,"datetime":"\u001b[31mnow"}"#,
      #"{"zone":"DE","carbonIntensity":302,"datetime":""}"#,
      #"{"zone":"DE","carbonIntensity":302}"#,
      #"{"zone":"DE","carbonIntensity":302,"datetime":"2026-03-01T18:00:00Z","emissionFactorType":"\u001b[2J"}"#,
      String(repeating: "[", count: 60_000),
    ])
  func malformed(body: String) async throws {
    await #expect {
      _ = try await ask(.reply(200, body))
    } throws: { error in
      guard case IntensityError.malformed = error else { return false }
      return "\(error)".utf8.allSatisfy { $0 >= 32 }
    }
  }

  @Test("an answer beyond 64 KiB is not read to its end")
  func large() async throws {
    let body = #"{"x":""# + String(repeating: "x", count: 70_000) + #""}"#
    await #expect(throws: IntensityError.tooLarge(provider: "Electricity Maps", limit: 65536)) {
      _ = try await ask(.reply(200, body))
    }
  }

  @Test(
    "a connection that breaks or speaks nonsense is unreachable",
    arguments: ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", "SSH-2.0-x\r\n\r\n"])
  func broken(bytes: String) async throws {
    await #expect {
      _ = try await ask(.raw(Array(bytes.utf8)))
    } throws: { error in
      guard case IntensityError.unreachable = error else { return false }
      return true
    }
  }

  @Test("a server that never answers is given up")
  func silent() async throws {
    let server = try StubServer(.silence)
    defer { server.close() }
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL, limits: impatient)
    await #expect {
      _ = try await maps.intensity(at: "DE")
    } throws: { error in
      guard case IntensityError.unreachable = error else { return false }
      return true
    }
  }

  @Test("nobody at the address is unreachable")
  func nobody() async throws {
    let server = try StubServer(.silence)
    server.close()
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL, limits: impatient)
    await #expect {
      _ = try await maps.intensity(at: "DE")
    } throws: { error in
      guard case IntensityError.unreachable = error else { return false }
      return true
    }
  }

  @Test(
    "a zone that could break out of the address is refused unasked",
    arguments: [
      "", "DE&x=1", "../x", "D E", "DE\r\nHost: x", "ÖE", String(repeating: "A", count: 33),
    ])
  func badZone(zone: String) async throws {
    let server = try StubServer(.reply(200, Self.body))
    defer { server.close() }
    let maps = try ElectricityMaps(token: "x", baseURL: server.baseURL, limits: quick)
    await #expect(throws: IntensityError.self) { try await maps.intensity(at: zone) }
    #expect(server.requests.isEmpty)
  }

  @Test("the token shows up in no description and no dump")
  func secret() throws {
    let maps = try ElectricityMaps(token: "s3cret")
    var dumped = ""
    dump(maps, to: &dumped)
    for text in ["\(maps)", String(reflecting: maps), dumped] {
      #expect(!text.contains("s3cret"))
      #expect(text.contains("electricitymaps"))
    }
  }

  @Test(
    "a token that could break out of its header is refused", arguments: ["", "a b", "a\r\nb", "é"])
  func badToken(token: String) {
    #expect(throws: IntensityError.invalidToken) { try ElectricityMaps(token: token) }
  }

  @Test(
    "a token crosses no network in the clear",
    arguments: [
      "http://example.com", "http://localhost.evil.com", "http://127.0.0.1.evil.com", "https://",
      "ftp://x", "https://user@host", "", "https://a b", "http://127.0.0.1@evil.com",
    ])
  func clear(url: String) {
    #expect(throws: IntensityError.invalidBaseURL(url)) {
      try ElectricityMaps(token: "x", baseURL: url)
    }
  }
}
