/// Values over a continuous quantity, as lines: power over time, loss over steps.
///
/// A long series is thinned to what the picture can show: of the points in one column of pixels
/// the first, the lowest, the highest and the last stay, so that no peak is lost.
public struct LineChart: Chart {
  /// One line.
  public struct Series: Sendable {
    public var name: String
    /// A figure shown beside the name in the legend: `12.3 J`.
    public var detail: String?
    public var x: [Double]
    public var y: [Double]
    /// Lower and upper bounds around the line.
    public var band: Band?

    /// - Precondition: `x` and `y` have the same length, as have the bounds of the band.
    public init(_ name: String, detail: String? = nil, x: [Double], y: [Double], band: Band? = nil)
    {
      precondition(
        x.count == y.count
          && band.map { $0.low.count == x.count && $0.high.count == x.count }
            ?? true,
        "LineChart: series '\(name)' needs one y (and one band) for each x")
      self.name = name
      self.detail = detail
      self.x = x
      self.y = y
      self.band = band
    }
  }

  /// Bounds around a line.
  public struct Band: Sendable {
    public var low: [Double]
    public var high: [Double]

    public init(low: [Double], high: [Double]) {
      self.low = low
      self.high = high
    }
  }

  public var title: String
  public var subtitle: String?
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var width: Double
  public var height: Double
  /// Whether the space below each line is tinted; only on an axis that includes zero.
  public var isFilled: Bool

  /// - Parameter isFilled: Tints the space between each line and zero.
  public init(
    title: String, subtitle: String? = nil, x: Axis, y: Axis, series: [Series],
    isFilled: Bool = false, width: Double = 760, height: Double = 400
  ) {
    self.title = title
    self.subtitle = subtitle
    self.x = x
    self.y = y
    self.series = series
    self.isFilled = isFilled
    self.width = max(width, 320)
    self.height = max(height, 200)
  }

  public func svg(isEmbedded: Bool) -> String {
    let needsLegend = series.count > 1 || series.contains { $0.detail != nil }
    var frame = ChartFrame(
      width: width, title: title, subtitle: subtitle,
      legend: needsLegend
        ? series.enumerated().map {
          LegendEntry(name: $1.name, detail: $1.detail, series: $0, mark: .line)
        } : [])
    frame.reserve(height: height, hasXTitle: true, hasYTitle: true)
    let yAxis = AxisLayout(
      y, values: series.flatMap { $0.y + ($0.band.map { $0.low + $0.high } ?? []) },
      tickCount: frame.verticalTickCount, isTight: false)
    frame.drawYAxis(yAxis)
    let xAxis = AxisLayout(
      x, values: series.flatMap(\.x), tickCount: frame.tickCount(labelWidth: 44), isTight: true)
    frame.drawXAxis(xAxis, hasGrid: false)
    for (index, series) in series.enumerated() {
      drawSurfaces(of: series, index, in: &frame, xAxis, yAxis)
    }
    for (index, series) in series.enumerated() {
      let points = positions(series.x, series.y, frame, xAxis, yAxis)
      frame.canvas.path(Polyline.data(points), "ep-line \(ChartStyle.stroke(index))")
    }
    frame.drawBaseline()
    return frame.document(
      title: title, description: description(xAxis, yAxis), isEmbedded: isEmbedded)
  }

  private func drawSurfaces(
    of series: Series, _ index: Int, in frame: inout ChartFrame, _ xAxis: AxisLayout,
    _ yAxis: AxisLayout
  ) {
    let style = "ep-band \(ChartStyle.fill(index))"
    if let band = series.band {
      let low = positions(series.x, band.low, frame, xAxis, yAxis)
      let high = positions(series.x, band.high, frame, xAxis, yAxis)
      frame.canvas.path(Polyline.surface(between: low, and: high), style)
    } else if isFilled, y.includesZero, let zero = frame.y(yAxis, 0) {
      let points = positions(series.x, series.y, frame, xAxis, yAxis)
      let base = points.map { $0.map { Polyline.Point(x: $0.x, y: zero) } }
      frame.canvas.path(Polyline.surface(between: base, and: points), style)
    }
  }

  private func positions(
    _ x: [Double], _ y: [Double], _ frame: ChartFrame, _ xAxis: AxisLayout, _ yAxis: AxisLayout
  ) -> [Polyline.Point?] {
    zip(x, y).map { x, y in
      guard let px = frame.x(xAxis, x), let py = frame.y(yAxis, y) else { return nil }
      return Polyline.Point(x: px, y: py)
    }
  }

  private func description(_ xAxis: AxisLayout, _ yAxis: AxisLayout) -> String {
    let lines = series.map { "\($0.name)\($0.detail.map { ", \($0)" } ?? "")" }
    return "Line chart of \(yAxis.title) from \(yAxis.ticks.first?.label ?? "") to "
      + "\(yAxis.ticks.last?.label ?? "") over \(xAxis.title). "
      + "Lines: \(lines.joined(separator: "; "))."
  }
}
