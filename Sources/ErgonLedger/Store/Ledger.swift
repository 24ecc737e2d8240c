internal import ErgonEnergy
internal import GRDB
internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The store of all runs: one SQLite file that many programs may write at once.
///
/// Opening is lazy: nothing is touched before the first read or write, a read never creates the
/// file, and the first write creates its folder.
///
/// ```swift
/// let ledger = Ledger()                                    // the user's own
/// let latest = try ledger.summaries(matching: RunQuery(subject: "gzip", limit: 10))
/// ```
///
/// **What survives what.** The file is in write-ahead mode with `synchronous = NORMAL`. A commit is
/// handed to the kernel before it returns, so a program killed at any moment loses at most the run
/// it had open; a power cut may lose the commits of the last seconds, never the file, because the
/// log is flushed before any page of the file is replaced and every log frame carries a checksum.
/// Flushing at every commit would cost milliseconds a run and protect only against the power cut.
///
/// The file must lie on a local disk: write-ahead mode shares memory between its users.
public final class Ledger: Sendable {
  /// The file's path, given or found.
  public let path: String
  private let connection = Mutex<DatabaseQueue?>(nil)

  /// How long a write waits for other writers.
  static let patience = 10.0
  /// `Ergn`, in the file's header: tells a ledger from any other SQLite file.
  static let applicationID: Int32 = 0x4572_676E

  /// A ledger at `path`, or at ``defaultPath`` when none is given.
  ///
  /// - Cost: no system call; see ``Ledger`` for when the file is opened.
  public init(path: String? = nil) {
    self.path = path ?? Self.defaultPath
  }

  /// Whether the file is there yet.
  ///
  /// Only what is known to be absent is not there: a folder this user may not look into gives an
  /// error at the first read, not an empty ledger.
  public var exists: Bool { access(path, F_OK) == 0 || ![ENOENT, ENOTDIR].contains(errno) }

  // MARK: Access for the extensions

  /// Runs `body` on the file, or answers `nil` without creating it where there is none.
  func read<T>(_ body: (Database) throws -> T) throws(LedgerError) -> T? {
    guard exists else { return nil }
    let queue = try open(creating: false)
    do { return try queue.read(body) } catch { throw translated(error) }
  }

  /// Runs `body` in one transaction: all of it is kept, or nothing.
  func write<T>(_ body: (Database) throws -> T) throws(LedgerError) -> T {
    let queue = try open(creating: true)
    if queue.configuration.readonly { throw notWritable() }
    do { return try queue.write(body) } catch { throw translated(error) }
  }

  private func open(creating: Bool) throws(LedgerError) -> DatabaseQueue {
    let result: Result<DatabaseQueue, LedgerError> = connection.withLock { connection in
      if let connection { return .success(connection) }
      do throws(LedgerError) {
        let opened = try connect(creating: creating)
        connection = opened
        return .success(opened)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func connect(creating: Bool) throws(LedgerError) -> DatabaseQueue {
    if creating, !exists { try createFile() }
    var configuration = Configuration()
    configuration.label = "ergon.ledger"
    configuration.busyMode = .timeout(Self.patience)
    configuration.readonly = access(path, W_OK) != 0
    // Several processes may be creating the file at this moment. SQLite's own waiting does not
    // cover the switch to write-ahead mode, so the whole of opening is tried again.
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(Self.patience)
    while true {
      do {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try Schema.prepare(queue, path: path)
        return queue
      } catch let error as DatabaseError
        where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) && clock.now < deadline
      {
        usleep(useconds_t.random(in: 1000...5000))
      } catch {
        throw translated(error)
      }
    }
  }

  /// Makes the folder and an empty file that only the user can read.
  ///
  /// Command lines may hold secrets. SQLite gives its side files the same mode.
  private func createFile() throws(LedgerError) {
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += part + "/"
      guard mkdir(folder, 0o700) != 0 else { continue }
      let code = errno
      // Some systems look at the permission before they see that the folder is there.
      if code != EEXIST, access(folder, F_OK) != 0 { throw creationError(folder, code) }
    }
    let descriptor = DescriptorCalls.create(path, mode: 0o600)
    guard descriptor >= 0 else { throw creationError(path, errno) }
    close(descriptor)
  }

  private func creationError(_ place: String, _ code: Int32) -> LedgerError {
    let reason = String(cString: strerror(code))
    switch code {
    case EACCES, EPERM, EROFS: return .permission(path: place, reason: reason)
    case ENOSPC, EDQUOT: return .diskFull(path: place)
    default: return .cannotCreate(path: place, reason: reason)
    }
  }

  // MARK: Errors

  private func notWritable() -> LedgerError {
    .permission(path: path, reason: "the file or its folder cannot be written by this user")
  }

  /// SQLite's verdict in the words of this room.
  func translated(_ error: any Error) -> LedgerError {
    if let error = error as? LedgerError { return error }
    guard let error = error as? DatabaseError else {
      return .system(path: path, reason: String(describing: error))
    }
    let reason = error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: return .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path, seconds: Self.patience)
    case .SQLITE_NOTADB: return .notALedger(path: path, reason: "it is no SQLite file")
    case .SQLITE_CORRUPT: return .damaged(path: path, reason: reason)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: return notWritable()
    case .SQLITE_CANTOPEN, .SQLITE_IOERR:
      if isDiskFull { return .diskFull(path: path) }
      if isFolder { return .notALedger(path: path, reason: "it is a folder") }
      // A quota or a limit on the size of files; the system says no more than that.
      if error.extendedResultCode == .SQLITE_IOERR_WRITE {
        return .system(path: path, reason: "the file cannot grow: check quota and 'ulimit -f'")
      }
      if access(path, R_OK) != 0 {
        return .permission(path: path, reason: String(cString: strerror(errno)))
      }
      return access(folder, W_OK) != 0 ? notWritable() : .system(path: path, reason: reason)
    default: return .system(path: path, reason: reason)
    }
  }

  private var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// SQLite reports a full disk as an I/O error where it happens outside a plain page write.
  private var isDiskFull: Bool {
    var space = statvfs()
    return statvfs(folder, &space) == 0 && space.f_bavail < 16
  }

  private var isFolder: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

/// `open(2)` is variadic, and each platform's module spells it its own way inside a type that has a
/// method of that name.
private enum DescriptorCalls {
  static func create(_ path: String, mode: mode_t) -> Int32 {
    #if canImport(Darwin)
      Darwin.open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
    #elseif canImport(Musl)
      Musl.open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
    #else
      Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
    #endif
  }
}
