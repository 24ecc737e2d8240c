import ErgonEnergy
import Testing

@testable import ergon
// Swift Testing has a type of the same name.
@testable import struct ergon.ExitStatus

@Suite struct ExitStatusTests {
  @Test(
    "every kind of failure has its own code",
    arguments: [
      (EnergyError.unknownGrid(code: "XX", nearest: []), ExitStatus.usage),
      (.noSuchProcess(pid: 1), .missingInput),
      (.sourceUnusable(name: "powercap", reason: "", remedy: nil), .unavailable),
      (.sourceUnusable(name: "powercap", reason: "", remedy: "chmod"), .permission),
      (.malformedProfile(path: "p", reason: ""), .configuration),
      (.system(what: "open", reason: ""), .inputOutput),
    ])
  func table(error: EnergyError, status: ExitStatus) {
    #expect(ExitStatus(for: error) == status)
  }

  @Test("an error nobody listed is called internal, not usage")
  func unlisted() {
    struct Surprise: Error {}
    #expect(ExitStatus(for: Surprise()) == .internalError)
  }

  @Test("a mistyped command names the nearest one", arguments: ["sorces", "source", "soruces"])
  func nearest(word: String) {
    #expect(Ergon.unknownCommand(word)?.contains("did you mean 'sources'?") == true)
  }
}
