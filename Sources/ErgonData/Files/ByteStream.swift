#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Bytes that arrive a chunk at a time, from a file, a pipe or memory.
final class ByteStream {
  /// What errors call it.
  let name: String
  /// The chunk at hand; `unread` of it starts at `position`.
  private(set) var base: UnsafeMutablePointer<UInt8>
  var position = 0
  private(set) var end = 0
  private let capacity: Int
  private let descriptor: Int32?

  /// Opens a file, a FIFO or a device for reading.
  ///
  /// - Throws: ``DataError/cannotOpen(path:reason:)``.
  init(path: String, chunk: Int = 1 << 16) throws(DataError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .cannotOpen(path: path, reason: systemReason(errno)) }
    name = path
    descriptor = opened
    capacity = chunk
    base = .allocate(capacity: chunk)
  }

  /// Serves bytes from memory.
  init(bytes: some Collection<UInt8>, name: String) {
    self.name = name
    descriptor = nil
    capacity = max(1, bytes.count)
    base = .allocate(capacity: capacity)
    _ = UnsafeMutableBufferPointer(start: base, count: capacity).initialize(fromContentsOf: bytes)
    end = bytes.count
  }

  deinit {
    base.deallocate()
    if let descriptor { close(descriptor) }
  }

  /// Whether a byte is at `position`, reading the next chunk if need be; false at the end.
  @inline(__always)
  func hasMore() throws(DataError) -> Bool {
    if position < end { return true }
    return try fill()
  }

  /// The next byte without taking it; only after ``hasMore()`` said yes.
  @inline(__always)
  var current: UInt8 { base[position] }

  private func fill() throws(DataError) -> Bool {
    guard let descriptor else { return false }
    while true {
      let count = read(descriptor, base, capacity)
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(path: name, reason: systemReason(errno))
      }
      (position, end) = (0, count)
      return count > 0
    }
  }

  /// Takes a line without its end; only after ``hasMore()`` said yes.
  ///
  /// - Throws: ``DataError/tooLarge(source:row:what:limit:)`` before a longer line is held.
  func readLine(into bytes: inout [UInt8], row: Int, limit: Int) throws(DataError) {
    bytes.removeAll(keepingCapacity: true)
    while try hasMore() {
      let rest = UnsafeBufferPointer(start: base + position, count: end - position)
      let length = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      guard bytes.count + length <= limit else {
        throw .tooLarge(source: name, row: row, what: "a line", limit: limit)
      }
      bytes.append(contentsOf: rest[..<length])
      position += length
      if length < rest.count {
        position += 1
        break
      }
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
  }

  /// How many bytes are left.
  ///
  /// - Throws: ``DataError/cannotRead(path:reason:)`` for what is no regular file and has no size.
  func remaining() throws(DataError) -> Int {
    guard let descriptor else { return end - position }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotRead(path: name, reason: "it is no regular file; copy it into one first")
    }
    let place = lseek(descriptor, 0, SEEK_CUR)
    return max(0, Int(status.st_size) - Int(place)) + end - position
  }

  /// Skips the byte order mark that some programs put before UTF-8.
  func skipByteOrderMark() throws(DataError) {
    // A regular file's first chunk holds all three bytes; a pipe that brings fewer at first is
    // not written by a program that adds the mark.
    guard try hasMore(), end - position >= 3, base[position] == 0xEF, base[position + 1] == 0xBB,
      base[position + 2] == 0xBF
    else { return }
    position += 3
  }
}

/// The system's words for an error number.
func systemReason(_ code: Int32) -> String {
  switch code {
  case ENOENT: "no such file; check the name"
  case EACCES: "permission denied; check who may read or write it"
  case EISDIR: "it is a folder; name a file"
  case ENOSPC: "no space left on the device; free some and try again"
  default: String(cString: strerror(code))
  }
}
