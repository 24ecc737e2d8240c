#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where the files of data sets lie on this machine.
///
/// An offline mirror is looked at first and never written to; what is fetched goes into the
/// store's own folder. Both hold the paths of ``DataFile``, for example `mnist/t10k-labels….gz`.
///
/// ```swift
/// let digits = try MNIST.load(from: .standard, split: .test)
/// ```
public struct DataStore: Sendable, Hashable {
  /// Where fetched files are kept.
  public let folder: String
  /// A folder of files that somebody else keeps, read only.
  public let mirror: String?

  public init(folder: String, mirror: String? = nil) {
    self.folder = folder
    self.mirror = mirror
  }

  /// The user's data folder, with the folder that `ERGON_DATA` names as mirror.
  ///
  /// The data folder is `$XDG_DATA_HOME/ergon/data`, or `~/.local/share/ergon/data`, or on Apple
  /// systems `~/Library/Application Support/ergon/data`.
  public static var standard: DataStore {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    // The specification of these folders tells to ignore a relative path.
    let shared = variable("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    #if canImport(Darwin)
      let below = "/Library/Application Support"
    #else
      let below = "/.local/share"
    #endif
    let folder = shared ?? (variable("HOME") ?? ".") + below
    return DataStore(folder: folder + "/ergon/data", mirror: variable("ERGON_DATA"))
  }

  /// The folders to look in, first to last.
  public var folders: [String] { (mirror.map { [$0] } ?? []) + [folder] }

  /// Where a fetched file belongs, whether or not it is there.
  public func destination(of file: DataFile) -> String { "\(folder)/\(file.path)" }

  /// How much of a file is there.
  public enum State: Sendable, Hashable {
    case missing
    /// A download was begun and can be gone on with.
    case partial(bytes: Int)
    /// A file of this name is there, but it is another one.
    case corrupt(path: String, reason: String)
    case ok(path: String)
  }

  /// How much of a file is there, by its size alone: it costs one look at the folder.
  public func state(of file: DataFile) -> State {
    var corrupt: State?
    for path in folders.map({ "\($0)/\(file.path)" }) {
      guard let size = Self.size(path) else { continue }
      if size == file.size { return .ok(path: path) }
      corrupt = .corrupt(path: path, reason: "\(size) bytes where \(file.size) were published")
    }
    if let corrupt { return corrupt }
    return Self.size(destination(of: file) + ".partial").map { .partial(bytes: $0) } ?? .missing
  }

  /// How much of a file is there, every byte read and compared with the published SHA-256.
  ///
  /// - Throws: ``DataError`` when a file is there and cannot be read.
  public func verify(_ file: DataFile) throws(DataError) -> State {
    let state = state(of: file)
    guard case .ok(let path) = state else { return state }
    let digest = try SHA256Digest(ofFile: path)
    return digest == file.digest
      ? state
      : .corrupt(path: path, reason: "SHA-256 \(digest) where \(file.digest) was published")
  }

  /// The path of a file that is there in its published size.
  ///
  /// - Throws: ``DataError`` when it is missing or of another size.
  public func locate(_ file: DataFile, of set: DataSetDescription) throws(DataError) -> String {
    switch state(of: file) {
    case .ok(let path): return path
    case .corrupt(let path, let reason):
      throw .malformedBytes(
        source: path, offset: nil, reason: reason + "; remove it and fetch the set again")
    case .missing, .partial:
      throw .missingFile(set: set.name, file: file.path, folders: folders)
    }
  }

  /// The size of a regular file; `nil` for anything else.
  private static func size(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
