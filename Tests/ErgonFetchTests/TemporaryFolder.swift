import ErgonWorkload
import Foundation
import Synchronization

/// A folder of its own for one test, removed with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "ergon-fetch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func bytes(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))).map { Array($0) }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func make(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}

/// Keeps every report, and stops once so many bytes are done.
final class WatchingContext: WorkloadContext {
  private let limit: Double
  private let all = Mutex<[WorkloadProgress]>([])

  init(stopAfter limit: Double = .infinity) { self.limit = limit }

  var reports: [WorkloadProgress] { all.withLock { $0 } }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    all.withLock { $0.append(progress) }
    if progress.completed >= limit { throw WorkloadStopped(reason: "enough") }
  }
}
