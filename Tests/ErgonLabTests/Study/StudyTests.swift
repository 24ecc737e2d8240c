import ErgonEnergy
import ErgonLedger
import ErgonPlot
import ErgonWorkload
import Testing
import _ErgonTestSupport

@testable import ErgonLab

/// A paper that says that the sum of the first hundred numbers is 5050.
struct Gauss: Study {
  struct Settings: StudySettings {
    var upTo = 100
    var factor = 1.0
    var isReversed = false
    var label = "sum"
    var weights = [1.0, 2.5]
    static let quick = Settings()
    static let full = Settings(upTo: 1000)
    static let fields = [
      SettingField("upTo", "the last number"), SettingField("factor", unit: "J", "what each costs"),
      SettingField("isReversed", "whether to begin at the end"),
      SettingField("label", "what to call it"), SettingField("weights", "unused"),
    ]
  }

  static let name = "gauss"
  static let summary = "The sum of the first numbers"
  static let paper = Paper(title: "Sums", authors: "C. F. Gauß", year: 1786, id: "doi:10.1/2")

  func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    let sum = try lab.run("add") { observer in
      var sum = 0.0
      for number in 1...settings.upTo {
        sum += Double(number) * settings.factor
        try observer.report(
          WorkloadProgress(completed: Double(number), total: Double(settings.upTo)))
      }
      return sum
    }
    lab.table("Sums", columns: [.text("of"), .number("is")], rows: [["all", "\(sum.value)"]])
    if settings.label == "break" { throw WorkloadStopped(reason: "asked to") }
    return [
      Claim(
        "sum", "The sum is 5050", published: 5050, ours: sum.value, tolerance: .absolute(0)),
      .notComparable("age", "He was nine", published: 9, unit: "a", because: "nobody measured"),
    ]
  }
}

@Suite struct StudyTests {
  private let study = AnyStudy(Gauss.self)

  @Test("a study is one run with its parts as children, its claims as metrics and settings")
  func records() async throws {
    let fixture = try LabFixture()
    let outcome = try await study.run(in: fixture.lab())
    #expect(outcome.claims.map(\.verdict) == [.reproduced, .notComparable])
    #expect(outcome.failures.isEmpty)
    #expect(outcome.tables.count == 1)
    let run = try fixture.ledger.run(outcome.run.id.description)
    #expect(run.kind == .study)
    #expect(run.subject == "gauss")
    #expect(run.state == .complete)
    #expect(run.metrics.contains(Metric(name: "sum", value: 5050)))
    #expect(run.settings["verdict.sum"] == "reproduced")
    #expect(run.settings["verdict.age"] == "not comparable")
    #expect(run.settings["published.sum"] == "5050.00")
    #expect(run.settings["set.upTo"] == "100")
    #expect(run.settings["preset"] == "quick")
    let parts = try fixture.runs(RunQuery(parent: run.id))
    #expect(parts.map(\.subject) == ["add"])
    #expect(parts.map(\.id) == outcome.parts.map(\.id))
    #expect(parts.first?.bill?.reading.parent == "gauss")
  }

  @Test("a claim outside its band is a failure of the study")
  func failures() async throws {
    let fixture = try LabFixture()
    let outcome = try await study.run(in: fixture.lab(), .full)
    #expect(outcome.failures.map(\.id) == ["sum"])
    #expect(outcome.run.state == .complete)
  }

