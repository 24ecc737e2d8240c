public import ErgonWorkload

/// Looks for spans of held-out text that also stand in the text that is learned from, where a model
/// could know them by heart.
///
/// ```swift
/// var check = LeakageCheck()                       // spans of 50 characters
/// check.hold(out: heldOutText)
/// check.read(training: trainingText)
/// check.leakedCharacters(of: heldOutText).count    // 0 where nothing leaks
/// ```
///
/// - Accuracy: spans are compared by a hash of 64 bits.
/// - Cost: one pass over each text; 11 bytes a held-out character.
public struct LeakageCheck: Sendable {
  /// Characters in a span.
  public let spanLength: Int
  private var held: Set<UInt64> = []
  private var leaked: Set<UInt64> = []
  /// One bit for each of some hashes: most spans of training text are told from held-out ones by it.
  private var filter: [UInt64] = []

  /// - Precondition: the length is positive.
  public init(spanLength: Int = 50) {
    precondition(spanLength > 0, "LeakageCheck: spans of \(spanLength) characters")
    self.spanLength = spanLength
  }

  /// Adds a text that nothing of may be learned from; all of them come before the first that is.
  public mutating func hold(out text: String) {
    var held = self.held
    self.held = []
    forEachSpan(Array(text.unicodeScalars)) { hash, _ in held.insert(hash) }
    self.held = held
    filter = []
  }

  /// Looks for held-out spans in a text that is learned from.
  public mutating func read(training text: String) {
    if filter.isEmpty { makeFilter() }
    let shift = UInt64(64 - (filter.count * 64).trailingZeroBitCount)
    var found: [UInt64] = []
    forEachSpan(Array(text.unicodeScalars)) { hash, _ in
      let bit = hash >> shift
      if filter[Int(bit >> 6)] >> (bit & 63) & 1 != 0 && held.contains(hash) { found.append(hash) }
    }
    leaked.formUnion(found)
  }

  private mutating func makeFilter() {
    var words = 1
    while words * 64 < held.count * 8 { words *= 2 }
    filter = [UInt64](repeating: 0, count: words)
    let shift = UInt64(64 - (words * 64).trailingZeroBitCount)
    for hash in held {
      let bit = hash >> shift
      filter[Int(bit >> 6)] |= 1 << (bit & 63)
    }
  }

  /// How many characters of a held-out text stand in spans that leaked, and the first of these.
  public func leakedCharacters(of text: String) -> (count: Int, first: String?) {
    let scalars = Array(text.unicodeScalars)
    var count = 0
    var first: String?
    var covered = 0
    forEachSpan(scalars) { hash, start in
      guard leaked.contains(hash) else { return }
      let end = start + spanLength
      if first == nil {
        first = String(String.UnicodeScalarView(scalars[start..<end]))
      }
      count += end - max(start, covered)
      covered = end
    }
    return (count, first)
  }

  /// Calls `body` with a hash of each span and where it begins.
  private func forEachSpan(_ text: [Unicode.Scalar], _ body: (UInt64, Int) -> Void) {
    guard text.count >= spanLength else { return }
    let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    var power: UInt64 = 1
    for _ in 0..<spanLength { power = power &* base }
    var sum: UInt64 = 0
    for end in 0..<text.count {
      sum = sum &* base &+ UInt64(text[end].value + 1)
      if end >= spanLength { sum = sum &- power &* UInt64(text[end - spanLength].value + 1) }
      guard end >= spanLength - 1 else { continue }
      // The upper bits of a product depend on all of its factors' bits.
      var hash = (sum ^ (sum >> 32)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      body(hash &* 0x94D0_49BB_1331_11EB, end - spanLength + 1)
    }
  }
}

/// What of a corpus's held-out documents stands in those learned from.
public struct LeakageReport: Sendable, Hashable {
  public let spanLength: Int
  public internal(set) var heldOutDocuments = 0
  public internal(set) var heldOutCharacters = 0
  /// Held-out documents with a span that leaked, and characters in such spans.
  public internal(set) var leakingDocuments = 0
  public internal(set) var leakedCharacters = 0
  /// The first ten of them with their first such span.
  public internal(set) var examples: [Document] = []
}

extension CorpusSurvey {
  /// Checks that no span of a held-out document is learned from.
  ///
  /// - Throws: `WorkloadStopped`.
  /// - Cost: reads the corpus once and the held-out documents twice, see ``LeakageCheck``.
  public func leakage(
    spanLength: Int = 50, in context: some WorkloadContext = UnobservedContext()
  ) throws(WorkloadStopped) -> LeakageReport {
    var check = LeakageCheck(spanLength: spanLength)
    for document in documents(.heldOut) { check.hold(out: document.text) }
    let total = Double(size(of: .training).documents)
    var read = 0
    for document in documents(.training) {
      check.read(training: document.text)
      read += 1
      try context.report(
        WorkloadProgress(stage: "leakage", completed: Double(read), total: total))
    }
    var report = LeakageReport(spanLength: spanLength)
    for document in documents(.heldOut) {
      let (count, first) = check.leakedCharacters(of: document.text)
      report.heldOutDocuments += 1
      report.heldOutCharacters += document.text.unicodeScalars.count
      report.leakedCharacters += count
      guard let first else { continue }
      report.leakingDocuments += 1
      if report.examples.count < 10 {
        report.examples.append(Document(source: document.source, text: first))
      }
    }
    return report
  }
}
