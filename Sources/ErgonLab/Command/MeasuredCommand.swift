import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A program to be run and metered from outside, with all that descends from it.
///
/// The program keeps our standard input, output and error, and our process group, so that a
/// terminal's Ctrl-C and Ctrl-Z reach it; signals sent to us are passed on.
///
/// ```swift
/// let command = MeasuredCommand(["gzip", "-9", "corpus.tar"])
/// let outcome = try command.run(meter: Meter())
/// print(outcome.reading.dynamic ?? "unknown", outcome.termination.exitCode)
/// ```
public struct MeasuredCommand: Sendable, Hashable, Codable {
  /// The program and its arguments.
  public var words: [String]
  /// Its environment variables; `nil` for ours.
  public var environment: [String: String]?
  /// Its working directory; `nil` for ours.
  public var directory: String?

  public init(
    _ words: [String], environment: [String: String]? = nil, directory: String? = nil
  ) {
    self.words = words
    self.environment = environment
    self.directory = directory
  }

  /// A line for a shell to read, as a user types it between quotes.
  public init(shell line: String) { self.init(["/bin/sh", "-c", line]) }

  /// The command as one would type it: words quoted where a shell needs it.
  public var commandLine: String {
    // A shell's own line is shown as it was typed.
    if words.count == 3, words[0] == "/bin/sh", words[1] == "-c" { return words[2] }
    return words.map(Self.quoted).joined(separator: " ")
  }

  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=/.,:@%")

  private static func quoted(_ word: String) -> String {
    if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// The file that would be executed, searched for as a shell does.
  ///
  /// - Throws: ``LabError/commandNotFound(name:)``,
  ///   ``LabError/commandNotExecutable(path:reason:)``, ``LabError/emptyCommand``.
  public func executable() throws(LabError) -> String {
    guard let name = words.first, !name.isEmpty else { throw .emptyCommand }
    if let bad = words.first(where: { $0.utf8.contains(0) }) {
      throw .commandNotExecutable(path: bad, reason: "a word holds a zero byte")
    }
    if name.utf8.contains(UInt8(ascii: "/")) {
      if let reason = try Self.obstacle(path: name, in: directory) {
        throw .commandNotExecutable(path: name, reason: reason)
      }
      return name
    }
    let path = environment?["PATH"] ?? getenv("PATH").map { String(cString: $0) }
    var refused: LabError?
    for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":", omittingEmptySubsequences: false)
    {
      let candidate = (folder.isEmpty ? "." : String(folder)) + "/" + name
      do {
        guard let reason = try Self.obstacle(path: candidate, in: directory) else {
          return candidate
        }
        refused = refused ?? .commandNotExecutable(path: candidate, reason: reason)
      } catch { continue }
    }
    throw refused ?? .commandNotFound(name: name)
  }

  /// Why a file cannot be executed; `nil` when it can.
  private static func obstacle(
    path: String, in directory: String?
  ) throws(LabError) -> String? {
    let full = path.hasPrefix("/") ? path : (directory.map { $0 + "/" } ?? "") + path
    var info = stat()
    guard stat(full, &info) == 0 else {
      if errno == EACCES { return String(cString: strerror(EACCES)) }
      throw .commandNotFound(name: path)
    }
    if info.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
    return access(full, X_OK) == 0 ? nil : String(cString: strerror(errno))
  }
}