  @Test("a study that is stopped leaves its run and its parts")
  func stopped() async throws {
    let fixture = try LabFixture()
    await #expect(throws: WorkloadStopped.self) {
      try await study.run(in: fixture.lab(), overrides: ["label": "break"])
    }
    let runs = try fixture.runs()
    #expect(Set(runs.map(\.state)) == [.interrupted, .complete])
    #expect(runs.first { $0.kind == .study }?.state == .interrupted)
  }

  @Test("the budget of the whole study stops one of its parts")
  func wholeBudget() async throws {
    let fixture = try LabFixture(model: LabFixture.ravenous)
    let clock = VirtualClock()
    struct Slow: Study {
      typealias Settings = Gauss.Settings
      static let name = "slow"
      static let summary = "Slow"
      static let paper = Gauss.paper
      static let tick = TaskLocal<VirtualClock?>(wrappedValue: nil)
      func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
        try lab.run("part") { observer in
          for step in 0..<100 {
            Self.tick.get()?.advance(by: 0.2)
            try observer.report(WorkloadProgress(completed: Double(step)))
          }
        }
        return []
      }
    }
    await #expect(throws: WorkloadStopped(reason: "energy budget of 1.00 J spent")) {
      try await Slow.tick.withValue(clock) {
        _ = try await AnyStudy(Slow.self).run(in: fixture.lab(clock: clock), budget: Joules(1))
      }
    }
    #expect(try fixture.runs().allSatisfy { $0.state == .interrupted })
  }

  @Test("settings are read as the kind they replace")
  func overrides() throws {
    let values = try study.settings(
      .quick,
      overrides: [
        "upTo": "7", "factor": "2.5", "isReversed": "true", "label": "7", "weights": "3,4",
      ])
    #expect(values.map(\.value) == ["7", "2.5", "true", "7", "3,4"])
    #expect(values.map(\.field.unit) == ["", "J", "", "", ""])
    #expect(try study.settings(.full).first?.value == "1000")
  }

  @Test(
    "a setting that does not fit is refused by name",
    arguments: [
      ("upTo", "many"), ("upTo", "1.5"), ("isReversed", "perhaps"), ("factor", "nan"),
      ("weights", "1,x"),
    ])
  func badValues(name: String, value: String) {
    #expect {
      try study.settings(.quick, overrides: [name: value])
    } throws: { error in
      guard case .invalidSetting("gauss", name, value, _) = error as? LabError else {
        return false
      }
      return true
    }
  }

  @Test("an unknown setting is refused with those there are")
  func unknownSetting() {
    #expect(
      throws: LabError.unknownSetting(
        study: "gauss", name: "upto",
        known: ["upTo", "factor", "isReversed", "label", "weights"])
    ) { try study.settings(.quick, overrides: ["upto": "1"]) }
  }

  @Test("settings that are not described are the author's mistake")
  func undescribed() {
    struct Bad: Study {
      struct Settings: StudySettings {
        var hidden = 1
        static let quick = Settings()
        static let full = Settings()
        static let fields: [SettingField] = []
      }
      static let name = "bad"
      static let summary = "Bad"
      static let paper = Gauss.paper
      func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] { [] }
    }
    #expect(
      throws: LabError.malformedStudy(
        name: "bad", reason: "its setting 'hidden' is not in 'fields'")
    ) { try AnyStudy(Bad.self).settings() }
  }

  @Test("a registry finds a study by its name or the beginning of it")
  func registry() throws {
    let registry = StudyRegistry([study])
    #expect(try registry.study("gauss").name == "gauss")
    #expect(try registry.study("ga").name == "gauss")
    #expect(throws: LabError.unknownStudy(name: "euler", known: ["gauss"])) {
      try registry.study("euler")
    }
    #expect(throws: LabError.self) { try registry.study("") }
  }

  @Test("the noise gate tells a quiet machine from a loud one")
  func noise() {
    var gate = NoiseGate(ControlWorkload(rounds: 10))
    #expect(gate.relativeStandardDeviation == nil)
    #expect(!gate.canResolve(relativeDifference: 10))
    for cost in [0.98, 1.0, 1.02] { gate.add(Seconds(cost)) }
    #expect(abs((gate.relativeStandardDeviation ?? 0) - 0.02) < 1e-12)
    #expect(gate.canResolve(relativeDifference: -0.07))
    #expect(!gate.canResolve(relativeDifference: 0.05))
    #expect(gate.sample() == ControlWorkload(rounds: 10).run())
    #expect(gate.samples.count == 4)
  }
}
