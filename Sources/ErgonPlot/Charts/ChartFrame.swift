/// What all charts share around the data: title, legend, axes and the area between them.
struct ChartFrame {
  static let margin = 24.0

  var canvas: SVGCanvas
  /// The data's area.
  private(set) var left = ChartFrame.margin
  private(set) var right: Double
  private(set) var top: Double
  private(set) var bottom = 0.0
  /// Kept free inside the area's edges, so that no mark is cut in half.
  var padding = 0.0

  /// Draws the title and the legend; the area begins below them.
  init(width: Double, title: String, subtitle: String?, legend: [LegendEntry]) {
    canvas = SVGCanvas(width: width)
    right = width - Self.margin
    top = 20
    let room = right - left
    for line in MarkupText.wrapped(title, size: 17, limit: room, lines: 2, isBold: true) {
      top += 18
      canvas.text(line, x: left, y: top, "ep-title")
      top += 4
    }
    if let subtitle {
      for line in MarkupText.wrapped(subtitle, size: 13, limit: room, lines: 2) {
        top += 17
        canvas.text(line, x: left, y: top, "ep-sub")
      }
    }
    drawLegend(legend, room)
    top += 16
  }

  private mutating func drawLegend(_ entries: [LegendEntry], _ room: Double) {
    if entries.isEmpty { return }
    top += 24
    var x = left
    for entry in entries {
      let detail = entry.detail.map { MarkupText.width($0, size: 12.5, isBold: true) + 8 } ?? 0
      let name = MarkupText.fitted(entry.name, size: 12.5, limit: max(60, room - 30 - detail))
      let nameWidth = MarkupText.width(name, size: 12.5)
      let entryWidth = 24 + nameWidth + detail
      if x > left, x + entryWidth > left + room {
        x = left
        top += 20
      }
      draw(entry, x)
      canvas.text(
        name, x: x + 24, y: top, "ep-name", tip: name == entry.name ? nil : entry.name)
      if let text = entry.detail {
        canvas.text(text, x: x + 24 + nameWidth + 8, y: top, "ep-strong")
      }
      x += entryWidth + 20
    }
  }

  private mutating func draw(_ entry: LegendEntry, _ x: Double) {
    let middle = top - 4.5
    let (fill, stroke) = (ChartStyle.fill(entry.series), ChartStyle.stroke(entry.series))
    switch entry.mark {
    case .line: canvas.line(x, middle, x + 17, middle, "ep-thick \(stroke)")
    case .dashed: canvas.line(x, middle, x + 18, middle, "ep-thin \(stroke)")
    case .square:
      canvas.rect(x: x + 3, y: middle - 5.5, width: 11, height: 11, radius: 2, fill)
    case .marker: canvas.marker(series: entry.series, x: x + 9, y: middle, fill)
    }
  }

  /// Sets the area's bottom from the height of the whole chart.
  mutating func reserve(height: Double, hasXTitle: Bool, hasYTitle: Bool) {
    if hasYTitle { top += 20 }
    bottom = max(top + 40, height - (hasXTitle ? 54 : 34))
  }

  /// Makes room for labels at the left and at the right of the area.
  mutating func inset(left more: Double, right less: Double = 0) {
    left += more
    right -= less
  }

  func x(_ axis: AxisLayout, _ value: Double) -> Double? {
    axis.position(value).map { left + padding + $0 * (right - left - 2 * padding) }
  }

  func y(_ axis: AxisLayout, _ value: Double) -> Double? {
    axis.position(value).map { bottom - padding - $0 * (bottom - top - 2 * padding) }
  }

  /// How many labels of about this width fit along the x axis.
  func tickCount(labelWidth: Double) -> Int { max(2, Int((right - left) / (labelWidth + 28))) }

  /// How many ticks the height has room for.
  var verticalTickCount: Int { max(2, Int((bottom - top) / 48)) }

  /// Grid lines and labels at the left; the title stands above them, where it can be read
  /// without turning the head.
  mutating func drawYAxis(_ axis: AxisLayout) {
    let widest = axis.ticks.map { MarkupText.width($0.label, size: 12) }.max() ?? 0
    if !axis.title.isEmpty {
      canvas.text(axis.title, x: left, y: top - 14, "ep-tick")
    }
    left += widest + 10
    for tick in axis.ticks {
      guard let position = y(axis, tick.value) else { continue }
      canvas.line(left, position, right, position, "ep-grid")
      canvas.text(tick.label, x: left - 10, y: position + 4, "ep-tick", anchor: .end)
    }
  }

  /// Labels below the area, with lines through it where asked for.
  mutating func drawXAxis(_ axis: AxisLayout, hasGrid: Bool) {
    var end = -Double.infinity
    for tick in axis.ticks {
      guard let position = x(axis, tick.value) else { continue }
      if hasGrid { canvas.line(position, top, position, bottom, "ep-grid") }
      // A label that would touch its neighbour is left out, its tick stays.
      let half = MarkupText.width(tick.label, size: 12) / 2
      canvas.line(position, bottom, position, bottom + 4, "ep-axis")
      guard position - half > end + 6 else { continue }
      end = position + half
      canvas.text(tick.label, x: position, y: bottom + 19, "ep-tick", anchor: .middle)
    }
    drawXTitle(axis.title)
  }

  mutating func drawXTitle(_ title: String) {
    if title.isEmpty { return }
    canvas.text(title, x: (left + right) / 2, y: bottom + 40, "ep-tick", anchor: .middle)
  }

  /// The line that the data stand on.
  mutating func drawBaseline() { canvas.line(left, bottom, right, bottom, "ep-axis") }

  /// The finished document.
  func document(
    height: Double? = nil, title: String, description: String, isEmbedded: Bool
  ) -> String {
    canvas.document(
      height: height ?? bottom + 54, title: title, description: description,
      isEmbedded: isEmbedded)
  }
}
