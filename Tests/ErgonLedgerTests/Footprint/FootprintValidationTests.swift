import Testing

@testable import ErgonLedger

@Suite("Footprint validation")
struct FootprintValidationTests {
  typealias Kind = FootprintProblem.Kind

  /// A good row, and one change that spoils it.
  static let good =
    #"{"id":"a","name":"A","year":2024,"devices":[{"model":"V100","count":8,"tdpW":300}],"#
    + #""hours":100,"place":{"country":"FR"},"provenance":"declared","version":1}"#

  static func problems(_ replacing: String, _ with: String) throws -> [FootprintProblem] {
    try #require(good.contains(replacing))
    return FootprintRegistry.check(jsonLines: good.replacing(replacing, with: with)).problems
  }

  static let bad: [(String, String, field: String, kind: Kind)] = [
    (#""hours":100"#, #""hours":0"#, "hours", .notPositive(0)),
    (#""hours":100"#, #""hours":-3"#, "hours", .notPositive(-3)),
    (#""hours":100"#, #""hours":"long""#, "hours", .wrongType(expected: "a number")),
    (#""hours":100,"#, #""#, "measuredJoules", .noEnergy),
    (#""hours":100"#, #""hour":100"#, "hour", .unknownField),
    (#""count":8"#, #""count":0"#, "devices[0].count", .notPositive(0)),
    (#""count":8"#, #""count":-1"#, "devices[0].count", .notPositive(-1)),
    (#""count":8,"#, #""#, "devices[0].count", .missing),
    (
      #""V100","count":8,"tdpW":300"#, #""Z9000","count":8"#, "devices[0].model",
      .unknownDevice("Z9000", nearest: [])
    ),
    (
      #""V100","count":8,"tdpW":300"#, #""V100","count":8"#, "devices[0].model",
      .ambiguousDevice("V100", candidates: ["V100 PCIe", "V100 SXM2"])
    ),
    (#""tdpW":300"#, #""tdpW":-300"#, "devices[0].tdpW", .notPositive(-300)),
    (
      #""tdpW":300"#, #""tdpW":300,"utilisation":1.5"#, "devices[0].utilisation",
      .outOfRange(1.5, expected: "above 0 and at most 1")
    ),
    (
      #""FR""#, #""XQ""#, "place.country",
      .unknownCountry("XQ", nearest: [])
    ),
    (#""FR""#, #""56""#, "place.country", .unknownCountry("56", nearest: ["declared"])),
    (#""year":2024"#, #""year":2017"#, "year", .yearOutsideTable(year: 2017, table: 2024)),
    (#""year":2024,"#, #""#, "year", .yearNeeded(table: 2024)),
    (
      #""year":2024"#, #""year":2024,"pue":0.9"#, "pue",
      .outOfRange(0.9, expected: "at least 1")
    ),
    (
      #""year":2024"#, #""year":2024,"intensity":{"value":-1}"#, "intensity.value",
      .outOfRange(-1, expected: "0 to 10000 g/kWh")
    ),
    (
      #""year":2024"#, #""year":2024,"date":"2024-02-30""#, "date",
      .unacceptable("2024-02-30", expected: "a day such as 2024-05-31")
    ),
    (
      #""year":2024"#, #""year":2024,"date":"2023-02-03""#, "date",
      .unacceptable("2023-02-03", expected: "a day of the stated year 2024")
    ),
    (#""id":"a""#, #""id":"""#, "id", .unacceptable("", expected: "1 to 200 printing characters")),
    (#""id":"a","#, #""#, "id", .missing),
    (#""version":1"#, #""version":2"#, "version", .unsupportedVersion(2)),
    (#""declared""#, #""measured""#, "measuredJoules", .missing),
  ]

  @Test("a bad row is refused with its field and its reason", arguments: bad)
  func refused(_ replacing: String, _ with: String, field: String, kind: Kind) throws {
    let problems = try Self.problems(replacing, with)
    let problem = try #require(problems.first)
    #expect(problem.line == 1)
    #expect(problem.field == field)
    if case .unknownCountry = kind {
      guard case .unknownCountry = problem.kind else {
        Issue.record("\(problem)")
        return
      }
    } else {
      #expect(problem.kind == kind)
    }
    #expect(throws: FootprintError.refused(problems)) {
      try FootprintRegistry.read(jsonLines: Self.good.replacing(replacing, with: with))
    }
  }

  @Test(
    "text that is no JSON, or a number that is none, is refused",
    arguments: [
      "not json", "{", "[]", "3", #"{"id":"a""#, good.replacing("100", with: "NaN"),
      good.replacing("100", with: "1e999"), good + good,
    ])
  func malformed(text: String) throws {
    let (registry, problems) = FootprintRegistry.check(jsonLines: text)
    #expect(registry.records.isEmpty)
    #expect(problems.count == 1)
    #expect(problems.first?.line == 1)
  }

  @Test(
    "a number that is not finite is refused in memory, too", arguments: [Double.nan, .infinity])
  func notFinite(value: Double) throws {
    var record = try FootprintRecord(jsonLine: Self.good)
    record.hours = value
    #expect(record.problems().map(\.kind) == [.notFinite])
    record = try FootprintRecord(jsonLine: Self.good)
    record.measuredJoules = value
    #expect(record.problems().map(\.kind) == [.notFinite])
  }

  @Test("the good row is good")
  func accepted() throws {
    let registry = try FootprintRegistry.read(jsonLines: "\u{FEFF}\n" + Self.good + "\r\n\n")
    #expect(registry.records.count == 1)
    #expect(registry.conflicts.isEmpty)
    #expect(registry.footprint(of: registry.records[0]).intensityYear == 2024)
  }

  @Test("the same id with other content is a conflict, the same row twice is one row")
  func duplicates() throws {
    let other = Self.good.replacing(#""name":"A""#, with: #""name":"B""#)
    let text = [Self.good, Self.good, other].joined(separator: "\n")
    var registry = try FootprintRegistry.read(jsonLines: text)
    #expect(registry.records.map(\.name) == ["A"])
    #expect(registry.repeatedRows == 1)
    #expect(registry.conflicts.map(\.kind) == [.duplicate(ofLine: 1)])
    #expect(registry.conflicts.map(\.line) == [3])
    #expect(try registry.add(FootprintRecord(jsonLine: Self.good)) == false)
    #expect(throws: FootprintProblem.self) {
      try registry.add(FootprintRecord(jsonLine: other))
    }
  }

  @Test("joules and design power more than five times apart are a conflict, not an error")
  func disagreement() throws {
    // 8 x 300 W x 100 h = 240 kWh.
    for (kWh, isConflict) in [(47.0, true), (49, false), (1190, false), (1210, true)] {
      let row = Self.good.replacing(
        #""declared""#, with: #""measured","measuredJoules":\#(kWh * 3.6e6)"#)
      let registry = try FootprintRegistry.read(jsonLines: row)
      #expect(registry.records.count == 1)
      #expect(registry.conflicts.isEmpty == !isConflict)
    }
  }

  @Test("every problem says where it is and what to do")
  func words() {
    let (_, problems) = FootprintRegistry.check(
      jsonLines: "\n\n" + Self.good.replacing(#""hours":100"#, with: #""hours":-3"#))
    #expect(
      problems.map(\.description) == [
        "footprint refused: line 3, 'a', hours: must be above 0, is -3.00; "
          + "leave the field out where nothing is known"
      ])
  }

  @Test("a record comes back from its own line")
  func roundTrip() throws {
    for record in StarterRegistry.records {
      #expect(try FootprintRecord(jsonLine: record.jsonLine()) == record)
    }
  }

  @Test("bytes at random never trap")
  func fuzz() {
    var random = Gaussian(seed: 11)
    let source = Array(Self.good.utf8)
    for _ in 0..<300 {
      var bytes = source
      for _ in 0..<3 {
        let place = Int(random.unit() * Double(bytes.count))
        bytes[place] = UInt8(random.unit() * 256)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let (registry, problems) = FootprintRegistry.check(jsonLines: text)
      #expect(registry.records.count + problems.count >= 1)
    }
  }
}
