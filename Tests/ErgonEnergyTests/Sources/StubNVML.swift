import Foundation
import Testing

/// The stand-in for NVIDIA's library: compiled once a run, copied for each test so that each has a
/// script of its own.
final class StubNVML {
  enum Variant: String, CaseIterable {
    case current = ""
    /// A library without energy counter, limits and processes.
    case old = "-DOLD"
    case withoutInit = "-DWITHOUT_INIT"
  }

  /// Whether there is a compiler; without one the suite is skipped.
  static let compiler: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return ["cc", "clang", "gcc"].lazy
      .flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private static let built: [Variant: Data] = {
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Stubs/nvml.c").path
    var built: [Variant: Data] = [:]
    for variant in Variant.allCases {
      let output = FileManager.default.temporaryDirectory
        .appending(path: "ergon-nvml-\(UUID().uuidString).so")
      defer { try? FileManager.default.removeItem(at: output) }
      let process = Process()
      process.executableURL = compiler.map { URL(filePath: $0) }
      process.arguments =
        ["-shared", "-fPIC", "-std=gnu11", "-o", output.path, source, "-ldl"]
        + (variant.rawValue.isEmpty ? [] : [variant.rawValue])
      try? process.run()
      process.waitUntilExit()
      built[variant] = try? Data(contentsOf: output)
    }
    return built
  }()

  let path: String
  private let folder: URL

  init(_ script: [String: String], _ variant: Variant = .current) throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "ergon-nvml-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let library = folder.appending(path: "libnvidia-ml.so.1")
    try #require(Self.built[variant]).write(to: library)
    path = library.path
    try set(script)
  }

  /// Removes the library and its script; to be called when the test is done with both.
  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// What the library answers from now on.
  func set(_ script: [String: String]) throws {
    let text = script.map { "\($0.key) \($0.value)\n" }.sorted().joined()
    try text.write(toFile: path + ".script", atomically: true, encoding: .utf8)
  }
}
