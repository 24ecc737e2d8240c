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
///
/// A pipe or a device, which cannot be replaced, is written through and stays what it is.
package final class FileDraft<Failure: Error> {
  private let path: String
  /// Where the bytes go until the end; nil where they go to `path` itself.
  private let temporary: String?
  private let failure: (_ path: String, _ reason: String) -> Failure
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  package private(set) var byteCount = 0

  private static var bufferSize: Int { 1 << 20 }

  /// - Parameter failure: The error that says a path and what the system says of it.
  /// - Throws: `failure`, also for a folder.
  package init(
    _ path: String, failure: @escaping (_ path: String, _ reason: String) -> Failure
  ) throws(Failure) {
    self.path = path
    self.failure = failure
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw failure(path, "it is a folder; name a file")
      }
      temporary = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let name = "\(path).\(getpid()).\(ek_next_id()).part"
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw systemFailure() }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if descriptor < 0 { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  private func systemFailure() -> Failure { failure(path, MappedFile.reason(errno)) }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    byteCount += bytes.count
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try put(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  package func write(_ bytes: [UInt8]) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Zeros up to a multiple of `alignment`.
  package func align(to alignment: Int) throws(Failure) {
    let count = (alignment - byteCount % alignment) % alignment
    try write([UInt8](repeating: 0, count: count))
  }

  private func flush() throws(Failure) {
    try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try put(UnsafeRawBufferPointer(bytes))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
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
      guard count > 0 else { throw systemFailure() }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Puts the file in its place.
  package func finish() throws(Failure) {
    try flush()
    guard temporary == nil || fsync(descriptor) == 0 else { throw systemFailure() }
    let isClosed = close(descriptor) == 0
    descriptor = -1
    if let temporary {
      guard isClosed, rename(temporary, path) == 0 else {
        let error = systemFailure()
        unlink(temporary)
        throw error
      }
      syncFolder()
    } else if !isClosed {
      throw systemFailure()
    }
  }

  /// Makes the new name last; a system that cannot do this for folders has written the file anyway.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
