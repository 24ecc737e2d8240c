import Foundation
import Testing

@testable import ErgonPlot

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Charts and pages as markup")
struct MarkupTests {
  /// Whether a text is well-formed XML; entities and script would show here.
  private func elements(_ xml: String) throws -> [String] {
    final class Collector: NSObject, XMLParserDelegate {
      var names: [String] = []
      func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?,
        qualifiedName _: String?, attributes _: [String: String]
      ) { names.append(name) }
    }
    let parser = XMLParser(data: Data(xml.utf8))
    let collector = Collector()
    parser.delegate = collector
    try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    return collector.names
  }

  static let hostile = "<script>alert('x')</script> & \"q\" \u{0}\u{1B}[31m ]]> é 😀"

  @Test("hostile text stays text in every chart")
  func escaping() throws {
    let t = Self.hostile
    let axis = Axis(t)
    let charts: [any Chart] = [
      LineChart(
        title: t, subtitle: t, x: axis, y: axis,
        series: [LineChart.Series(t, detail: t, x: [0, 1], y: [1, 2])]),
      BarChart(
        title: t, categories: [t], axis: axis,
        series: [BarChart.Series(t, values: [1]), BarChart.Series(t, values: [2])]),
      ScatterChart(
        title: t, x: axis, y: axis,
        series: [ScatterChart.Series(t, points: [ScatterChart.Point(x: 1, y: 1, label: t)])],
        guides: [ScatterChart.Guide(t, points: [])]),
      IntervalChart(
        title: t, axis: axis, rows: [IntervalChart.Row(t, value: 2, bounds: 1...3, note: t)],
        sides: (t, t)),
      StripChart(title: t, axis: axis, groups: [StripChart.Group(t, values: [1, 2, 3])]),
    ]
    for chart in charts {
      let names = try elements(chart.svg())
      #expect(!names.contains("script"))
      #expect(names.contains("title") && names.contains("desc"))
    }
  }

  @Test("hostile text stays text in every part of a page")
  func pageEscaping() {
    let t = Self.hostile
    let page = HTMLPage(
      title: t, subtitle: t, language: "\"><script>",
      sections: [
        HTMLPage.Section(
          t,
          [
            .heading(t), .paragraph(t), .note(t), .list([t]), .code(t),
            .facts([HTMLPage.Fact(t, t)]), .verdict(HTMLPage.Badge(t, .good), t),
            .table(
              HTMLPage.Table(
                columns: [.text(t)], rows: [[.text(t)], [.badge(HTMLPage.Badge(t, .bad))], []],
                caption: t)),
          ])
      ], footer: t)
    let html = page.render()
    #expect(!html.contains("<script") && !html.contains("\u{0}"))
    #expect(html.components(separatedBy: "&lt;script&gt;alert").count == 19)
  }

  @Test("a page loads nothing and runs nothing")
  func selfContained() {
    let html = SampleCharts.page.render()
    for forbidden in ["<script", "src=", "href=", "url(", "@import", " style=", " on"] {
      let place = html.range(of: forbidden)
      // " on" may occur in words; as an attribute it is followed by a name and "=".
      if forbidden == " on" {
        #expect(html.range(of: " on[a-z]+=", options: .regularExpression) == nil)
      } else {
        #expect(place == nil, "\(forbidden)")
      }
    }
    #expect(html.components(separatedBy: "<style>").count == 2, "one stylesheet")
  }

  @Test("a chart for a page is the same chart without its stylesheet")
  func embedded() throws {
    let whole = SampleCharts.strip.svg()
    let part = SampleCharts.strip.svg(isEmbedded: true)
    #expect(part == whole.replacing("<style>\(ChartStyle.sheet)</style>\n", with: ""))
    _ = try elements(part)
  }

  @Test("drawing twice gives the same bytes")
  func deterministic() {
    for (_, chart) in SampleCharts.all { #expect(chart.svg() == chart.svg()) }
    #expect(SampleCharts.page.render() == SampleCharts.page.render())
  }
}
