/// Repeated measurements as they are: a dot for each value over the box of their quartiles.
///
/// For the few repeats of a measurement it shows what a bar with an error bar hides: outliers,
/// two clusters, a drift.
public struct StripChart: Chart {
  /// The repeats of one thing.
  public struct Group: Sendable {
    public var name: String
    public var values: [Double]

    public init(_ name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  public var title: String
  public var subtitle: String?
  public var axis: Axis
  public var groups: [Group]
  public var width: Double

  public init(
    title: String, subtitle: String? = nil, axis: Axis, groups: [Group], width: Double = 760
  ) {
    self.title = title
    self.subtitle = subtitle
    self.axis = axis
    self.groups = groups
    self.width = max(width, 320)
  }

  public func svg(isEmbedded: Bool) -> String {
    var frame = ChartFrame(width: width, title: title, subtitle: subtitle, legend: [])
    let rowHeight = 44.0
    frame.reserve(
      height: frame.top + rowHeight * Double(max(groups.count, 1)) + 54, hasXTitle: true,
      hasYTitle: false)
    frame.padding = 8
    let limit = (frame.right - frame.left) * 0.34
    let widest = groups.map { MarkupText.width($0.name, size: 12.5) }.max() ?? 0
    frame.inset(left: min(widest, limit) + 16, right: 84)
    let layout = AxisLayout(
      axis, values: groups.flatMap(\.values), tickCount: frame.tickCount(labelWidth: 44),
      isTight: false)
    frame.drawXAxis(layout, hasGrid: true)
    frame.drawBaseline()
    frame.canvas.text("median", x: frame.right + 14, y: frame.top - 3, "ep-tick")
    for (index, group) in groups.enumerated() {
      let y = frame.top + rowHeight * (Double(index) + 0.5)
      draw(group, index, y, limit, &frame, layout)
    }
    return frame.document(
      title: title,
      description: "Single values of \(layout.title). "
        + groups.map { "\($0.name): \($0.values.count) values, median \(median($0))" }
        .joined(separator: "; "), isEmbedded: isEmbedded)
  }

  private func draw(
    _ group: Group, _ index: Int, _ y: Double, _ limit: Double, _ frame: inout ChartFrame,
    _ layout: AxisLayout
  ) {
    let name = MarkupText.fitted(group.name, size: 12.5, limit: limit)
    frame.canvas.text(
      name, x: frame.left - 14, y: y + 4.5, "ep-name", anchor: .end,
      tip: name == group.name ? nil : group.name)
    frame.canvas.text(median(group), x: frame.right + 14, y: y + 4.5, "ep-strong")
    let sorted = group.values.filter(\.isFinite).sorted()
    if sorted.count >= 3, let low = frame.x(layout, quantile(sorted, 0.25)),
      let high = frame.x(layout, quantile(sorted, 0.75))
    {
      frame.canvas.rect(
        x: low, y: y - 12, width: high - low, height: 24, radius: 2,
        "ep-box \(ChartStyle.fill(index))")
    }
    for (position, value) in group.values.enumerated() {
      guard let x = frame.x(layout, value) else { continue }
      // A fixed pattern rather than chance keeps equal values apart.
      let offset = [0.0, -6, 6, -3, 3][position % 5]
      frame.canvas.marker(
        series: 0, x: x, y: y + offset, size: 3.6, "ep-dot ep-halo \(ChartStyle.fill(index))",
        tip: "\(group.name), \(position + 1): \(text(value))")
    }
    if sorted.count > 1, let x = frame.x(layout, quantile(sorted, 0.5)) {
      frame.canvas.line(x, y - 14, x, y + 14, "ep-thick \(ChartStyle.stroke(index))")
    }
  }

  private func median(_ group: Group) -> String {
    let sorted = group.values.filter(\.isFinite).sorted()
    return sorted.isEmpty ? "no value" : text(quantile(sorted, 0.5))
  }

  private func text(_ value: Double) -> String {
    axis.label?(value) ?? axis.unit?.text(value) ?? NumberText.short(value)
  }

  private func quantile(_ sorted: [Double], _ p: Double) -> Double {
    let position = p * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }
}
