import ArgumentParser
import ErgonEnergy
import ErgonIntensity
import Testing

@testable import ergon

@Suite("Grid commands")
struct GridCommandTests {
  @Test("a grid's JSON has stable keys with their units, and absent is null")
  func json() throws {
    let france = try GridTable.grid("FR").json
    #expect(france["code"] == .string("FR"))
    #expect(france["year"] == .integer(2024))
    guard case .object(let figure)? = france["intensityGPerKWh"] else {
      Issue.record("no intensity")
      return
    }
    #expect(figure["best"] == .number(44))
    #expect(figure["provenance"] == .string("assumed"))
    #expect(try GridTable.grid("56").json["year"] == .null)
  }

  @Test("an intensity is shown with its range unless it is exact")
  func text() throws {
    #expect(try GridTable.grid("FR").intensityText == "44.0 g/kWh (38.3 … 50.6)")
    #expect(try GridTable.grid("56 g/kWh").intensityText == "56.0 g/kWh")
  }

  @Test(
    "command lines that name no place or no provider are refused",
    arguments: [
      ["show"], ["show", "FR", "DE"], ["live"], ["live", "GB"], ["live", "--provider", "uk"],
      ["live", "GB", "--provider", "nobody"], ["list", "FR"],
    ])
  func refused(arguments: [String]) {
    #expect(throws: (any Error).self) { try GridCommand.parseAsRoot(arguments) }
  }

  @Test(
    "every error of a provider has its exit code",
    arguments: [
      (.invalidBaseURL("x"), .usage), (.unknownZone(provider: "p", zone: "z"), .usage),
      (.invalidToken, .configuration), (.unauthorised(provider: "p"), .permission),
      (.rateLimited(provider: "p", retryAfter: nil), .retry),
      (.unreachable(provider: "p", reason: "r"), .unavailable),
      (.malformed(provider: "p", reason: "r"), .badData),
    ] as [(IntensityError, ergon.ExitStatus)])
  func codes(error: IntensityError, status: ergon.ExitStatus) {
    #expect(ergon.ExitStatus(for: error) == status)
  }
}
