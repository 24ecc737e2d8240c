/// Comparisons with their intervals, one below the other: a forest plot.
///
/// Each row is a value, the bounds around it and both again as text; a vertical line marks the
/// value that means "no difference". A row whose bounds reach across that line is drawn hollow
/// and grey: the difference is inside the noise.
public struct IntervalChart: Chart {
  /// One comparison.
  public struct Row: Sendable {
    public var label: String
    public var value: Double
    /// `nil` when there are too few repeats for an interval.
    public var bounds: ClosedRange<Double>?
    /// A remark in muted type behind the numbers: `5 pairs`.
    public var note: String?

    public init(
      _ label: String, value: Double, bounds: ClosedRange<Double>? = nil, note: String? = nil
    ) {
      self.label = label
      self.value = value
      self.bounds = bounds
      self.note = note
    }
  }

  public var title: String
  public var subtitle: String?
  public var axis: Axis
  public var rows: [Row]
  /// The value of no difference, usually 1 for ratios and 0 for differences.
  public var reference: Double?
  /// What stands at the two ends below the axis: `("A costs less", "A costs more")`.
  public var sides: (low: String, high: String)?
  public var width: Double

  public init(
    title: String, subtitle: String? = nil, axis: Axis, rows: [Row], reference: Double? = 1,
    sides: (low: String, high: String)? = nil, width: Double = 760
  ) {
    self.title = title
    self.subtitle = subtitle
    self.axis = axis
    self.rows = rows
    self.reference = reference
    self.sides = sides
    self.width = max(width, 400)
  }

  public func svg(isEmbedded: Bool) -> String {
    var frame = ChartFrame(width: width, title: title, subtitle: subtitle, legend: [])
    let rowHeight = 30.0
    frame.reserve(
      height: frame.top + rowHeight * Double(max(rows.count, 1)) + 54 + 6, hasXTitle: true,
      hasYTitle: false)
    let texts = rows.map(text)
    let room = frame.right - frame.left
    let labelWidth = min(rows.map { MarkupText.width($0.label, size: 12.5) }.max() ?? 0, room * 0.3)
    let textWidth = texts.map { MarkupText.width($0, size: 12.5, isBold: true) }.max() ?? 0
    let noteWidth =
      rows.compactMap(\.note).map { MarkupText.width($0, size: 12) + 10 }.max() ?? 0
    frame.inset(left: labelWidth + 18, right: min(textWidth + noteWidth, room * 0.42) + 20)
    let values = rows.flatMap { [$0.value, $0.bounds?.lowerBound, $0.bounds?.upperBound] }
    let layout = AxisLayout(
      axis, values: values.compactMap { $0 } + (reference.map { [$0] } ?? []),
      tickCount: frame.tickCount(labelWidth: 36), isTight: false)
    frame.drawXAxis(layout, hasGrid: true)
    drawSides(&frame)
    frame.drawBaseline()
    if let reference, let x = frame.x(layout, reference) {
      frame.canvas.line(x, frame.top, x, frame.bottom, "ep-ref")
    }
    for (index, row) in rows.enumerated() {
      let y = frame.top + 3 + rowHeight * (Double(index) + 0.5)
      draw(row, texts[index], y, labelWidth, textWidth, &frame, layout)
    }
    let lines = zip(rows, texts).map { "\($0.label): \($1)" }
    return frame.document(
      title: title, description: "Intervals of \(layout.title). \(lines.joined(separator: "; "))",
      isEmbedded: isEmbedded)
  }

  private func draw(
    _ row: Row, _ text: String, _ y: Double, _ labelWidth: Double, _ textWidth: Double,
    _ frame: inout ChartFrame, _ layout: AxisLayout
  ) {
    let label = MarkupText.fitted(row.label, size: 12.5, limit: labelWidth + 1)
    frame.canvas.text(
      label, x: ChartFrame.margin, y: y + 4.5, "ep-name", tip: label == row.label ? nil : row.label)
    frame.canvas.text(text, x: frame.right + 20, y: y + 4.5, "ep-strong")
    if let note = row.note {
      frame.canvas.text(note, x: frame.right + 30 + textWidth, y: y + 4.5, "ep-tick")
    }
    guard let x = frame.x(layout, row.value) else { return }
    let isNoise =
      reference.flatMap { r in row.bounds.map { $0.contains(r) } } ?? (row.bounds == nil)
    let colour = isNoise ? 6 : (reference.map { row.value > $0 } ?? false) ? 1 : 0
    if let bounds = row.bounds, let low = frame.x(layout, bounds.lowerBound),
      let high = frame.x(layout, bounds.upperBound)
    {
      frame.canvas.line(low, y, high, y, "ep-thick \(ChartStyle.stroke(colour))")
    }
    let fill = isNoise ? "ep-hollow" : ChartStyle.fill(colour)
    frame.canvas.marker(
      series: 0, x: x, y: y, size: 5, "\(fill) ep-thick \(ChartStyle.stroke(colour))",
      tip: "\(row.label): \(text)")
  }

  private func drawSides(_ frame: inout ChartFrame) {
    guard let sides else { return }
    frame.canvas.text("← \(sides.low)", x: frame.left, y: frame.bottom + 40, "ep-tick")
    frame.canvas.text(
      "\(sides.high) →", x: frame.right, y: frame.bottom + 40, "ep-tick", anchor: .end)
  }

  private func text(_ row: Row) -> String {
    // The bounds with the decimals of the value, so that they can be compared digit by digit.
    let decimals = NumberText.decimals(of: row.value, digits: 3)
    func number(_ x: Double) -> String {
      axis.label?(x) ?? axis.unit?.text(x)
        ?? (decimals > 6 || abs(x) >= 1e6
          ? NumberText.short(x) : NumberText.fixed(x, decimals: decimals))
    }
    guard let bounds = row.bounds else { return number(row.value) }
    return "\(number(row.value)) (\(number(bounds.lowerBound)) – \(number(bounds.upperBound)))"
  }
}
