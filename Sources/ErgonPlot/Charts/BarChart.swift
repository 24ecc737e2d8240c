/// Amounts of separate things, as bars: grouped side by side or stacked, with error bars.
///
/// Lying bars (`isHorizontal`) leave room for long names such as command lines, and grow the
/// chart with their number.
public struct BarChart: Chart {
  /// One colour: a value for each category.
  public struct Series: Sendable {
    public var name: String
    /// `nil` leaves the place empty.
    public var values: [Double?]
    /// Bounds of each value; `nil` for a bar without an error bar.
    public var bounds: [ClosedRange<Double>?]

    public init(_ name: String, values: [Double?], bounds: [ClosedRange<Double>?] = []) {
      self.name = name
      self.values = values
      self.bounds = bounds
    }

    func value(_ index: Int) -> Double? {
      guard values.indices.contains(index), let value = values[index], value.isFinite else {
        return nil
      }
      return value
    }

    func bound(_ index: Int) -> ClosedRange<Double>? {
      bounds.indices.contains(index) ? bounds[index] : nil
    }
  }

  /// How the series of a category share its place.
  public enum Arrangement: Sendable, Hashable {
    case grouped
    /// On top of each other; meant for amounts that add up, none of them negative.
    case stacked
  }

  public var title: String
  public var subtitle: String?
  /// The names of the categories.
  public var categories: [String]
  /// The axis of the amounts.
  public var axis: Axis
  public var series: [Series]
  public var arrangement: Arrangement
  public var isHorizontal: Bool
  public var width: Double
  /// The height of a chart with standing bars.
  public var height: Double

  public init(
    title: String, subtitle: String? = nil, categories: [String], axis: Axis, series: [Series],
    arrangement: Arrangement = .grouped, isHorizontal: Bool = false, width: Double = 760,
    height: Double = 400
  ) {
    self.title = title
    self.subtitle = subtitle
    self.categories = categories
    self.axis = axis
    // A bar's length means its amount only if it begins at zero.
    self.axis.includesZero = true
    self.axis.scale = .linear
    self.series = series
    self.arrangement = arrangement
    self.isHorizontal = isHorizontal
    self.width = max(width, 320)
    self.height = max(height, 200)
  }

  public func svg(isEmbedded: Bool) -> String {
    var frame = ChartFrame(
      width: width, title: title, subtitle: subtitle,
      legend: series.count < 2
        ? []
        : series.enumerated().map {
          LegendEntry(name: $1.name, detail: nil, series: $0, mark: .square)
        })
    let layout = isHorizontal ? prepareLying(&frame) : prepareStanding(&frame)
    for category in categories.indices { draw(category, in: &frame, layout) }
    if let zero = place(layout, 0, frame) {
      if isHorizontal {
        frame.canvas.line(zero, frame.top, zero, frame.bottom, "ep-axis")
      } else {
        frame.canvas.line(frame.left, zero, frame.right, zero, "ep-axis")
      }
    }
    return frame.document(
      height: isHorizontal ? nil : height, title: title,
      description: "Bar chart of \(layout.title). \(summary)", isEmbedded: isEmbedded)
  }

  private var summary: String {
    categories.enumerated().prefix(40).map { index, name in
      let amounts = series.map { series in
        (self.series.count > 1 ? "\(series.name) " : "")
          + (series.value(index).map(text) ?? "no value")
      }
      return "\(name): \(amounts.joined(separator: ", "))"
    }.joined(separator: "; ")
  }

  private func text(_ value: Double) -> String {
    axis.label?(value) ?? axis.unit?.text(value) ?? NumberText.short(value)
  }

  private var extents: [Double] {
    categories.indices.flatMap { index -> [Double] in
      let values = series.compactMap { $0.value(index) }
      let bounds = series.compactMap { $0.bound(index) }
      let single = bounds.flatMap { [$0.lowerBound, $0.upperBound] } + values
      guard arrangement == .stacked else { return single }
      return [values.filter { $0 > 0 }.reduce(0, +), values.filter { $0 < 0 }.reduce(0, +)]
    }
  }

  private func prepareStanding(_ frame: inout ChartFrame) -> AxisLayout {
    frame.reserve(height: height, hasXTitle: false, hasYTitle: !axis.title.isEmpty)
    let layout = AxisLayout(
      axis, values: extents, tickCount: frame.verticalTickCount, isTight: false)
    frame.drawYAxis(layout)
    let slot = (frame.right - frame.left) / Double(max(categories.count, 1))
    for (index, name) in categories.enumerated() {
      let fitted = MarkupText.fitted(name, size: 12, limit: slot - 8)
      frame.canvas.text(
        fitted, x: frame.left + (Double(index) + 0.5) * slot, y: frame.bottom + 19, "ep-tick",
        anchor: .middle, tip: fitted == name ? nil : name)
    }
    return layout
  }

