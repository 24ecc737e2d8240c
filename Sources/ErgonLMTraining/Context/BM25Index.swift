import RealModule

/// Finds the passages that share most words with a question, the rare ones counting most.
///
/// A passage's score is the sum over the question's words of
///
///     idf f (k₁ + 1) / (f + k₁ (1 - b + b l / l̄)),   idf = ln((N - n + ½) / (n + ½))
///
/// with the word's occurrences f in the passage, its length l in words and their mean l̄, the number
/// of passages N and of those with the word n. A word that half of the passages have counts nothing,
/// or as good as: idf is 10⁻⁶ at least, as SQLite's full-text search has it.
///
/// ```swift
/// var index = BM25Index()
/// for page in pages { for chunk in BM25Index.chunks(of: page.text, words: 120) { index.add(chunk) } }
/// index.search("When does the library open?", most: 3).map { index.passages[$0.passage] }
/// ```
///
/// - Reference: S. Robertson, H. Zaragoza, "The probabilistic relevance framework: BM25 and beyond",
///   2009, equation 3.15.
public struct BM25Index: Sendable {
  /// How soon more occurrences of a word stop to matter.
  public var k1 = 1.2
  /// How much longer passages are held back.
  public var b = 0.75
  public private(set) var passages: [String] = []

  private var lengths: [Int] = []
  private var totalLength = 0
  private var terms: [String: Int] = [:]
  /// Of each word the passages that have it, ascending, and how often.
  private var postings: [[(passage: Int, count: Int)]] = []

  public init() {}

  /// Adds a passage and gives its number, counted from 0.
  @discardableResult
  public mutating func add(_ passage: String) -> Int {
    let number = passages.count
    let words = Self.words(of: passage)
    passages.append(passage)
    lengths.append(words.count)
    totalLength += words.count
    for word in words {
      let term = terms[word] ?? postings.count
      if term == postings.count {
        terms[word] = term
        postings.append([])
      }
      if postings[term].last?.passage == number {
        postings[term][postings[term].count - 1].count += 1
      } else {
        postings[term].append((number, 1))
      }
    }
    return number
  }

  /// The best passages for a question, the best first and of equal ones the first; none that has no
  /// word of it.
  ///
  /// - Cost: one look at each occurrence of the question's words.
  public func search(_ question: String, most: Int) -> [(passage: Int, score: Double)] {
    scores(question).map { ($0.key, $0.value) }
      .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
      .prefix(most).map { (passage: $0.0, score: $0.1) }
  }

  /// The score of the best passage; 0 where none has a word of the question.
  public func bestScore(_ question: String) -> Double { scores(question).values.max() ?? 0 }

  private func scores(_ question: String) -> [Int: Double] {
    let mean = Double(totalLength) / Double(max(passages.count, 1))
    var scores: [Int: Double] = [:]
    // In the order of the question, so that sums come out the same each time.
    for word in Self.words(of: question) {
      guard let term = terms[word] else { continue }
      let having = Double(postings[term].count)
      let rarity = max(.log((Double(passages.count) - having + 0.5) / (having + 0.5)), 1e-6)
      for (passage, count) in postings[term] {
        let f = Double(count)
        let length = 1 - b + b * Double(lengths[passage]) / mean
        scores[passage, default: 0] += rarity * f * (k1 + 1) / (f + k1 * length)
      }
    }
    return scores
  }

  /// Runs of letters and digits in lower case.
  static func words(of text: String) -> [String] {
    let text = text.lowercased()
    // What letters are takes a look into tables only beyond ASCII.
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text.utf8
        .split { !((0x61...0x7A).contains($0) || (0x30...0x39).contains($0)) }
        .map { String(Substring($0)) }
    }
    return text.unicodeScalars
      .split { !($0.properties.isAlphabetic || $0.properties.numericType != nil) }
      .map { String($0) }
  }

  /// A text cut into passages of up to a number of words: lines as long as they fit, longer ones
  /// where the words are enough.
  ///
  /// - Precondition: the number is positive.
  public static func chunks(of text: String, words limit: Int) -> [String] {
    precondition(limit > 0, "BM25Index: passages of \(limit) words")
    var chunks: [String] = []
    var open: [Substring] = []
    func close() {
      if !open.isEmpty { chunks.append(open.joined(separator: " ")) }
      open = []
    }
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      if open.count + words.count > limit { close() }
      for word in words {
        if open.count == limit { close() }
        open.append(word)
      }
    }
    close()
    return chunks
  }
}
