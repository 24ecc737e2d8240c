import ErgonTensor
import RealModule

/// Pieces and their log probabilities while a unigram model is learnt.
struct UnigramEstimate {
  private let words: CharacterWords
  private var lattice: UnigramLattice
  private var pieces: [SeedPieces.Piece]
  private var scores: [Double]
  /// Pieces before this number are the characters, which stay.
  private let characters: Int

  init(_ words: CharacterWords, _ seeds: [SeedPieces.Piece]) {
    self.words = words
    lattice = UnigramLattice(words, seeds)
    pieces = seeds
    characters = words.alphabet.count
    let gains = seeds.map { Double($0.count) * Double($0.range.count) }
    let sum = Double.log(gains.reduce(0, +))
    scores = gains.map { $0 > 0 ? .log($0) - sum : Self.unseen }
  }

  var count: Int { pieces.count }

  /// The score of a character that the text does not have.
  private static let unseen = -30.0

  /// One step of expectation maximization; pieces expected less than half a time go, as long as
  /// `wanted` are left.
  ///
  /// - Returns: The log likelihood before the step.
  mutating func maximize(keeping wanted: Int) -> Double {
    let (expected, logLikelihood) = lattice.expectations(scores: scores)
    var isKept = expected.indices.map { $0 < characters || expected[$0] >= 0.5 }
    var kept = isKept.reduce(0) { $0 + ($1 ? 1 : 0) }
    for piece in isKept.indices where kept < wanted && !isKept[piece] {
      isKept[piece] = true
      kept += 1
    }
    let sum = digamma(isKept.indices.reduce(0) { isKept[$1] ? $0 + expected[$1] : $0 })
    scores = expected.map { $0 > 0.01 ? max(Self.unseen, digamma($0) - sum) : Self.unseen }
    keep(isKept)
    return logLikelihood
  }

  /// Keeps the pieces whose loss would cost most.
  mutating func prune(to size: Int) {
    let counts = lattice.bestCounts(scores: scores)
    let sum = counts.reduce(0, +)
    let logSum = Double.log(sum)
    // What the best cuts lose without each piece: nothing where it is not in them, and all where
    // there is no other way to write it.
    var losses = [Double](repeating: .infinity, count: counts.count)
    losses.withUnsafeMutableBufferPointer { losses in
      nonisolated(unsafe) let losses = losses
      parallelLoop(counts.count - characters, grain: 1024) { part in
        for piece in part.lowerBound + characters..<part.upperBound + characters {
          guard let other = lattice.alternative(to: piece, scores: scores) else { continue }
          let count = counts[piece]
          if other.score >= scores[piece] || count == 0 {
            losses[piece] = -.infinity
            continue
          }
          let logSumWithout = Double.log(sum + count * Double(other.pieces.count - 1))
          let without = other.pieces.reduce(0.0) {
            $0 + .log(counts[Int($1)] + count) - logSumWithout
          }
          losses[piece] = count * (.log(count) - logSum - without)
        }
      }
    }
    let order = losses.indices.sorted { (losses[$1], $0) < (losses[$0], $1) }
    var isKept = losses.map { $0 == .infinity }
    for piece in order.prefix(size) { isKept[piece] = true }
    keep(isKept)
  }

  private mutating func keep(_ isKept: [Bool]) {
    var numbers = [Int32](repeating: -1, count: pieces.count)
    var count = 0
    for piece in pieces.indices where isKept[piece] {
      numbers[piece] = Int32(count)
      pieces[count] = pieces[piece]
      scores[count] = scores[piece]
      count += 1
    }
    if count == pieces.count { return }
    pieces.removeLast(pieces.count - count)
    scores.removeLast(scores.count - count)
    lattice.renumber(numbers, count: count)
  }

  /// The characters and the pieces of best score, `wanted` in all, the best first.
  func best(_ wanted: Int) -> [(text: String, score: Double)] {
    let others = (characters..<pieces.count).sorted { (scores[$1], $0) < (scores[$0], $1) }
    let chosen = Array(0..<characters) + others.prefix(wanted - characters)
    return chosen.sorted { (scores[$1], $0) < (scores[$0], $1) }
      .map { (words.text($0, pieces[$0].range), scores[$0]) }
  }
}

/// ψ(x), the derivative of ln Γ, for x > 0.
///
/// Reference: Abramowitz, Stegun, Handbook of mathematical functions, 6.3.5 and 6.3.18.
func digamma(_ x: Double) -> Double {
  var x = x
  var sum = 0.0
  while x < 7 {
    sum -= 1 / x
    x += 1
  }
  let inverse = 1 / (x * x)
  let series =
    inverse * (1.0 / 12 - inverse * (1.0 / 120 - inverse * (1.0 / 252 - inverse / 240)))
  return sum + .log(x) - 0.5 / x - series
}
