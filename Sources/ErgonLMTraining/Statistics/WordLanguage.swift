import ErgonTensor
import RealModule

/// A language made by a small grammar, whose entropy is known: text for a machine without any.
///
/// A sentence is a walk through classes of words, each word drawn from its class with chances that
/// fall as 1 / rank. Words are of letters drawn once, end in a space, and are all different, so
/// that the text says which were drawn. That makes the entropy of a byte
///
///     sum over classes of share * (H(next class) + H(word in class)) / mean length of a word
///
/// ```swift
/// let language = WordLanguage(seed: 1)
/// let text = language.text(bytes: 1_000_000, seed: 2)
/// language.entropy                            // 0.94 nats a byte: what no model can undercut
/// ```
public struct WordLanguage: Sendable {
  /// Nats a byte.
  public let entropy: Double
  private let words: [[[UInt8]]]
  /// Chances of the next class, and of each rank in a class, added up.
  private let next: [[Double]]
  private let ranks: [Double]

  /// - Parameters:
  ///   - classes: Kinds of words.
  ///   - wordsPerClass: Words of each.
  public init(classes: Int = 6, wordsPerClass: Int = 40, seed: UInt64) {
    precondition(classes > 0 && wordsPerClass > 0, "WordLanguage: \(classes) x \(wordsPerClass)")
    precondition(classes * wordsPerClass <= 10_000, "WordLanguage: more than 10,000 words")
    var random = RandomStream(seed: seed)
    var known: Set<[UInt8]> = []
    let words = (0..<classes).map { _ in
      (0..<wordsPerClass).map { _ in
        var word: [UInt8]
        repeat {
          word = (0..<Int.random(in: 2...7, using: &random)).map { _ in
            UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &random)
          }
        } while !known.insert(word).inserted
        return word + [UInt8(ascii: " ")]
      }
    }
    let chances = (0..<classes).map { _ in
      // Squares make some classes likely and others rare.
      Self.normalized(
        (0..<classes).map { _ in
          let weight = Double.random(in: 0.05..<1, using: &random)
          return weight * weight
        })
    }
    let ranks = Self.normalized((1...wordsPerClass).map { 1 / Double($0) })
    var share = [Double](repeating: 1 / Double(classes), count: classes)
    for _ in 0..<1_000 {
      share = (0..<classes).map { to in
        (0..<classes).reduce(0) { $0 + share[$1] * chances[$1][to] }
      }
    }
    var (nats, bytes) = (Self.entropy(of: ranks), 0.0)
    for place in 0..<classes {
      nats += share[place] * Self.entropy(of: chances[place])
      bytes += share[place] * zip(ranks, words[place]).reduce(0) { $0 + $1.0 * Double($1.1.count) }
    }
    entropy = nats / bytes
    self.words = words
    self.ranks = Self.cumulative(ranks)
    next = chances.map(Self.cumulative)
  }

  /// Text of the language, cut off at a length.
  public func text(bytes: Int, seed: UInt64) -> [UInt8] {
    var random = RandomStream(seed: seed)
    var text: [UInt8] = []
    text.reserveCapacity(bytes + 8)
    var place = 0
    while text.count < bytes {
      place = Self.draw(next[place], &random)
      text += words[place][Self.draw(ranks, &random)]
    }
    text.removeLast(text.count - bytes)
    return text
  }

  private static func normalized(_ weights: [Double]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private static func entropy(of chances: [Double]) -> Double {
    -chances.reduce(0) { $0 + $1 * Double.log($1) }
  }

  private static func cumulative(_ chances: [Double]) -> [Double] {
    var sum = 0.0
    return chances.map {
      sum += $0
      return sum
    }
  }

  private static func draw(_ cumulative: [Double], _ random: inout RandomStream) -> Int {
    let u = Double.random(in: 0..<1, using: &random)
    return cumulative.firstIndex { u < $0 } ?? cumulative.count - 1
  }
}
