import ArgumentParser
import ErgonLedger
import Foundation
import Testing

@testable import ergon

@Suite("Footprint commands")
struct FootprintCommandTests {
  static let devices: [(String, FootprintRecord.Device?)] = [
    ("8xA100 SXM 80GB", .init(model: "A100 SXM 80GB", count: 8)),
    ("8 x V100@300W:0.6", .init(model: "V100", count: 8, tdpW: 300, utilisation: 0.6)),
    ("V100@300", .init(model: "V100", count: 1, tdpW: 300)),
    ("RTX 4090", .init(model: "RTX 4090", count: 1)),
    ("8x", nil), ("8xV100@hot", nil), ("8xV100:most", nil), ("", nil),
  ]

  @Test("a device is count, model, watts and utilisation", arguments: devices)
  func device(text: String, expected: FootprintRecord.Device?) {
    #expect(DeviceArgument(argument: text)?.device == expected)
  }

  @Test("sections of a survey are named, and a wrong one is refused")
  func sections() throws {
    let (groupings, quality) = try SurveyCommand.sections("source, task,quality,tag:team")
    #expect(groupings == [.source, .task, .tag("team")])
    #expect(quality)
    #expect(throws: CommandError.self) { try SurveyCommand.sections("colour") }
  }

  @Test(
    "command lines that ask nothing or too much are refused",
    arguments: [
      ["what-if", "gpt-3"], ["what-if", "gpt-3", "--place", "FR", "--time", "2"],
      ["what-if", "gpt-3", "--device", "8xT4"], ["what-if", "gpt-3", "--speedup", "2"],
      ["add"], ["add", "--run", "last", "--hours", "3"], ["add", "--id", "a", "--region", "x"],
      ["compare", "a"], ["show"],
    ])
  func refused(arguments: [String]) {
    #expect(throws: (any Error).self) { try FootprintCommand.parseAsRoot(arguments) }
  }

  @Test("every error has its exit code")
  func codes() {
    let problem = FootprintProblem(field: "hours", kind: .missing)
    #expect(ExitStatus(for: problem) == .badData)
    #expect(ExitStatus(for: FootprintError.refused([problem])) == .badData)
    #expect(
      ExitStatus(for: FootprintError.unknownRecord(id: "x", nearest: [])) == .missingInput)
    #expect(
      ExitStatus(for: FootprintError.unwritable(path: "p", reason: "r")) == .cannotCreate)
    #expect(
      ExitStatus(for: FootprintError.invalidParameter(name: "n", value: "v", expected: "e"))
        == .usage)
  }

  @Test("a report that cannot be written is refused before the work")
  func report() async throws {
    let refusal = CommandError.cannotWrite(
      path: "/no/such/r.html",
      reason: "No such file or directory; check the folder and its mode")
    await #expect(throws: refusal) {
      var command = try SurveyCommand.parse([
        "--from", "/no/rows.csv", "--report", "/no/such/r.html",
      ])
      _ = try await command.run()
    }
    try Console.checkFolder(ofFile: "/dev/null")
  }

  @Test("the JSON of a survey has stable keys with their units")
  func json() {
    let object = SurveyCommand.json(Survey(of: StarterRegistry.registry))
    for key in [
      "rows", "energyKWh", "carbonKgCO2e", "sections", "shares", "excluded", "qualities",
      "carbonAgainstEnergy", "remarks",
    ] { #expect(object[key] != nil) }
    #expect(object["rows"] == .integer(17))
  }

  @Test("a row that was added is found again; a bad one leaves the file as it was")
  func add() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/ergon-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let good = [
      "--registry", path, "--id", "m", "--device", "8xV100@300", "--hours", "100", "--place", "FR",
      "--year", "2024", "--quiet",
    ]
    var command = try FootprintAdd.parse(good)
    try await command.run()
    let record = try RegistryOptions.parse(["--registry", path]).record("m")
    #expect(record.devices == [.init(model: "V100", count: 8, tdpW: 300)])
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for bad in [
      ["--hours", "0"], ["--place", "XQ"], ["--year", "2001"], ["--device", "8xZ9000"],
      ["--hours", "nan"],
    ] {
      await #expect(throws: (any Error).self) {
        var command = try FootprintAdd.parse(good + ["--id", "n"] + bad)
        try await command.run()
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }
}
