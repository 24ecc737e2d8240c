/// A growing SVG picture: elements in drawing order, all text escaped.
///
/// Colours are classes only; the stylesheet decides what they look like in light and dark.
struct SVGCanvas {
  let width: Double
  private var body = ""

  init(width: Double) { self.width = width }

  enum Anchor: String { case start, middle, end }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) {
    body += "<line class=\"\(style)\" x1=\"\(c(x1))\" y1=\"\(c(y1))\" x2=\"\(c(x2))\" "
    body += "y2=\"\(c(y2))\"/>\n"
  }

  mutating func rect(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ style: String,
    tip: String? = nil
  ) {
    body += "<rect class=\"\(style)\" x=\"\(c(x))\" y=\"\(c(y))\" width=\"\(c(max(0, width)))\" "
    body += "height=\"\(c(max(0, height)))\"" + (radius > 0 ? " rx=\"\(c(radius))\"" : "")
    close("rect", tip)
  }

  mutating func path(_ data: String, _ style: String, tip: String? = nil) {
    if data.isEmpty { return }
    body += "<path class=\"\(style)\" d=\"\(data)\""
    close("path", tip)
  }

  mutating func text(
    _ content: String, x: Double, y: Double, _ style: String, anchor: Anchor = .start,
    tip: String? = nil
  ) {
    body += "<text class=\"\(style)\" x=\"\(c(x))\" y=\"\(c(y))\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    body += ">" + (tip.map { "<title>\(MarkupText.escaped($0))</title>" } ?? "")
    body += MarkupText.escaped(content) + "</text>\n"
  }

  /// A mark of a series; each series has its own shape, so that colour is never alone.
  mutating func marker(
    series: Int, x: Double, y: Double, size: Double = 4.2, _ style: String, tip: String? = nil
  ) {
    let (l, t, r, b) = (x - size, y - size, x + size, y + size)
    let data =
      switch series % 4 {
      case 0:
        "M\(c(l)) \(c(y))a\(c(size)) \(c(size)) 0 1 0 \(c(2 * size)) 0"
          + "a\(c(size)) \(c(size)) 0 1 0 \(c(-2 * size)) 0z"
      case 1: "M\(c(l + 0.5)) \(c(t + 0.5))H\(c(r - 0.5))V\(c(b - 0.5))H\(c(l + 0.5))z"
      case 2: "M\(c(x)) \(c(t - 0.5))L\(c(r + 0.5)) \(c(b - 0.5))H\(c(l - 0.5))z"
      default:
        "M\(c(x)) \(c(t - 1))L\(c(r + 1)) \(c(y))L\(c(x)) \(c(b + 1))L\(c(l - 1)) \(c(y))z"
      }
    path(data, style, tip: tip)
  }

  private mutating func close(_ element: String, _ tip: String?) {
    body += tip.map { "><title>\(MarkupText.escaped($0))</title></\(element)>\n" } ?? "/>\n"
  }

  private func c(_ x: Double) -> String { NumberText.coordinate(x) }

  /// The whole picture.
  ///
  /// - Parameter isEmbedded: Left without its stylesheet, for a page that has it already.
  func document(height: Double, title: String, description: String, isEmbedded: Bool) -> String {
    let size = "width=\"\(c(width))\" height=\"\(c(height))\""
    let name = MarkupText.escaped(title)
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ep\" role=\"img\" "
      + "aria-label=\"\(name)\" \(size) viewBox=\"0 0 \(c(width)) \(c(height))\">\n"
      + "<title>\(name)</title>\n<desc>\(MarkupText.escaped(description))</desc>\n"
      + (isEmbedded ? "" : "<style>\(ChartStyle.sheet)</style>\n")
      + "<rect class=\"ep-bg\" \(size)/>\n\(body)</svg>\n"
  }
}
