import ErgonEnergy
import Testing

@testable import ergon

@Suite struct SourcesCommandTests {
  @Test("the table and the object name the same sources")
  func twoForms() async throws {
    let ergon = try ErgonProcess()
    let text = try await ergon.run("sources")
    let object = try await ergon.run("sources", "--json").json()
    #expect(Set(object.keys) == ["schemaVersion", "sources"])
    let sources = try #require(object["sources"] as? [[String: Any]])
    #expect(!sources.isEmpty)
    for source in sources {
      #expect(
        Set(source.keys) == [
          "name", "title", "found", "usable", "reason", "remedy", "errorLow", "errorHigh",
          "counters",
        ])
      let name = try #require(source["name"] as? String)
      #expect(text.output.contains("\n\(name) "))
    }
    #expect(sources.last?["name"] as? String == "model")
    #expect(try #require(sources.last?["errorHigh"] as? Double) > 1)
  }

  @Test("the error bars of a source's counters stand in its row")
  func errorBars() {
    let counter = EnergyCounter(
      name: "package-0", component: .cpu, reading: .power, maximumPower: Watts(100),
      error: .relative(0.05), provenance: Provenance(.measured, source: "powercap"),
      resolution: Joules(0.001))
    let table = SourcesCommand.table([
      SourceReport(
        name: "powercap", title: "RAPL", isFound: true, isUsable: true, reason: "one package",
        counters: [counter, counter])
    ])
    #expect(
      table.rows == [["powercap", "yes", "yes", "\(ErrorBar.relative(0.05))", "RAPL: one package"]])
  }
}
