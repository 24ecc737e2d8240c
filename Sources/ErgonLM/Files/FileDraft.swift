import CErgonKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that is written beside its place and put there when it is whole; until then, and if that
/// never comes, whoever reads the place finds what was there before.
final class FileDraft {
  private let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var isWhole = false
  private(set) var byteCount = 0

  private static let bufferSize = 1 << 20

  init(_ path: String) throws(LMError) {
    self.path = path
    temporary = "\(path).\(getpid()).\(ek_next_id()).part"
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .file(path: path, reason: "it is no regular file; name another")
    }
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(path: path, reason: Self.reason) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isWhole { unlink(temporary) }
  }

  private static var reason: String { String(cString: strerror(errno)) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LMError) {
    byteCount += bytes.count
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try put(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  func write(_ bytes: [UInt8]) throws(LMError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(LMError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Zeros up to a multiple of `alignment`.
  func align(to alignment: Int) throws(LMError) {
    let count = (alignment - byteCount % alignment) % alignment
    try write([UInt8](repeating: 0, count: count))
  }

  private func flush() throws(LMError) {
    try buffer.withUnsafeBufferPointer { (bytes) throws(LMError) in
      try put(UnsafeRawBufferPointer(bytes))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(LMError) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(path: path, reason: Self.reason) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Puts the file in its place.
  func finish() throws(LMError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw .file(path: path, reason: Self.reason) }
    let status = close(descriptor)
    descriptor = -1
    guard status == 0, rename(temporary, path) == 0 else {
      throw .file(path: path, reason: Self.reason)
    }
    isWhole = true
  }
}
