import Foundation
import Testing

@testable import ErgonPlot

/// The golden files are the charts as they were looked at and found good.
///
/// After a wanted change: `ERGON_RECORD=1 scripts/test --filter GoldenChart`, look at every file
/// in Tests/ErgonPlotTests/Golden, then commit them.
@Suite("Charts against their golden files")
struct GoldenChartTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  private func check(_ text: String, _ name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["ERGON_RECORD"] != nil {
      try FileManager.default.createDirectory(
        at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lines = (text.split(separator: "\n"), expected.split(separator: "\n"))
    let difference = zip(lines.0, lines.1).enumerated().first { $1.0 != $1.1 }
    #expect(
      text == expected,
      "line \((difference?.offset ?? min(lines.0.count, lines.1.count)) + 1) differs")
  }

  @Test("each kind of chart is drawn as recorded", arguments: SampleCharts.all.map(\.name))
  func charts(name: String) throws {
    let chart = try #require(SampleCharts.all.first { $0.name == name }?.chart)
    try check(chart.svg(), "\(name).svg")
  }

  @Test("the report page is written as recorded")
  func page() throws { try check(SampleCharts.page.render(), "page.html") }
}
