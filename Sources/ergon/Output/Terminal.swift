#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the far end of a stream is, asked once it matters.
enum Terminal {
  /// Whether a stream ends at somebody's screen.
  static func isTerminal(_ stream: Console.Stream) -> Bool { isatty(stream.rawValue) == 1 }

  /// Rows and columns of the window behind a stream; `COLUMNS` overrides the width.
  static func size(_ stream: Console.Stream) -> (rows: Int, columns: Int)? {
    let declared = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    var window = winsize()
    guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return declared.map { (24, $0) }
    }
    return (Int(max(window.ws_row, 1)), declared ?? Int(window.ws_col))
  }

  /// Whether escape sequences for colour are welcome on a stream.
  ///
  /// `NO_COLOR` (any value but empty), `TERM=dumb` and pipes say no.
  static func allowsStyle(_ stream: Console.Stream) -> Bool {
    guard isTerminal(stream), (environment("NO_COLOR") ?? "").isEmpty else { return false }
    return environment("TERM") != "dumb"
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// How emphasis is written: as ANSI escapes, or not at all.
struct TextStyle: Sendable {
  let isEnabled: Bool
  static let plain = TextStyle(isEnabled: false)

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }
  func red(_ text: String) -> String { wrap(text, "31") }

  private func wrap(_ text: String, _ code: String) -> String {
    isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
