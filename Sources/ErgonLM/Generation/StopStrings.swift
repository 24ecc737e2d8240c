/// Finds the first of several texts in a stream and never lets a part of one through.
struct StopStrings: Sendable {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []

  init(_ stops: [String]) {
    self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }

  /// The text that is certain now, and whether a stop string came after it.
  ///
  /// Both cuts are before the first byte of a stop string, which begins a character.
  mutating func append(_ text: String) -> (text: String, isStopped: Bool) {
    if stops.isEmpty { return (text, false) }
    held += text.utf8
    for start in held.indices {
      let rest = held[start...]
      for stop in stops where rest.starts(with: stop) {
        let before = String(decoding: held[..<start], as: UTF8.self)
        held = []
        return (before, true)
      }
      // What may become a stop string waits; the earliest such place decides.
      if stops.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
        let before = String(decoding: held[..<start], as: UTF8.self)
        held.removeFirst(start)
        return (before, false)
      }
    }
    defer { held = [] }
    return (String(decoding: held, as: UTF8.self), false)
  }

  /// What still waits, when nothing more comes.
  mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }
}
