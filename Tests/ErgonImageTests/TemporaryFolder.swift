import Foundation
import Testing

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "ergon-image-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }
}

/// The folder of real data sets, if this run has one.
let realData = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""

extension Tag {
  /// Takes more than a second; left out of the quick run.
  @Tag static var slow: Self
  /// Needs the real data sets that `ERGON_DATA` points to.
  @Tag static var realData: Self
}
