#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How a writer treats a file that already exists.
public enum WriteMode: Sendable, Hashable {
  /// The new file takes the place of the old one when it is complete, and not before.
  case replace
  /// New records are put behind the old ones.
  case append
}

/// A buffered file that appears under its name only when complete, or grows at its end.
struct OutputFile: ~Copyable {
  private let path: String
  /// Where the bytes go until the end; `nil` when they go to `path` itself.
  private let temporary: String?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isFinished = false

  init(path: String, mode: WriteMode) throws(DataError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    if mode == .append || (exists && !isRegular) {
      // A pipe or a terminal cannot be replaced.
      temporary = nil
      let creation = mode == .append ? O_CREAT | O_APPEND : 0
      let access = mode == .append && (!exists || isRegular) ? O_RDWR : O_WRONLY
      descriptor = open(path, access | O_CLOEXEC | creation, 0o666)
    } else {
      // Beside the target, so that the rename stays within one file system.
      let name = "\(path).partial-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      temporary = name
      let mode = exists ? status.st_mode & 0o777 : 0o666
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemReason(errno)) }
    buffer.reserveCapacity(Self.bufferSize)
    if mode == .append, isRegular, exists { endLastLine(status.st_size) }
  }

  /// A writer that was killed may have left half a line; the next record must not join it.
  private mutating func endLastLine(_ size: off_t) {
    var last: UInt8 = 0
    if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
      buffer.append(UInt8(ascii: "\n"))
    }
  }

  deinit {
    if isFinished { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  mutating func write(_ bytes: some Sequence<UInt8>) throws(DataError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Sends everything written so far to the system.
  mutating func flush() throws(DataError) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        #if canImport(Darwin)
          Darwin.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        #elseif canImport(Musl)
          Musl.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        #else
          Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: path, reason: systemReason(errno))
      }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and puts the file in its place.
  consuming func finish() throws(DataError) {
    try flush()
    // A disk may refuse as late as this.
    if temporary != nil, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
      throw .cannotWrite(path: path, reason: systemReason(errno))
    }
    isFinished = true
    let closed = close(descriptor)
    let reason = errno
    if closed != 0 {
      if let temporary { unlink(temporary) }
      throw .cannotWrite(path: path, reason: systemReason(reason))
    }
    if let temporary, rename(temporary, path) != 0 {
      let reason = errno
      unlink(temporary)
      throw .cannotWrite(path: path, reason: systemReason(reason))
    }
  }

  private static let bufferSize = 1 << 16
}
