/// Text on its way into SVG or HTML.
enum MarkupText {
  /// The text with everything escaped that markup could take for its own, and with characters
  /// that XML does not allow replaced.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// How wide a text will be, by the usual widths of a sans-serif face.
  ///
  /// No font is at hand when the chart is written; the estimate is a little generous.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    var em = 0.0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "i", "j", "l", "I", "t", "f", "r", " ", ".", ",", ":", ";", "'", "|", "!", "(", ")",
        "[", "]", "/", "-":
        em += 0.34
      case "m", "w", "M", "W", "@", "%": em += 0.9
      case "A"..."Z": em += 0.68
      case "\u{2009}", "\u{200B}": em += 0.2
      case "\u{1100}"...: em += 1
      default: em += 0.59
      }
    }
    return em * size * (isBold ? 1.13 : 1)
  }

  /// The text, cut with an ellipsis where it would be wider than `limit`.
  static func fitted(_ text: String, size: Double, limit: Double, isBold: Bool = false) -> String {
    if width(text, size: size, isBold: isBold) <= limit { return text }
    var kept = ""
    var used = width("…", size: size, isBold: isBold)
    for character in text {
      used += width(String(character), size: size, isBold: isBold)
      if used > limit { break }
      kept.append(character)
    }
    while kept.last == " " { kept.removeLast() }
    return kept + "…"
  }

  /// The text broken at spaces into lines no wider than `limit`; what does not fit into the last
  /// line allowed is cut.
  static func wrapped(
    _ text: String, size: Double, limit: Double, lines: Int, isBold: Bool = false
  ) -> [String] {
    var result: [String] = []
    var rest = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
    while let first = rest.first {
      if result.count == lines - 1 {
        result.append(
          fitted(rest.joined(separator: " "), size: size, limit: limit, isBold: isBold))
        break
      }
      var line = first
      rest.removeFirst()
      while let next = rest.first,
        width(line + " " + next, size: size, isBold: isBold) <= limit
      {
        line += " " + next
        rest.removeFirst()
      }
      result.append(fitted(line, size: size, limit: limit, isBold: isBold))
    }
    return result
  }
}
