import ErgonEnergy
import ErgonLedger
import ErgonPlot
import Testing

@testable import ErgonLab

@Suite("Charts of runs")
struct RunChartsTests {
  private func run(
    _ subject: String, joules: Double?, side: String? = nil, index: Int = 0, isSampled: Bool = true
  ) -> Run {
    let figure = joules.map {
      Figure(
        Interval(Joules($0), relative: 0.05), Provenance(.measured, source: "powercap package-0"))
    }
    let series = PowerSeries(
      time: [0.1, 0.2, 0.3],
      channels: [
        PowerSeries.Channel(counter: "powercap/package-0", component: .cpu, powerW: [10, 20, 30]),
        PowerSeries.Channel(counter: "powercap/core", component: .cpu, powerW: [5, 6, 7]),
        PowerSeries.Channel(counter: "powercap/dram-0", component: .memory, powerW: [1, 2]),
      ])
    let reading = Reading(
      name: subject, startedAt: 1, duration: Seconds(0.3),
      components: [
        ComponentReading(
          component: .cpu, counter: "powercap/package-0", total: figure, dynamic: figure),
        ComponentReading(component: .cpu, counter: "powercap/core", isInHeadline: false),
        ComponentReading(component: .memory, counter: "powercap/dram-0"),
      ], processors: 2, series: isSampled ? series : nil)
    return Run(
      subject: subject,
      environment: RunEnvironment(
        cpuModel: "Sample CPU", logicalProcessors: 2, architecture: "x86_64", ergonVersion: "0"),
      startedAt: 1, bill: Bill(reading: reading),
      repetition: side.map { Repetition(group: Self.group, side: $0, index: index) })
  }

  private static let group = RunID()

  @Test("one run shows its headline counters with their joules, nested domains aside")
  func power() throws {
    let chart = try #require(RunCharts.power(of: [run("gzip", joules: 6)]))
    #expect(chart.title == "gzip")
    #expect(chart.series.map(\.name) == ["cpu (powercap/package-0)", "memory (powercap/dram-0)"])
    #expect(chart.series.map(\.detail) == ["6.00 J", nil])
    #expect(chart.series[0].y == [10, 20, 30])
    #expect(chart.series[1].y[2].isNaN, "what was not sampled is a gap, not zero")
    #expect(try #require(chart.subtitle).contains("measured"))
    #expect(try #require(chart.subtitle).contains("Sample CPU"))
  }

  @Test("several runs show one line each, and a run without samples is counted out loud")
  func overlay() throws {
    let runs = [
      run("gzip", joules: 6, side: "A"), run("zstd", joules: 3, side: "B"),
      run("gzip", joules: 6, side: "A", index: 1, isSampled: false),
    ]
    let chart = try #require(RunCharts.power(of: runs))
    #expect(chart.series.map(\.name) == ["A: gzip #1", "B: zstd"])
    #expect(chart.series[0].y.prefix(2) == [11, 22])
    #expect(chart.subtitle == "1 of 3 runs not shown: they carry no figure for this chart")
    #expect(RunCharts.power(of: [runs[2]]) == nil)
  }

  @Test("single runs are bars with the error bars of their figures")
  func bars() throws {
    let chart = try #require(
      RunCharts.energy(of: [run("gzip", joules: 10), run("xz", joules: 20)]) as? BarChart)
    #expect(chart.categories == ["gzip", "xz"])
    #expect(chart.series[0].values == [10, 20])
    #expect(chart.series[0].bounds == [9.5...10.5, 19...21])
  }

  @Test("repeats are marks, gathered by subject and side")
  func repeats() throws {
    let runs = [
      run("gzip", joules: 10, side: "A"), run("xz", joules: 20, side: "B"),
      run("gzip", joules: 11, side: "A", index: 1), run("xz", joules: nil, side: "B", index: 1),
    ]
    let chart = try #require(
      RunCharts.energy(of: runs, remark: "half the energy") as? StripChart)
    #expect(chart.groups.map(\.name) == ["A: gzip", "B: xz"])
    #expect(chart.groups.map(\.values) == [[10, 11], [20]])
    #expect(chart.subtitle == "half the energy")
    #expect(RunCharts.energy(of: [runs[3]]) == nil)
  }
}
