#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file's bytes in memory, read from the disk as they are touched.
///
/// Whoever cuts the file short while it is mapped ends the process that reads what is gone; files
/// that are replaced by renaming, as ``SafetensorsWriter`` does it, stay whole.
package final class MappedFile: Sendable {
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// A file that is part of the program itself.
  package init(constant bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    isMapped = false
  }

  package init(path: String) throws(SafetensorsError) {
    // A pipe that nobody writes to would otherwise hold up the opening itself.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: Self.reason(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotOpen(path: path, reason: Self.reason(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotOpen(path: path, reason: "it is not a regular file")
    }
    let size = Int(status.st_size)
    isMapped = size > 0
    guard isMapped else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw .cannotOpen(path: path, reason: Self.reason(errno)) }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Reads the bytes; the pointer alone does not keep the mapping.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes)
  }

  deinit {
    if isMapped, let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// The system's words for an error number.
  static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
