import ErgonEnergy
import ErgonLedger
import Testing

@testable import ErgonLab

@Suite struct StudyReportTests {
  static let outcome: StudyOutcome = {
    let place = RunEnvironment(
      cpuModel: "Abacus <9000>", logicalProcessors: 2, architecture: "test", ergonVersion: "0.0")
    let energy = Figure(
      Interval(Joules(6), factor: 2), Provenance(.estimated, source: "model", version: "1"))
    let reading = Reading(
      name: "gauss", startedAt: 0, duration: Seconds(2),
      components: [ComponentReading(component: .cpu, counter: "model", dynamic: energy)],
      cpu: CPUTime(user: Seconds(2)), processors: 2)
    let run = Run(
      id: RunID("01J9X3ZZZZZZZZZZZZZZZZZZZZ")!, subject: "gauss", kind: .study,
      environment: place, startedAt: 0, state: .complete, bill: Bill(reading: reading))
    return StudyOutcome(
      name: "gauss", summary: "Sums & more", paper: Gauss.paper, preset: .quick,
      settings: [SettingValue(field: SettingField("upTo", "the last number"), value: "100")],
      claims: [
        Claim("sum", "The sum is 5050", published: 5050, ours: 5050, tolerance: .absolute(0)),
        Claim(
          "time", "It takes a minute", published: 60, ours: 80, spread: 75...85, unit: "s",
          tolerance: .relative(0.1)),
        .notComparable("age", "He was nine", published: 9, unit: "a", because: "nobody measured"),
      ], run: run)
  }()

  @Test("the object for programs has stable keys with their units")
  func json() throws {
    let text = String(decoding: try StudyReport(Self.outcome).json(), as: UTF8.self)
    #expect(
      text == """
        {
          "asExpected" : false,
          "claims" : [
            {
              "band" : "exactly",
              "expected" : "reproduced",
              "id" : "sum",
              "ours" : 5050,
              "published" : 5050,
              "statement" : "The sum is 5050",
              "unit" : "",
              "verdict" : "reproduced"
            },
            {
              "band" : "±10.00 %",
              "expected" : "reproduced",
              "id" : "time",
              "ours" : 80,
              "oursHigh" : 85,
              "oursLow" : 75,
              "published" : 60,
              "statement" : "It takes a minute",
              "unit" : "s",
              "verdict" : "not reproduced"
            },
            {
              "band" : "exactly",
              "expected" : "not comparable",
              "id" : "age",
              "published" : 9,
              "remark" : "nobody measured",
              "statement" : "He was nine",
              "unit" : "a",
              "verdict" : "not comparable"
            }
          ],
          "cpuS" : 2,
          "durationS" : 2,
          "energyJ" : {
            "best" : 6,
            "high" : 12,
            "low" : 3,
            "provenance" : "estimated",
            "source" : "model"
          },
          "environment" : {
            "accelerators" : [

            ],
            "architecture" : "test",
            "cpuModel" : "Abacus <9000>",
            "ergonVersion" : "0.0",
            "logicalProcessors" : 2
          },
          "paper" : {
            "authors" : "C. F. Gauß",
            "id" : "doi:10.1/2",
            "title" : "Sums",
            "year" : 1786
          },
          "parts" : [

          ],
          "preset" : "quick",
          "run" : "01J9X3ZZZZZZZZZZZZZZZZZZZZ",
          "settings" : [
            {
              "name" : "upTo",
              "unit" : "",
              "value" : "100"
            }
          ],
          "study" : "gauss",
          "summary" : "Sums & more",
          "verdicts" : {
            "not comparable" : 1,
            "not reproduced" : 1,
            "partly" : 0,
            "reproduced" : 1
          }
        }
        """)
  }

  @Test(
    "the page for people holds claims, bill, settings and place, all escaped",
    arguments: [
      "<title>Sums &amp; more</title>", "C. F. Gauß (1786). Sums. https://doi.org/10.1/2",
      "3 claims: 1 reproduced, 1 not reproduced, 1 not comparable.",
      "<td>The sum is 5050</td>", "80.00 s (75.0 … 85.0)", "age: nobody measured",
      "Source: estimated: model (1).", "<td>the last number</td>",
      "ergon study run gauss --quick --set upTo=100", "Abacus &lt;9000&gt;",
      "Ergon 0.0, study gauss (quick), run 01J9X3ZZZZZZZZZZZZZZZZZZZZ",
    ])
  func html(part: String) {
    #expect(StudyReport(Self.outcome).html().contains(part))
  }

  @Test("the page loads nothing from elsewhere")
  func selfContained() {
    let html = StudyReport(Self.outcome).html()
    #expect(!html.contains("<script"))
    #expect(!html.contains("src=\"http"))
    #expect(!html.contains("href=\"http"))
  }
}
