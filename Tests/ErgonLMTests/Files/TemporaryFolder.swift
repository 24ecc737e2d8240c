import Foundation

/// A folder of a test's own, gone with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("ergon-lm-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and says where it is.
  func write(_ bytes: [UInt8], _ name: String = "model.bin") throws -> String {
    let place = path + "/" + name
    // A new file: one of the same name may be mapped still.
    try Data(bytes).write(to: URL(fileURLWithPath: place), options: .atomic)
    return place
  }

  func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }
}
