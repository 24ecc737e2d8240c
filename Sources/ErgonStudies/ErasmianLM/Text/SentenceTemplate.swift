import ErgonNumerics

/// A sentence with places for what it is about and alternatives in square brackets.
///
/// `"{s} is [taught|given] by {v}[ again|]."` gives four sentences for a subject and a value.
struct SentenceTemplate: Sendable, Hashable, ExpressibleByStringLiteral {
  let pattern: String

  init(stringLiteral pattern: String) { self.pattern = pattern }
  init(_ pattern: String) { self.pattern = pattern }

  /// The sentence with one alternative of each bracket, drawn at random.
  func rendered(
    _ words: [Character: String], _ random: inout SplitMix64
  ) -> String {
    var text = ""
    var rest = pattern[...]
    while let next = rest.firstIndex(where: { $0 == "{" || $0 == "[" }) {
      text += rest[..<next]
      let close: Character = rest[next] == "{" ? "}" : "]"
      guard let end = rest[next...].firstIndex(of: close) else { break }
      let inside = rest[rest.index(after: next)..<end]
      if close == "}" {
        text += inside.first.flatMap { words[$0] } ?? ""
      } else {
        let choices = inside.split(separator: "|", omittingEmptySubsequences: false)
        text += choices[random.nextIndex(below: choices.count)]
      }
      rest = rest[rest.index(after: end)...]
    }
    return text + rest
  }
}

extension SplitMix64 {
  /// One of the elements, each as likely.
  mutating func pick<T>(_ elements: [T]) -> T { elements[nextIndex(below: elements.count)] }

  /// The elements in random order.
  mutating func shuffled<T>(_ elements: [T]) -> [T] {
    var list = elements
    for last in stride(from: list.count - 1, to: 0, by: -1) {
      list.swapAt(last, nextIndex(below: last + 1))
    }
    return list
  }
}
