import ErgonEnergy
import ErgonLedger
import ErgonPlot
import Foundation
import Testing

@testable import ergon

@Suite("ergon plot")
struct PlotCommandTests {
  private let folder = NSTemporaryDirectory() + "ergon-plot-\(UUID().uuidString)"

  private func withLedger(_ runs: [Run], _ body: (Ledger) throws -> Void) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let ledger = Ledger(path: folder + "/ledger.sqlite")
    try ledger.save(runs)
    try body(ledger)
  }

  private func run(
    _ subject: String, joules: Double?, startedAt: Double, repetition: Repetition? = nil,
    isSampled: Bool = false
  ) -> Run {
    let figure = joules.map {
      Figure(Interval(Joules($0), relative: 0.05), Provenance(.measured, source: "powercap"))
    }
    let series = PowerSeries(
      time: [0.5, 1],
      channels: [.init(counter: "powercap/package-0", component: .cpu, powerW: [10, 12])])
    let reading = Reading(
      name: subject, startedAt: startedAt, duration: Seconds(1),
      components: [
        ComponentReading(component: .cpu, counter: "powercap/package-0", dynamic: figure)
      ], processors: 2, series: isSampled ? series : nil)
    return Run(
      subject: subject,
      environment: RunEnvironment(logicalProcessors: 2, architecture: "x86_64", ergonVersion: "0"),
      startedAt: startedAt, state: .complete, bill: Bill(reading: reading),
      repetition: repetition)
  }

  @Test("a sampled run comes back from the ledger as a line of watts")
  func series() throws {
    let sampled = run("gzip", joules: 11, startedAt: 1, isSampled: true)
    try withLedger([sampled]) { ledger in
      let found = try PlotCommand.runs(named: ["last", sampled.id.description], in: ledger)
      #expect(found.map(\.id) == [sampled.id], "a run named twice is drawn once")
      let chart = try #require(try PlotCommand.chart(of: found, .series, ledger) as? LineChart)
      #expect(chart.series.map(\.y) == [[10, 12]])
      #expect(chart.svg().hasPrefix("<svg "))
    }
  }

  @Test("a group of repeats stands for its runs, and the verdict stands below the title")
  func compare() throws {
    let group = RunID()
    var runs: [Run] = []
    for index in 0..<4 {
      let extra = 0.1 * Double(index % 3)
      let repetition = { (side: String) in
        Repetition(group: group, side: side, index: index, isInterleaved: true)
      }
      runs.append(
        run("gzip", joules: 10 + extra, startedAt: Double(index), repetition: repetition("A")))
      runs.append(
        run("xz", joules: 20 + extra, startedAt: Double(index), repetition: repetition("B")))
    }
    try withLedger(runs) { ledger in
      let found = try PlotCommand.runs(named: [group.description], in: ledger)
      #expect(found.count == 8)
      let chart = try #require(try PlotCommand.chart(of: found, .compare, ledger) as? StripChart)
      #expect(chart.groups.map(\.name) == ["A: gzip", "B: xz"])
      #expect(chart.groups.map(\.values.count) == [4, 4])
      #expect(try #require(chart.subtitle).contains("0.50"))
    }
  }

  @Test("what cannot be drawn is said, with what to do")
  func refused() throws {
    let bare = run("sleep", joules: nil, startedAt: 1)
    try withLedger([bare]) { ledger in
      #expect(throws: LedgerError.unknownRun("ZZZ")) {
        try PlotCommand.runs(named: ["ZZZ"], in: ledger)
      }
      for kind in PlotCommand.Kind.allCases {
        #expect {
          _ = try PlotCommand.chart(of: [bare], kind, ledger)
        } throws: {
          ($0 as? CommandError)?.status == .missingInput
        }
      }
    }
  }
}
