/// A picture of numbers that can be written as SVG.
///
/// Every chart is plain markup without script: it follows the reader's light or dark setting,
/// prints, carries a title and a description for screen readers, and is the same byte for byte
/// whenever the same numbers are drawn. Values that are not finite are gaps.
///
/// ```swift
/// let chart = LineChart(title: "Power", x: Axis("Time", unit: .seconds),
///   y: Axis("Power", unit: .watts, includesZero: true),
///   series: [LineChart.Series("package", x: time, y: watts)])
/// let file = chart.svg()
/// ```
public protocol Chart: Sendable {
  /// The chart as an SVG document.
  ///
  /// - Parameter isEmbedded: Whether it goes into an ``HTMLPage``, which has the stylesheet
  ///   already.
  func svg(isEmbedded: Bool) -> String
}

extension Chart {
  /// The chart as a file of its own.
  public func svg() -> String { svg(isEmbedded: false) }
}

/// One entry of a legend.
struct LegendEntry {
  let name: String
  /// A figure that belongs to the series, in stronger type: its joules.
  let detail: String?
  let series: Int
  let mark: Mark

  enum Mark { case line, dashed, square, marker }
}
