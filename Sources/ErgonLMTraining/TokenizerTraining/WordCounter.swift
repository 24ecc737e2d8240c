import ErgonLM
import ErgonTensor
import ErgonWorkload

/// Counts the words of texts on all threads; the count is the same whatever their number.
struct WordCounter {
  private let cut: PreTokenization
  private let limit: Int
  private(set) var words = WordTable()
  /// Bytes of text read.
  private(set) var bytes = 0
  /// Rare words given up to stay within the limit.
  private(set) var dropped = 0

  /// - Parameter limit: Different words to keep; beyond that the rarest half goes.
  init(_ cut: PreTokenization, limit: Int) {
    self.cut = cut
    self.limit = limit
  }

  /// Bytes that a thread counts at a time, and that are counted between two reports.
  private static let unit = 1 << 20
  private static let wave = 1 << 24

  private struct Stretch {
    var range: Range<Int>
    var startsDocument: Bool
  }

  // MARK: Sources

  mutating func add(_ texts: some Sequence<String>, in context: some WorkloadContext) throws {
    var text: [UInt8] = []
    var stretches: [Stretch] = []
    for var document in texts {
      let start = text.count
      document.withUTF8 { text.append(contentsOf: $0) }
      text.withUnsafeBufferPointer { Self.cut($0, start..<$0.count, into: &stretches) }
      if text.count >= Self.wave {
        try count(text, stretches, of: nil, in: context)
        text.removeAll(keepingCapacity: true)
        stretches.removeAll(keepingCapacity: true)
      }
    }
    try count(text, stretches, of: nil, in: context)
  }

  /// Adds files as documents, mapped into memory; bytes that are no UTF-8 count as U+FFFD.
  mutating func add(files paths: [String], in context: some WorkloadContext) throws {
    let files = try paths.map { (path) throws(LMError) in try mapFile(path) }
    let total = files.reduce(0) { $0 + $1.bytes.count }
    for file in files {
      defer { withExtendedLifetime(file) {} }
      let text = file.bytes.assumingMemoryBound(to: UInt8.self)
      var stretches: [Stretch] = []
      Self.cut(text, 0..<text.count, into: &stretches)
      var first = 0
      while first < stretches.count {
        var last = first
        let start = stretches[first].range.lowerBound
        while last < stretches.count, stretches[last].range.lowerBound - start < Self.wave {
          last += 1
        }
        try count(text, Array(stretches[first..<last]), of: total, isRaw: true, in: context)
        first = last
      }
    }
  }

  /// Cuts a document where its words allow it.
  private static func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ document: Range<Int>, into stretches: inout [Stretch]
  ) {
    var start = document.lowerBound
    while start < document.upperBound {
      var end = min(start + unit, document.upperBound)
      while end < document.upperBound && !PreTokenization.isCut(text, end) { end += 1 }
      stretches.append(
        Stretch(range: start..<end, startsDocument: start == document.lowerBound))
      start = end
    }
  }

  // MARK: Counting

  private mutating func count(
    _ text: [UInt8], _ stretches: [Stretch], of total: Int?, in context: some WorkloadContext
  ) throws {
    try text.withUnsafeBufferPointer { try count($0, stretches, of: total, in: context) }
  }

  private mutating func count(
    _ text: UnsafeBufferPointer<UInt8>, _ stretches: [Stretch], of total: Int?,
    isRaw: Bool = false, in context: some WorkloadContext
  ) throws {
    // What one thread counts at a time: several short documents, or part of a long one.
    var groups: [Range<Int>] = []
    var size = Self.unit
    for (place, stretch) in stretches.enumerated() {
      if size >= Self.unit {
        groups.append(place..<place)
        size = 0
      }
      size += stretch.range.count
      groups[groups.count - 1] = groups[groups.count - 1].lowerBound..<place + 1
      bytes += stretch.range.count
    }
    var tables = [WordTable](repeating: WordTable(), count: groups.count)
    tables.withUnsafeMutableBufferPointer { tables in
      nonisolated(unsafe) let tables = tables
      parallelLoop(groups.count) { part in
        for group in part {
          for stretch in stretches[groups[group]] {
            let text = UnsafeBufferPointer(rebasing: text[stretch.range])
            if isRaw && !isUTF8(text) {
              Array(String(decoding: text, as: UTF8.self).utf8).withUnsafeBufferPointer {
                count($0, stretch, into: &tables[group])
              }
            } else {
              count(text, stretch, into: &tables[group])
            }
          }
        }
      }
    }
    for table in tables {
      words.add(table)
      if words.count > limit {
        let kept = words.rarestDropped(downTo: limit / 2)
        dropped += words.count - kept.count
        words = kept
      }
    }
    try context.report(
      WorkloadProgress(
        stage: "counting words", completed: Double(bytes), total: total.map(Double.init),
        counts: WorkloadCounts(bytes: UInt64(bytes)), figures: [("words", Double(words.count))]))
  }

  private func count(
    _ text: UnsafeBufferPointer<UInt8>, _ stretch: Stretch, into table: inout WordTable
  ) {
    cut.forEach(in: text, startsDocument: stretch.startsDocument) { table.add($0) }
  }
}

private func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  let bytes = UnsafeRawBufferPointer(text)
  var at = 0
  while at < bytes.count {
    if at + 8 <= bytes.count,
      bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      at += 8
      continue
    }
    let length = utf8Length(bytes, at: at)
    if length == 0 { return false }
    at += length
  }
  return true
}
