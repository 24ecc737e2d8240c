import Foundation
import Testing

/// The built `ergon`, run as a user would run it, in a home of its own.
struct ErgonProcess {
  /// What a finished run left behind.
  struct Result {
    var exitCode: Int32
    var output: String
    var error: String

    /// The one object of `--json`.
    func json() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(object as? [String: Any], "not one JSON object: \(output)")
    }
  }

  /// A folder that is home, data folder and current folder at once, and is removed at the end.
  let home: TemporaryFolder
  var environment: [String: String] = [:]

  init() throws { home = try TemporaryFolder() }

  /// Runs a command line to its end.
  func run(
    _ arguments: String..., input: String = "", in folder: String? = nil
  ) async throws -> Result {
    try await run(arguments, input: input, in: folder)
  }

  func run(
    _ arguments: [String], input: String = "", in folder: String? = nil
  ) async throws -> Result {
    try await start(arguments, input: input, in: folder).finish()
  }

  /// Starts a command line and leaves it running.
  func start(
    _ arguments: [String], input: String = "", in folder: String? = nil
  ) throws -> Running {
    try Running(
      executable: Self.binary, arguments: arguments, environment: variables, input: input,
      folder: folder ?? home.path)
  }

  /// Runs a command line with a terminal as its standard streams; what was shown is the output.
  func runInTerminal(
    _ arguments: [String], input: String = "", columns: Int = 80
  ) async throws -> Result {
    let line = ([Self.binary] + arguments).map(Self.quoted).joined(separator: " ")
    let shell = "stty cols \(columns) rows 24; exec \(line)"
    var variables = variables
    variables["TERM"] = "xterm"
    variables["SHELL"] = "/bin/sh"
    #if os(macOS)
      let arguments = ["-q", "/dev/null", "/bin/sh", "-c", shell]
    #else
      let arguments = ["-qec", shell, "/dev/null"]
    #endif
    return try await Running(
      executable: "/usr/bin/script", arguments: arguments, environment: variables,
      input: input, folder: home.path
    ).finish()
  }

  /// The ledger its runs are kept in.
  var ledgerPath: String { home.path + "/data/ergon/ledger.sqlite" }

  private var variables: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "HOME": home.path, "PATH": path, "LC_ALL": "C.UTF-8",
      "XDG_DATA_HOME": home.path + "/data", "XDG_CONFIG_HOME": home.path + "/config",
    ].merging(environment) { _, own in own }
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// The program the package built beside these tests.
  static let binary: String = {
    #if os(Linux)
      let image = "/proc/self/exe"
    #else
      var information = Dl_info()
      guard dladdr(#dsohandle, &information) != 0, let name = information.dli_fname else {
        return "ergon"
      }
      let image = String(cString: name)
    #endif
    guard let real = realpath(image, nil) else { return "ergon" }
    defer { free(real) }
    var folder = URL(fileURLWithPath: String(cString: real)).deletingLastPathComponent()
    // On Apple systems the tests lie three folders deep in a bundle.
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("ergon").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return "ergon"
  }()
}

/// A command line that is running.
///
/// Its streams are files: nothing has to be drained, and no other child can hold a pipe open. It is
/// spawned by hand, because a worker thread blocks signals and its children would inherit that.
final class Running: Sendable {
  let identifier: Int32
  private let streams: TemporaryFolder
  private let ended: AsyncStream<Int32>

  init(
    executable: String, arguments: [String], environment: [String: String], input: String,
    folder: String
  ) throws {
    streams = try TemporaryFolder()
    let files = try [streams.write(input, to: "input"), streams.path + "/output"]
    let errors = streams.path + "/error"
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, files[1], O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    // A shell changes the folder and gives its place to the program, under the same identifier.
    let line = ["/bin/sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", folder, executable]
    var words = (line + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, line[0], &actions, &attributes, &words, &variables)
    guard failure == 0 else { throw POSIXError(POSIXError.Code(rawValue: failure) ?? .EINVAL) }
    identifier = pid
    let (ended, end) = AsyncStream.makeStream(of: Int32.self)
    self.ended = ended
    let child = pid
    Thread.detachNewThread {
      var status: Int32 = 0
      while waitpid(child, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      end.yield(signal == 0 ? status >> 8 & 0xFF : -signal)
      end.finish()
    }
  }

  func signal(_ number: Int32) { kill(identifier, number) }

  /// What the streams have brought so far.
  var outputSoFar: String { text("output") }
  var errorSoFar: String { text("error") }

  private func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: streams.path + "/" + name)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// Waits for the end; a signal's number is negative.
  func finish() async throws -> ErgonProcess.Result {
    var code: Int32 = -1
    for await status in ended { code = status }
    return ErgonProcess.Result(exitCode: code, output: outputSoFar, error: errorSoFar)
  }
}

/// A folder nobody else uses, gone with its last owner.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let name = "ergon-command-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and names it in full.
  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o644) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }
}
