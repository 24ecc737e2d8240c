extension StringProtocol {
  /// How many terminal cells the text takes: 2 for East Asian wide characters and emoji, 0 for
  /// marks that sit on the character before them.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text with control characters made visible.
  ///
  /// A process or a file may carry any bytes in its name; none of them may steer the terminal.
  var terminalSafe: String {
    guard unicodeScalars.contains(where: \.isControl) else { return String(self) }
    var safe = String.UnicodeScalarView()
    for scalar in unicodeScalars { safe.append(scalar.isControl ? "\u{FFFD}" : scalar) }
    return String(safe)
  }

  /// The beginning of the text that fits in so many cells, with `…` where something was cut.
  func truncated(toWidth width: Int) -> String {
    if displayWidth <= width { return String(self) }
    guard width > 0 else { return "" }
    var kept = ""
    var used = 0
    for character in self {
      let next = used + character.displayWidth
      if next > width - 1 { break }
      kept.append(character)
      used = next
    }
    return kept + "…"
  }

  /// The text broken at spaces into lines of at most so many cells; a longer word stands alone.
  func wrapped(toWidth width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.displayWidth + 1 + word.displayWidth > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
  }
}

extension Character {
  /// The cells a terminal gives this character.
  fileprivate var displayWidth: Int {
    var width = 0
    for scalar in unicodeScalars {
      // Variation selector 16 asks for the picture form, which is wide.
      if scalar == "\u{FE0F}" { return 2 }
      width = max(width, scalar.displayWidth)
    }
    return width
  }
}

extension Unicode.Scalar {
  /// Whether a terminal would obey it.
  var isControl: Bool {
    // C0, DEL, C1, and the marks that turn the direction of writing around.
    value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
      || (0x2066...0x2069).contains(value)
  }

  fileprivate var displayWidth: Int {
    if value < 0x20 { return 0 }
    if value < 0x7F { return 1 }
    if value < 0x300 { return value < 0xA0 || value == 0xAD ? 0 : 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return Self.isWide(value) || properties.isEmojiPresentation ? 2 : 1
  }

  /// Unicode's East Asian Width classes W and F, in ranges rounded to whole blocks.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
