/// The kernel's way to write sets of processors: `0-3,8,10-11`.
enum CPUList {
  /// The processors named, ascending and without repetition; `nil` for any other text.
  ///
  /// - Parameter limit: Highest number accepted, so that a hostile file cannot fill the memory.
  static func parse(_ text: String, limit: Int = 65535) -> [Int]? {
    var numbers: Set<Int> = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard (1...2).contains(ends.count), let first = Int(ends[0]),
        let last = Int(ends[ends.count - 1]),
        0 <= first, first <= last, last <= limit
      else { return nil }
      numbers.formUnion(first...last)
    }
    return numbers.isEmpty ? nil : numbers.sorted()
  }
}
