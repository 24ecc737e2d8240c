#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where a command speaks: results on standard output, everything else on standard error.
///
/// Nothing is buffered, so that what was printed is there even if the process dies next.
struct Console: Sendable {
  enum Stream: Int32, Sendable { case output = 1, error = 2 }

  var isQuiet = false
  /// 0, 1 for `-v`, 2 for `-vv`.
  var verbosity = 0
  var styles: (output: TextStyle, error: TextStyle)
  /// Cells of the terminal behind standard output; `nil` for a pipe, which is never wrapped.
  var width: Int?

  init(_ options: OutputOptions = OutputOptions()) {
    isQuiet = options.quiet
    verbosity = options.verbose
    let allowed = (Terminal.allowsStyle(.output), Terminal.allowsStyle(.error))
    // The settings are only asked where somebody watches; a fault in them is the command's to tell.
    let isWanted =
      !options.noColor && (allowed.0 || allowed.1)
      && (try? Settings.load())?[.color]?.text != "never"
    styles = (
      TextStyle(isEnabled: isWanted && allowed.0), TextStyle(isEnabled: isWanted && allowed.1)
    )
    width = Terminal.isTerminal(.output) ? Terminal.size(.output)?.columns : nil
  }

  /// A result, on standard output.
  func print(_ line: String) { Self.write(line + "\n", to: .output) }

  /// A table, on standard output.
  func print(_ table: TextTable) {
    Self.write(
      table.lines(width: width, style: styles.output).map { $0 + "\n" }.joined(), to: .output)
  }

  /// The one object of `--json`, on standard output.
  func print(json object: JSONObject) { Self.write(object.document() + "\n", to: .output) }

  /// One object of a stream, on one line.
  func print(jsonLine object: JSONObject) { Self.write(object.line() + "\n", to: .output) }

  /// Something a person may want to know, on standard error; silent with `--quiet`.
  func note(_ line: String) {
    if !isQuiet { Self.write(line + "\n", to: .error) }
  }

  /// A table a person may want to see, on standard error; silent with `--quiet`.
  func note(_ table: TextTable) {
    guard !isQuiet else { return }
    let width = Terminal.isTerminal(.error) ? Terminal.size(.error)?.columns : nil
    Self.write(
      table.lines(width: width, style: styles.error).map { $0 + "\n" }.joined(), to: .error)
  }

  /// A note only for those who asked with `-v`.
  func detail(_ line: @autoclosure () -> String) {
    if verbosity > 0 { note(line()) }
  }

  /// Something that makes the result weaker than it looks; silent with `--quiet`.
  func warn(_ text: String) { note(styles.error.yellow("warning: ") + text) }

  /// Writes all of a text, whatever the size of the pipe.
  ///
  /// A reader that went away ends the program quietly when it was the reader of results, as
  /// `ergon ledger list | head` expects; a lost standard error is no reason to stop a measurement.
  static func write(_ text: String, to stream: Stream) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Darwin)
          let count = Darwin.write(stream.rawValue, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(stream.rawValue, rest.baseAddress, rest.count)
        #else
          let count = Glibc.write(stream.rawValue, rest.baseAddress, rest.count)
        #endif
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          var poll = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
          _ = withUnsafeMutablePointer(to: &poll) { waitForRoom($0) }
        } else if errno != EINTR {
          if stream == .error { return }
          exit(errno == EPIPE ? ExitStatus.done.rawValue : ExitStatus.inputOutput.rawValue)
        }
      }
    }
  }

  private static func waitForRoom(_ descriptor: UnsafeMutablePointer<pollfd>) -> Int32 {
    poll(descriptor, 1, -1)
  }

  /// Turns a broken pipe, and a file at its greatest size, from deadly signals into errors of
  /// `write`.
  ///
  /// A handler is used rather than `SIG_IGN`, because an ignored signal stays ignored in the
  /// programs that `ergon measure` starts.
  static func surviveFailedWrites() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number) { _ in } }
  }
}

extension Console {
  /// Writes a file in one step: a reader sees the old one or the whole new one.
  ///
  /// A pipe or device is written as it is, and never replaced.
  static func write(_ text: String, toFile path: String) throws {
    var status = stat()
    let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    let draft = isSpecial ? path : "\(path).\(getpid())"
    let failure = { CommandError.cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    guard let file = fopen(draft, "w") else { throw failure() }
    var text = text
    let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard fclose(file) == 0, isWritten, isSpecial || rename(draft, path) == 0 else {
      let error = failure()
      if !isSpecial { unlink(draft) }
      throw error
    }
  }
}
