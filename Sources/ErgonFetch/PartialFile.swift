import ErgonData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What has arrived of a file so far, beside where the whole will be.
///
/// It is kept when a download stops, with a note of which version of the file it is part of, so
/// that the next one can go on.
final class PartialFile {
  /// A server's name for one version of a file.
  struct Version: Equatable {
    var url: String
    var validator: String
  }

  private let path: String
  private let partial: String
  private let note: String
  private let descriptor: Int32
  /// Bytes so far.
  private(set) var size: Int
  private var isClosed = false

  /// Opens what is there, or begins anew.
  ///
  /// - Throws: ``FetchError/busy(path:)`` while another process writes it.
  init(for path: String) throws(FetchError) {
    self.path = path
    partial = path + ".partial"
    note = path + ".partial-version"
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    if !folder.isEmpty {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw .cannotWrite(
          path: folder, reason: "the folder cannot be made; check who may write it")
      }
    }
    descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: partial, reason: Self.reason) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isNamed(partial, descriptor) else {
      Self.close(descriptor)
      throw .busy(path: path)
    }
    size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
  }

  deinit { letGo() }

  /// Lets others have the file, and removes a beginning without a byte.
  func letGo() {
    guard !isClosed else { return }
    isClosed = true
    if size == 0, Self.isNamed(partial, descriptor) {
      unlink(partial)
      unlink(note)
    }
    // A child that was forked meanwhile would keep the lock beyond the close.
    flock(descriptor, LOCK_UN)
    Self.close(descriptor)
  }

  /// Whether a descriptor is still what has the name: whoever held the lock may have moved it away.
  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(descriptor, &opened) == 0
      && named.st_ino == opened.st_ino
  }

  private static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      Darwin.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Glibc.close(descriptor)
    #endif
  }

  /// Which version the bytes are part of; `nil` when nobody knows.
  var version: Version? {
    guard let bytes = try? BinaryFile.read(note, limit: 1 << 14) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    return lines.count == 2 ? Version(url: lines[0], validator: lines[1]) : nil
  }

  /// Forgets everything and begins a version anew.
  func restart(as version: Version?) throws(FetchError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .cannotWrite(path: partial, reason: Self.reason)
    }
    size = 0
    unlink(note)
    guard let version, !version.validator.contains("\n") else { return }
    do {
      try TextFile.write("\(version.url)\n\(version.validator)\n", to: note)
    } catch {
      throw .cannotWrite(path: note, reason: error.description)
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(FetchError) {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: partial, reason: Self.reason)
      }
      written += count
      size += count
    }
  }

  /// - Throws: ``FetchError`` when the bytes are another file's than the one from an address.
  func check(_ digest: FileDigest, from url: String) throws(FetchError) {
    let found: FileDigest
    do {
      found = try digest.ofSameKind(file: partial)
    } catch {
      throw .cannotWrite(path: partial, reason: error.description)
    }
    if found != digest { throw .wrongDigest(url: url, found: found, expected: digest) }
  }

  /// Gives the file its name.
  func finish() throws(FetchError) {
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP, rename(partial, path) == 0
    else { throw .cannotWrite(path: path, reason: Self.reason) }
    unlink(note)
  }

  private static var reason: String {
    errno == ENOSPC ? "no space left on the device" : String(cString: strerror(errno))
  }
}
