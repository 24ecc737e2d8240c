import ErgonEnergy
import ErgonWorkload

/// How fast a stage goes: what was done since it began, over the time since.
struct ProgressPace: Sendable {
  let start: Double
  let completed: Double
  let items: UInt64

  init(start: Double, from progress: WorkloadProgress? = nil) {
    self.start = start
    completed = progress?.completed ?? 0
    items = progress?.counts.items ?? 0
  }

  /// Seconds until the stage's total at its pace so far; `nil` while nobody can know.
  func remaining(_ progress: WorkloadProgress, at now: Double) -> Double? {
    guard let total = progress.total, total > progress.completed else { return nil }
    let done = progress.completed - completed
    guard done > 0, now > start else { return nil }
    return (total - progress.completed) * (now - start) / done
  }

  /// Items since the stage began; `nil` for a workload that counts none.
  func items(_ progress: WorkloadProgress) -> UInt64? {
    progress.counts.items > items ? progress.counts.items - items : nil
  }

  /// Items a second.
  func itemsPerSecond(_ progress: WorkloadProgress, at now: Double) -> Double? {
    guard let done = items(progress), now > start else { return nil }
    return Double(done) / (now - start)
  }
}

/// One line that says how far a workload is and what it has cost:
/// `epoch 2  42 %  1 min 10 s left  1240 items/s  12.3 J estimated  loss 0.310`, and behind the
/// joules `71.3 J per 10⁶ tokens` where somebody said what the items are.
struct ProgressLine: Sendable, CustomStringConvertible {
  let description: String

  init(
    progress: WorkloadProgress, pace: ProgressPace, now: Double, energy: Figure<Joules>?,
    itemName: String? = nil, stageEnergy: Figure<Joules>? = nil
  ) {
    let items = itemName.map(Self.printable)
    var parts: [String] = []
    if !progress.stage.isEmpty { parts.append(Self.printable(progress.stage)) }
    if let fraction = progress.fraction {
      parts.append("\(Int((100 * fraction).rounded(.down))) %")
    } else {
      parts.append("\(QuantityFormat.number(progress.completed, significantDigits: 4)) done")
    }
    if let seconds = pace.remaining(progress, at: now) {
      parts.append("\(Self.clock(seconds)) left")
    }
    if let rate = pace.itemsPerSecond(progress, at: now) {
      parts.append("\(QuantityFormat.number(rate)) \(items ?? "items")/s")
    }
    if let energy { parts.append("\(energy.best) \(energy.provenance.kind.rawValue)") }
    if let items, let stageEnergy, let done = pace.items(progress) {
      parts.append("\(stageEnergy.best * (1e6 / Double(done))) per 10⁶ \(items)")
    }
    for figure in progress.figures {
      parts.append("\(Self.printable(figure.name)) \(QuantityFormat.number(figure.value))")
    }
    description = parts.joined(separator: "  ")
  }

  /// `8 s`, `1 min 10 s`, `2 h 05 min`, `3 d 04 h`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "ages" }
    let whole = Int(seconds.rounded(.up))
    let two = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    if whole < 86400 { return "\(whole / 3600) h \(two(whole % 3600 / 60)) min" }
    return "\(whole / 86400) d \(two(whole % 86400 / 3600)) h"
  }

  /// Names come from data; a terminal must not obey them.
  private static func printable(_ text: String) -> String {
    String(text.unicodeScalars.filter { $0.value >= 32 && !(127...159).contains($0.value) })
  }
}
