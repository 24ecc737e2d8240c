import Testing

@testable import ErgonPlot

@Suite("Axes")
struct AxisTests {
  static let linearCases: [(values: [Double], unit: AxisUnit?, title: String, labels: [String])] = [
    ([0, 10], nil, "v", ["0", "2", "4", "6", "8", "10"]),
    ([0, 1], nil, "v", ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([-1, 1], nil, "v", ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    ([0, 0.25], .watts, "v (mW)", ["0", "50", "100", "150", "200", "250"]),
    ([0, 1.5], .watts, "v (mW)", ["0", "500", "1000", "1500"]),
    ([0, 2500], .watts, "v (kW)", ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
    ([0, 90], .seconds, "v (s)", ["0", "20", "40", "60", "80", "100"]),
    ([0, 600], .seconds, "v (min)", ["0", "2", "4", "6", "8", "10"]),
    ([0.1, 0.3], .percent, "v (%)", ["10", "15", "20", "25", "30"]),
    ([0, 5e6], nil, "v", ["0", "10⁶", "2×10⁶", "3×10⁶", "4×10⁶", "5×10⁶"]),
  ]

  @Test("ticks are round numbers in the unit a person would choose", arguments: linearCases)
  func linear(values: [Double], unit: AxisUnit?, title: String, labels: [String]) {
    let axis = AxisLayout(Axis("v", unit: unit), values: values, tickCount: 5, isTight: false)
    #expect(axis.title == title)
    #expect(axis.ticks.map(\.label) == labels)
  }

  static let logarithmicCases: [(values: [Double], count: Int, unit: AxisUnit?, labels: [String])] =
    [
      ([1, 100], 8, nil, ["1", "2", "5", "10", "20", "50", "100"]),
      ([1, 1e4], 5, nil, ["1", "10", "100", "1000", "10\u{2009}000"]),
      ([1e-3, 1e9], 4, nil, ["0.001", "1", "1000", "10⁶", "10⁹"]),
      ([1e-3, 1e3], 8, .joules, ["1 mJ", "10 mJ", "100 mJ", "1 J", "10 J", "100 J", "1 kJ"]),
      ([0.9, 1.3], 4, nil, ["0.9", "1.0", "1.1", "1.2", "1.3"]),
      (
        [1, 1e5], 6, .seconds,
        ["1 s", "10 s", "100 s", "1000 s", "10\u{2009}000 s", "100\u{2009}000 s"]
      ),
      ([5e6, 5e9], 5, .wattHours, ["1 kWh", "10 kWh", "100 kWh", "1 MWh", "10 MWh"]),
    ]

  @Test(
    "logarithmic ticks are powers, or round numbers where the span is short",
    arguments: logarithmicCases)
  func logarithmic(values: [Double], count: Int, unit: AxisUnit?, labels: [String]) {
    let axis = AxisLayout(
      Axis("v", unit: unit, scale: .logarithmic), values: values, tickCount: count,
      isTight: false)
    #expect(axis.ticks.map(\.label) == labels)
  }

  @Test("positions run from 0 to 1, and what cannot be shown has none")
  func positions() {
    let axis = AxisLayout(
      Axis(scale: .logarithmic), values: [1, 100, 0, -5, .nan], tickCount: 5, isTight: true)
    #expect(axis.position(1) == 0 && axis.position(100) == 1 && axis.position(10) == 0.5)
    #expect(axis.position(0) == nil && axis.position(-1) == nil && axis.position(.nan) == nil)
  }

  @Test("the caller's own labels replace the unit")
  func labels() {
    let axis = AxisLayout(
      Axis("year", unit: .seconds, label: { "y\(Int($0))" }), values: [2020, 2024], tickCount: 4,
      isTight: true)
    #expect(axis.title == "year")
    #expect(axis.ticks.map(\.label) == ["y2020", "y2021", "y2022", "y2023", "y2024"])
  }

  @Test(
    "amounts are written in their best multiple",
    arguments: [
      (0.0, AxisUnit.joules, "0 J"), (12.5, .joules, "12.5 J"), (1234, .joules, "1.23 kJ"),
      (3.6e6, .wattHours, "1 kWh"), (1e-12, .joules, "0.001 nJ"), (-2e-3, .watts, "−2 mW"),
      (0.5, .percent, "50 %"), (5400, .seconds, "1.5 h"),
    ])
  func amounts(value: Double, unit: AxisUnit, text: String) { #expect(unit.text(value) == text) }

  @Test(
    "numbers are written short and without exponent letters",
    arguments: [
      (0.0, "0"), (1.0, "1"), (0.002, "0.002"), (1234.0, "1234"), (1.5e9, "1.5×10⁹"),
      (1e-7, "10⁻⁷"), (-1e6, "−10⁶"), (9999.6, "10\u{2009}000"), (.infinity, "∞"), (.nan, "–"),
    ])
  func numbers(value: Double, text: String) { #expect(NumberText.short(value) == text) }

  @Test(
    "coordinates have at most two decimals",
    arguments: [
      (1.0, "1"), (1.005, "1"), (1.234567, "1.23"), (-0.001, "0"), (.nan, "0"),
    ])
  func coordinates(value: Double, text: String) { #expect(NumberText.coordinate(value) == text) }

  @Test("long text is cut with an ellipsis or broken at spaces")
  func text() {
    #expect(MarkupText.fitted("short", size: 12, limit: 100) == "short")
    let cut = MarkupText.fitted("a very long command line --with --flags", size: 12, limit: 80)
    #expect(cut.hasSuffix("…") && MarkupText.width(cut, size: 12) <= 80)
    let lines = MarkupText.wrapped("one two three four five six", size: 12, limit: 60, lines: 2)
    #expect(lines.count == 2 && lines[1].hasSuffix("…"))
    #expect(MarkupText.wrapped("", size: 12, limit: 60, lines: 2) == [])
  }
}
