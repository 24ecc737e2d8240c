#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The machine as its files show it.
///
/// Everything that reads `/sys`, `/proc` or `/dev` goes through a host, so that a test, or a
/// container that sees its host's files elsewhere, only names another root.
///
/// ```swift
/// let host = Host()                       // this machine
/// let mounted = Host(root: "/mnt/host")   // its files seen from a container
/// ```
public struct Host: Sendable, Hashable {
  /// The folder that holds `sys`, `proc` and `dev`; empty for the machine itself.
  public let root: String

  public init(root: String = "") {
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
  }

  /// Whether this is the running machine and not a copy of its files: system calls make sense.
  public var isLive: Bool { root.isEmpty }

  /// An absolute path such as `/sys/class/powercap`, seen from the root.
  public func path(_ absolute: String) -> String { root + absolute }

  /// The names in a folder, sorted; empty where there is no such folder.
  public func list(_ absolute: String) -> [String] {
    guard let directory = opendir(path(absolute)) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func exists(_ absolute: String) -> Bool { access(path(absolute), F_OK) == 0 }

  /// A small file's text without surrounding white space.
  ///
  /// - Parameter limit: Most bytes read; kernel files are short, and a hostile tree must not fill
  ///   the memory.
  public func read(_ absolute: String, limit: Int = 65536) -> Result<String, SystemFileError> {
    SystemFile.read(path(absolute), limit: limit)
  }

  /// A small file's text, or `nil` for whatever reason.
  public func text(_ absolute: String) -> String? { try? read(absolute).get() }

  /// A small file that holds one unsigned number, or `nil`.
  public func number(_ absolute: String) -> UInt64? { text(absolute).flatMap { UInt64($0) } }
}

/// Why a system file gave nothing.
public enum SystemFileError: Error, Sendable, Hashable, CustomStringConvertible {
  case missing(path: String)
  case permission(path: String)
  /// The file is open and the device behind it is no more.
  case gone(path: String)
  case unreadable(path: String, reason: String)
  case notANumber(path: String, text: String)

  public var description: String {
    switch self {
    case .missing(let path): "no such file: \(path)"
    case .permission(let path): "permission denied: \(path)"
    case .gone(let path): "\(path): the device is gone"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .notANumber(let path, let text): "not a number in \(path): '\(text.prefix(40))'"
    }
  }

  init(path: String, errno code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .missing(path: path)
    case EACCES, EPERM: self = .permission(path: path)
    case ENODEV, ENXIO: self = .gone(path: path)
    default: self = .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }
}

/// A kernel file kept open, so that a window costs one `pread` a counter and no path look-up.
public final class SystemFile: Sendable {
  public let path: String
  private let descriptor: Int32

  /// - Throws: ``SystemFileError`` when the file cannot be opened.
  public init(_ path: String) throws(SystemFileError) {
    self.path = path
    // Without waiting: a FIFO where a kernel file should be must not hold up discovery.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemFileError(path: path, errno: errno) }
  }

  deinit { close(descriptor) }

  /// The file's first bytes as the kernel makes them now.
  ///
  /// - Returns: How many bytes were put in `buffer`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemFileError) -> Int {
    let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
    guard count >= 0 else { throw SystemFileError(path: path, errno: errno) }
    return count
  }

  /// The unsigned decimal number the file holds.
  ///
  /// - Throws: ``SystemFileError/notANumber(path:text:)`` for an empty file, other text, or a
  ///   number above 2^64-1.
  /// - Cost: one system call, no allocation.
  public func readNumber() throws(SystemFileError) -> UInt64 {
    var storage: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
    var failure: SystemFileError?
    var value: UInt64 = 0
    withUnsafeMutableBytes(of: &storage) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      if count < 0 {
        failure = SystemFileError(path: path, errno: errno)
      } else if let number = Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
        value = number
      } else {
        failure = .notANumber(
          path: path, text: String(decoding: buffer[..<count], as: UTF8.self))
      }
    }
    if let failure { throw failure }
    return value
  }

  /// Digits with optional white space around them; `nil` for anything else or an overflow.
  static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
    var value: UInt64 = 0
    var digits = 0
    var ended = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if ended { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
        if overflow || carry { return nil }
        value = sum
        digits += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if digits > 0 { ended = true }
      default: return nil
      }
    }
    return digits > 0 ? value : nil
  }

  static func read(_ path: String, limit: Int) -> Result<String, SystemFileError> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(SystemFileError(path: path, errno: errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = chunk.withUnsafeMutableBytes { buffer in
        #if canImport(Darwin)
          Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
          Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
          Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(SystemFileError(path: path, errno: errno))
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return .success(trimmed(bytes.prefix(limit)))
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) || $0 == 0 }
    var slice = bytes.drop(while: isSpace)
    while let last = slice.last, isSpace(last) { slice.removeLast() }
    return String(decoding: slice, as: UTF8.self)
  }
}
