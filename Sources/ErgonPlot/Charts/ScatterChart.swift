/// Two quantities against each other, a mark for each thing; often on logarithmic axes.
///
/// Labels are written where they hit neither a mark nor another label, and left to the tooltip
/// where they would.
public struct ScatterChart: Chart {
  /// One thing.
  public struct Point: Sendable {
    public var x: Double
    public var y: Double
    public var label: String?

    public init(x: Double, y: Double, label: String? = nil) {
      self.x = x
      self.y = y
      self.label = label
    }
  }

  /// Things of one kind, drawn with one colour and one shape.
  public struct Series: Sendable {
    public var name: String
    public var points: [Point]

    public init(_ name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// A line for orientation: a fit, a front, equal intensity.
  public struct Guide: Sendable {
    public var name: String
    public var points: [Point]

    public init(_ name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  public var title: String
  public var subtitle: String?
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var guides: [Guide]
  public var width: Double
  public var height: Double

  public init(
    title: String, subtitle: String? = nil, x: Axis, y: Axis, series: [Series],
    guides: [Guide] = [], width: Double = 760, height: Double = 460
  ) {
    self.title = title
    self.subtitle = subtitle
    self.x = x
    self.y = y
    self.series = series
    self.guides = guides
    self.width = max(width, 320)
    self.height = max(height, 200)
  }

  public func svg(isEmbedded: Bool) -> String {
    let points = series.enumerated().map {
      LegendEntry(name: $1.name, detail: nil, series: $0, mark: .marker)
    }
    let lines = guides.enumerated().map {
      LegendEntry(name: $1.name, detail: nil, series: guideColour($0), mark: .dashed)
    }
    var frame = ChartFrame(
      width: width, title: title, subtitle: subtitle,
      legend: series.count > 1 || !guides.isEmpty ? points + lines : [])
    frame.reserve(height: height, hasXTitle: true, hasYTitle: true)
    frame.padding = 8
    let all = series.flatMap(\.points)
    let yAxis = AxisLayout(
      y, values: all.map(\.y), tickCount: frame.verticalTickCount, isTight: false)
    frame.inset(left: 0, right: 12)
    frame.drawYAxis(yAxis)
    let xAxis = AxisLayout(
      x, values: all.map(\.x), tickCount: frame.tickCount(labelWidth: 50), isTight: false)
    frame.drawXAxis(xAxis, hasGrid: true)
    frame.drawBaseline()
    for (index, guide) in guides.enumerated() {
      let style = "ep-thin \(ChartStyle.stroke(guideColour(index)))"
      let visible = guide.points.map { place($0, frame, xAxis, yAxis) }
      frame.canvas.path(Polyline.data(clipped(visible, frame)), style)
    }
    draw(in: &frame, xAxis, yAxis)
    return frame.document(
      title: title,
      description: "Scatter chart of \(yAxis.title) over \(xAxis.title), \(all.count) points: "
        + series.map { "\($0.name), \($0.points.count)" }.joined(separator: "; ") + ".",
      isEmbedded: isEmbedded)
  }

  /// Guides take the colours from the far end of the palette.
  private func guideColour(_ index: Int) -> Int { ChartStyle.seriesCount - 2 - index % 4 }

  private func place(
    _ point: Point, _ frame: ChartFrame, _ xAxis: AxisLayout, _ yAxis: AxisLayout
  ) -> Polyline.Point? {
    guard let px = frame.x(xAxis, point.x), let py = frame.y(yAxis, point.y) else { return nil }
    return Polyline.Point(x: px, y: py)
  }

  /// A guide cut where it leaves the area.
  private func clipped(_ points: [Polyline.Point?], _ frame: ChartFrame) -> [Polyline.Point?] {
    var result: [Polyline.Point?] = []
    for (a, b) in zip(points, points.dropFirst()) {
      guard let a, let b,
        let part = Polyline.clipped(
          from: a, to: b, x: frame.left...frame.right, y: frame.top...frame.bottom)
      else {
        result.append(nil)
        continue
      }
      if result.last != part.0 { result += [nil, part.0] }
      result.append(part.1)
    }
    return result
  }

  private func draw(in frame: inout ChartFrame, _ xAxis: AxisLayout, _ yAxis: AxisLayout) {
    var labels = LabelPlacer(x: frame.left...frame.right, y: frame.top...frame.bottom)
    var wanted: [(text: String, at: Polyline.Point)] = []
    for (index, series) in series.enumerated() {
      for point in series.points {
        guard let at = place(point, frame, xAxis, yAxis) else { continue }
        let amounts = "\(text(point.x, x)), \(text(point.y, y))"
        frame.canvas.marker(
          series: index, x: at.x, y: at.y, "ep-dot ep-halo \(ChartStyle.fill(index))",
          tip: "\(point.label ?? series.name): \(amounts)")
        labels.block(at)
        if let label = point.label { wanted.append((label, at)) }
      }
    }
    for (text, at) in wanted {
      let short = MarkupText.fitted(text, size: 12, limit: 180)
      guard let spot = labels.place(width: MarkupText.width(short, size: 12), at: at) else {
        continue
      }
      frame.canvas.text(short, x: spot.x, y: spot.y, "ep-tick", anchor: spot.anchor)
    }
  }

  private func text(_ value: Double, _ axis: Axis) -> String {
    axis.label?(value) ?? axis.unit?.text(value) ?? NumberText.short(value)
  }
}