  private func prepareLying(_ frame: inout ChartFrame) -> AxisLayout {
    let lanes = arrangement == .grouped ? max(series.count, 1) : 1
    let slot = Double(lanes) * 18 + 16
    frame.reserve(
      height: frame.top + slot * Double(categories.count) + 54, hasXTitle: true, hasYTitle: false)
    let limit = (frame.right - frame.left) * 0.36
    let widest = categories.map { MarkupText.width($0, size: 12.5) }.max() ?? 0
    let valueRoom = isSingle ? 74.0 : 8
    frame.inset(left: min(widest, limit) + 12, right: valueRoom)
    let layout = AxisLayout(
      axis, values: extents, tickCount: frame.tickCount(labelWidth: 44), isTight: false)
    frame.drawXAxis(layout, hasGrid: true)
    for (index, name) in categories.enumerated() {
      let fitted = MarkupText.fitted(name, size: 12.5, limit: limit)
      frame.canvas.text(
        fitted, x: frame.left - 10, y: frame.top + (Double(index) + 0.5) * slot + 4.5, "ep-name",
        anchor: .end, tip: fitted == name ? nil : name)
    }
    return layout
  }

  /// Where an amount lies along the direction of the bars.
  private func place(_ layout: AxisLayout, _ value: Double, _ frame: ChartFrame) -> Double? {
    isHorizontal ? frame.x(layout, value) : frame.y(layout, value)
  }

  /// One series or one stack: its end may carry its value as text.
  private var isSingle: Bool { series.count == 1 || arrangement == .stacked }

  private func draw(_ category: Int, in frame: inout ChartFrame, _ layout: AxisLayout) {
    let extent = isHorizontal ? frame.bottom - frame.top : frame.right - frame.left
    let slot = extent / Double(max(categories.count, 1))
    let start = (isHorizontal ? frame.top : frame.left) + slot * Double(category)
    let lanes = arrangement == .grouped ? max(series.count, 1) : 1
    let thickness = min((slot - min(16, slot * 0.3)) / Double(lanes), isHorizontal ? 18 : 56)
    let first = start + (slot - thickness * Double(lanes)) / 2
    var (above, below) = (0.0, 0.0)
    var outermost: (value: Double, place: Double)?
    for (index, series) in series.enumerated() {
      guard let value = series.value(category) else { continue }
      let base = arrangement == .stacked ? (value < 0 ? below : above) : 0
      let end = base + value
      if value < 0 { below = end } else { above = end }
      guard let from = place(layout, base, frame), let to = place(layout, end, frame) else {
        continue
      }
      let lane = first + (arrangement == .grouped ? Double(index) * thickness : 0)
      let gap = arrangement == .grouped && lanes > 1 ? 1.0 : 0
      let tip = "\(categories[category]), \(series.name): \(text(value))"
      rect(&frame, from, to, lane + gap, thickness - 2 * gap, ChartStyle.fill(index), tip)
      var tipEnd = to
      if let bound = series.bound(category),
        let low = place(
          layout,
          arrangement == .stacked
            ? end + bound.lowerBound - value
            : bound.lowerBound, frame),
        let high = place(
          layout,
          arrangement == .stacked
            ? end + bound.upperBound - value
            : bound.upperBound, frame)
      {
        drawError(&frame, low, high, lane + thickness / 2, min(5, thickness / 3))
        tipEnd = isHorizontal ? max(to, high) : min(to, high)
      }
      outermost = (arrangement == .stacked ? above + below : value, tipEnd)
    }
    guard let outermost else {
      // An empty place must not look like a bar of no length.
      if isHorizontal, let zero = place(layout, 0, frame) {
        frame.canvas.text(
          "no value", x: zero + 7, y: start + slot / 2 + 4.5, "ep-tick")
      }
      return
    }
    guard isSingle else { return }
    drawValue(&frame, outermost.value, outermost.place, first + thickness / 2, slot)
  }

  private func rect(
    _ frame: inout ChartFrame, _ from: Double, _ to: Double, _ lane: Double, _ thickness: Double,
    _ style: String, _ tip: String
  ) {
    let (near, length) = (min(from, to), abs(to - from))
    if isHorizontal {
      frame.canvas.rect(
        x: near, y: lane, width: length, height: thickness, radius: 1.5, style, tip: tip)
    } else {
      frame.canvas.rect(
        x: lane, y: near, width: thickness, height: length, radius: 1.5, style, tip: tip)
    }
  }

  private func drawError(
    _ frame: inout ChartFrame, _ low: Double, _ high: Double, _ middle: Double, _ cap: Double
  ) {
    for (a, b, c, d) in [
      (low, middle, high, middle), (low, middle - cap, low, middle + cap),
      (high, middle - cap, high, middle + cap),
    ] {
      if isHorizontal {
        frame.canvas.line(a, b, c, d, "ep-error")
      } else {
        frame.canvas.line(b, a, d, c, "ep-error")
      }
    }
  }

  private func drawValue(
    _ frame: inout ChartFrame, _ value: Double, _ end: Double, _ middle: Double, _ slot: Double
  ) {
    let text = text(value)
    if isHorizontal {
      frame.canvas.text(text, x: end + 7, y: middle + 4.5, "ep-strong")
    } else if MarkupText.width(text, size: 12.5, isBold: true) < slot - 4 {
      // Below the end of a bar that hangs from zero there is no room to spare.
      frame.canvas.text(text, x: middle, y: end - 7, "ep-strong", anchor: .middle)
    }
  }
}
