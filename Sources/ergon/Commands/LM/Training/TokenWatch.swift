import ErgonLab
import ErgonWorkload
import Synchronization

/// Counts the tokens that are learned from, on their way to the observer, and gives the stages of
/// learning the names they have for language models.
final class TokenWatch: WorkloadContext {
  static let learning = "learning"

  private let observer: Observer
  private let counted = Mutex<UInt64>(0)

  init(_ observer: Observer) { self.observer = observer }

  var tokens: Int { Int(clamping: counted.withLock { $0 }) }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    var progress = progress
    if progress.stage.hasPrefix("epoch") {
      counted.withLock { $0 = max($0, progress.counts.items) }
      progress.stage = progress.stage.contains(",") ? "validation" : Self.learning
    }
    try observer.report(progress)
  }
}
