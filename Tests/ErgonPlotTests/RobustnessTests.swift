import Foundation
import Testing

@testable import ErgonPlot

@Suite("Charts of difficult numbers")
struct RobustnessTests {
  static let values: [[Double]] = [
    [], [.nan], [0], [0, 0, 0], [.infinity, 1, -.infinity], [1e308, -1e308],
    [.leastNonzeroMagnitude, .leastNormalMagnitude],
    [-1, -2, -3], [1e15, 1e15 + 1], [0.1 + 0.2, 0.3], [1e-12, 1e12], [.nan, 3, .nan, 4],
    (0..<1000).map { $0 % 7 == 0 ? .nan : Double($0) },
  ]

  @Test("no number breaks a chart: nothing but finite coordinates comes out", arguments: values)
  func finite(values: [Double]) {
    for scale in [Axis.Scale.linear, .logarithmic] {
      let axis = Axis("value", unit: .joules, scale: scale)
      let points = values.map { ScatterChart.Point(x: $0, y: $0, label: "p") }
      let charts: [any Chart] = [
        LineChart(
          title: "t", x: axis, y: axis,
          series: [
            LineChart.Series(
              "s", x: values, y: values.reversed(),
              band: LineChart.Band(low: values, high: values))
          ]),
        BarChart(
          title: "t", categories: values.map { _ in "c" }, axis: axis,
          series: [
            BarChart.Series("a", values: values), BarChart.Series("b", values: values),
          ], arrangement: scale == .linear ? .stacked : .grouped, isHorizontal: scale == .linear),
        ScatterChart(
          title: "t", x: axis, y: axis, series: [ScatterChart.Series("s", points: points)],
          guides: [ScatterChart.Guide("g", points: points)]),
        IntervalChart(
          title: "t", axis: axis, rows: values.map { IntervalChart.Row("r", value: $0) }),
        StripChart(title: "t", axis: axis, groups: [StripChart.Group("g", values: values)]),
      ]
      for chart in charts {
        let svg = chart.svg()
        #expect(
          svg.range(of: "=\"[^\"]*(nan|inf)[^\"]*\"", options: [.regularExpression]) == nil)
      }
    }
  }

  @Test("a gap breaks the line, and a lone value between gaps is a dot")
  func gaps() {
    let points = [1.0, .nan, 3, .nan, 5, 6].enumerated().map { index, y in
      y.isNaN ? nil : Polyline.Point(x: Double(index) * 10, y: y)
    }
    #expect(Polyline.data(points) == "M0 1h0M20 3h0M40 5L50 6")
  }

  @Test("a million points are thinned to the width of the picture and keep every peak")
  func thinning() {
    let points = (0..<1_000_000).map { index in
      Polyline.Point(
        x: Double(index) * 700 / 1_000_000, y: index == 123_456 ? 999 : Double(index % 10))
    }
    let kept = Polyline.thinned(points)
    #expect(kept.count <= 4 * 700)
    #expect(kept.contains { $0.y == 999 })
    #expect(kept.first == points.first && kept.last == points.last)
  }

  @Test("a line is cut at the border of its area")
  func clipping() throws {
    let inside = try #require(
      Polyline.clipped(
        from: Polyline.Point(x: -10, y: 5), to: Polyline.Point(x: 20, y: 5), x: 0...10, y: 0...10))
    #expect(inside.0 == Polyline.Point(x: 0, y: 5) && inside.1 == Polyline.Point(x: 10, y: 5))
    #expect(
      Polyline.clipped(
        from: Polyline.Point(x: -5, y: 20), to: Polyline.Point(x: 5, y: 30), x: 0...10, y: 0...10)
        == nil)
  }
}
