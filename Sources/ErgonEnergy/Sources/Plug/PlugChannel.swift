internal import CErgonSystem

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An open descriptor from which a plug meter's bytes come, used by one thread.
final class PlugChannel: @unchecked Sendable {
  enum Event {
    case bytes([UInt8])
    case nothing
    /// The file was emptied and is written anew.
    case restarted
    case end(String)
  }

  private static let chunk = 4096
  /// How much of a file's head is read to learn its columns.
  private static let headLimit = 65536
  private static let connectMilliseconds: Int32 = 3000

  private let descriptor: Int32
  private let isRegularFile: Bool
  /// A named pipe reads as ended until its first writer comes.
  let mayBeginLate: Bool

  /// - Throws: ``EnergyError/sourceUnusable(name:reason:remedy:)``.
  init(_ address: PlugMeterAddress) throws(EnergyError) {
    var kind: mode_t = 0
    switch address.endpoint {
    case .tcp(let host, let port):
      var text = [CChar](repeating: 0, count: 128)
      descriptor = ergon_connect(
        host, String(port), Self.connectMilliseconds, &text, text.count)
      guard descriptor >= 0 else {
        let reason = String(
          decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw .sourceUnusable(
          name: "plug", reason: "cannot connect to \(address): \(reason)",
          remedy: "start the program that serves the readings")
      }
      kind = S_IFSOCK
    case .file(let path), .fifo(let path):
      // A pipe is opened without waiting for its writer, a serial line without becoming its
      // terminal.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      guard descriptor >= 0 else {
        throw .sourceUnusable(
          name: "plug", reason: "\(SystemFileError(path: path, errno: errno))", remedy: nil)
      }
      self.descriptor = descriptor
      var information = stat()
      if fstat(descriptor, &information) == 0 { kind = information.st_mode & S_IFMT }
      var isFIFOAsked = false
      if case .fifo = address.endpoint { isFIFOAsked = true }
      let refusal =
        kind == S_IFDIR
        ? "a folder: \(path)" : isFIFOAsked && kind != S_IFIFO ? "not a named pipe: \(path)" : nil
      if let refusal {
        // deinit does not run for a value that was never complete.
        close(descriptor)
        throw .sourceUnusable(
          name: "plug", reason: refusal, remedy: isFIFOAsked ? "mkfifo \(path)" : nil)
      }
    }
    isRegularFile = kind == S_IFREG
    mayBeginLate = kind == S_IFIFO
  }

  deinit { close(descriptor) }

  /// For a growing file: its head, and whether it ends in the middle of a line; reading goes on at
  /// its end.
  func readHead() -> (head: [UInt8], endsInsideLine: Bool)? {
    guard isRegularFile else { return nil }
    var head: [UInt8] = []
    while head.count < Self.headLimit, let bytes = readChunk(), !bytes.isEmpty { head += bytes }
    let size = lseek(descriptor, 0, SEEK_END)
    var last = UInt8(ascii: "\n")
    if size > 0, pread(descriptor, &last, 1, size - 1) != 1 { last = UInt8(ascii: "\n") }
    return (head, last != UInt8(ascii: "\n"))
  }

  /// Waits for bytes, but not for long.
  func read(waitingMilliseconds timeout: Int32) -> Event {
    if isRegularFile { return readFile(waitingMilliseconds: timeout) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&waiting, 1, timeout)
    if ready == 0 || (ready < 0 && errno == EINTR) { return .nothing }
    guard let bytes = readChunk() else { return .nothing }
    if !bytes.isEmpty { return .bytes(bytes) }
    if lastErrno != 0 { return .end(String(cString: strerror(lastErrno))) }
    // An ended pipe is ready at once, and waiting for its writer must not take a processor.
    if mayBeginLate { poll(nil, 0, timeout) }
    return .end("the other side closed the stream")
  }

  private func readFile(waitingMilliseconds timeout: Int32) -> Event {
    if let bytes = readChunk() {
      if !bytes.isEmpty { return .bytes(bytes) }
      if lastErrno != 0 { return .end(String(cString: strerror(lastErrno))) }
    }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_nlink > 0 else {
      return .end("the file was removed")
    }
    if information.st_size < lseek(descriptor, 0, SEEK_CUR) {
      lseek(descriptor, 0, SEEK_SET)
      return .restarted
    }
    poll(nil, 0, timeout)
    return .nothing
  }

  private var lastErrno: Int32 = 0

  /// The next bytes; empty at the end or on failure (``lastErrno`` tells which), `nil` when there
  /// are none yet.
  private func readChunk() -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
      #if canImport(Darwin)
        let got = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let got = Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      lastErrno = got < 0 ? errno : 0
      count = max(got, 0)
    }
    return [EAGAIN, EWOULDBLOCK, EINTR].contains(lastErrno) ? nil : bytes
  }
}
