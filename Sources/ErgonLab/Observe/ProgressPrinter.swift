import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Puts progress where a person sees it: a line that renews itself on a terminal, a plain line
/// every ten seconds anywhere else.
///
/// It knows nothing of meters or workloads; what to say is the observer's business.
public final class ProgressPrinter: Sendable {
  /// Seconds between two lines where the output is not a terminal.
  static let plainPeriod = 10.0
  /// Seconds between two lines on a terminal: ten a second.
  static let terminalPeriod = 0.1

  private struct State {
    var isLineShown = false
    var nextShow = -Double.infinity
  }

  private let isTerminal: Bool
  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// A printer on standard error.
  public convenience init() { self.init(descriptor: STDERR_FILENO) }

  /// A printer on any open descriptor.
  public convenience init(descriptor: Int32) {
    self.init(
      isTerminal: isatty(descriptor) == 1, width: { Self.width(of: descriptor) },
      write: { Self.write($0, to: descriptor) })
  }

  /// A printer that writes wherever it is told.
  package init(
    isTerminal: Bool, width: @escaping @Sendable () -> Int,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  /// Shows a line unless the last one is too young.
  func show(_ line: ProgressLine, at now: Double) {
    state.withLock { state in
      guard now >= state.nextShow else { return }
      if isTerminal {
        state.nextShow = now + Self.terminalPeriod
        state.isLineShown = true
        write("\r\u{1B}[2K" + line.description.prefix(max(10, width() - 1)))
      } else {
        // The first plain line waits too: a short run stays silent in a log.
        if state.nextShow.isFinite { write(line.description + "\n") }
        state.nextShow = now + Self.plainPeriod
      }
    }
  }

  /// Takes the line away, so that whatever comes next starts on a clean one.
  func clear() {
    state.withLock { state in
      if state.isLineShown { write("\r\u{1B}[2K") }
      state = State()
    }
  }

  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
          Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if count < 0 && errno == EINTR { continue }
      // A closed or full terminal is no reason to stop the work.
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
