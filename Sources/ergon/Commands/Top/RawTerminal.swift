#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The terminal as a full-screen view needs it, given back as it was in every case.
///
/// Keys come one by one and unseen, on the alternate screen, without a cursor. Ctrl-C stays a
/// signal; the ending signals are noticed, so that the caller leaves its loop and the terminal is
/// put right.
final class RawTerminal {
  private var saved = termios()
  private let isChanged: Bool

  init() {
    isChanged = isatty(0) == 1 && tcgetattr(0, &saved) == 0
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    if isChanged { tcsetattr(0, TCSANOW, &raw) }
    terminalEvents = 0
    for number in Self.ending + [SIGWINCH] { Self.handle(number, noticeTerminalEvent) }
    Console.write("\u{1B}[?1049h\u{1B}[?25l", to: .output)
  }

  deinit {
    Console.write("\u{1B}[?25h\u{1B}[?1049l", to: .output)
    if isChanged { tcsetattr(0, TCSANOW, &saved) }
    for number in Self.ending + [SIGWINCH] { signal(number, SIG_DFL) }
  }

  private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// Without `SA_RESTART`, so that a signal ends the waiting.
  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    sigaction(number, &action, nil)
  }

  enum Event { case key(Character), resized, ended, timeout }

  /// Waits for a key, a change of size or an ending signal, at most so long.
  func wait(seconds: Double) -> Event {
    if let event = pending() { return event }
    var descriptor = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(min(max(seconds, 0) * 1000, 3_600_000).rounded(.up))
    // Without a keyboard only time and signals are waited for.
    let count = poll(&descriptor, isChanged ? 1 : 0, milliseconds)
    if let event = pending() { return event }
    guard count > 0 else { return .timeout }
    var byte: UInt8 = 0
    guard read(0, &byte, 1) == 1 else { return .ended }
    return .key(Character(UnicodeScalar(byte)))
  }

  private func pending() -> Event? {
    switch terminalEvents {
    case 0: return nil
    case SIGWINCH:
      terminalEvents = 0
      return .resized
    default: return .ended
    }
  }

  /// Shows lines from the top left, leaving nothing of the last screen.
  func show(_ lines: [String]) {
    let body = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
    Console.write("\u{1B}[H" + body + "\u{1B}[J", to: .output)
  }
}

/// The last signal, for the loop to see; a handler may only touch such a word.
nonisolated(unsafe) private var terminalEvents: sig_atomic_t = 0

private func noticeTerminalEvent(_ number: Int32) {
  // A change of size must not hide that somebody wants to leave.
  if number != SIGWINCH || terminalEvents == 0 { terminalEvents = number }
}
