import ErgonTensor
import RealModule

/// All ways to cut a text's words into pieces, as arcs between places in each word.
///
/// Arcs are found once, with the pieces training starts from; as pieces go, so do their arcs.
struct UnigramLattice {
  private struct Arc {
    var start: UInt16
    var end: UInt16
    var piece: Int32
  }

  private var arcs: [Arc] = []
  /// Where each word's arcs end, and its characters.
  private var ends: [Int] = []
  private let sizes: [UInt16]
  private let counts: [Int64]
  /// Stretches of words that are summed apart, so that sums do not depend on the threads.
  private var slices: [Range<Int>] = []
  /// For each piece a word that has it, and where it starts there.
  private var examples: [(word: Int32, start: UInt16)]

  /// - Precondition: no word has more than 65535 characters.
  init(_ words: CharacterWords, _ pieces: [SeedPieces.Piece]) {
    counts = words.counts
    sizes = (0..<words.count).map { UInt16(words.range(at: $0).count) }
    examples = Array(repeating: (-1, 0), count: pieces.count)
    // A tree of the pieces: of a node and a character the next node, and the piece that ends there.
    var tree = PairCounts()
    var nodes = 1
    var pieceAt: [Int32] = [-1]
    for (piece, seed) in pieces.enumerated() where piece >= words.alphabet.count {
      var node: Int32 = 0
      for character in words.characters[seed.range] {
        let slot = tree.place(of: PairCounts.key(node, character))
        if tree.notes[slot] == 0 {
          tree.notes[slot] = UInt64(nodes)
          nodes += 1
          pieceAt.append(-1)
        }
        node = Int32(tree.notes[slot])
      }
      pieceAt[Int(node)] = Int32(piece)
    }
    for word in 0..<words.count {
      let range = words.range(at: word)
      for start in range {
        // Characters are the pieces of their own number.
        append(words.characters[start], word, start - range.lowerBound, 1)
        var node: Int32 = 0
        for place in start..<min(start + SeedPieces.longest, range.upperBound) {
          guard let slot = tree.find(PairCounts.key(node, words.characters[place])) else { break }
          node = Int32(tree.notes[slot])
          let piece = pieceAt[Int(node)]
          if piece >= 0 {
            append(piece, word, start - range.lowerBound, place + 1 - start)
          }
        }
      }
      ends.append(arcs.count)
    }
    slice()
  }

  private mutating func append(_ piece: Int32, _ word: Int, _ start: Int, _ length: Int) {
    if examples[Int(piece)].word < 0 { examples[Int(piece)] = (Int32(word), UInt16(start)) }
    arcs.append(Arc(start: UInt16(start), end: UInt16(start + length), piece: piece))
  }

  private static let sliceCount = 4

  private mutating func slice() {
    slices = []
    var start = 0
    for part in 1...Self.sliceCount {
      let goal = arcs.count * part / Self.sliceCount
      var end = start
      while end < ends.count && (ends[end] <= goal || part == Self.sliceCount) { end += 1 }
      slices.append(start..<end)
      start = end
    }
  }

  private func range(at word: Int) -> Range<Int> { (word == 0 ? 0 : ends[word - 1])..<ends[word] }

  /// Takes away the arcs of pieces whose new number is -1.
  mutating func renumber(_ numbers: [Int32], count: Int) {
    var write = 0
    var start = 0
    for word in ends.indices {
      let end = ends[word]
      for place in start..<end where numbers[Int(arcs[place].piece)] >= 0 {
        arcs[write] = arcs[place]
        arcs[write].piece = numbers[Int(arcs[place].piece)]
        write += 1
      }
      start = end
      ends[word] = write
    }
    arcs.removeLast(arcs.count - write)
    var kept = Array(repeating: (word: Int32(-1), start: UInt16(0)), count: count)
    for (piece, number) in numbers.enumerated() where number >= 0 {
      kept[Int(number)] = examples[piece]
    }
    examples = kept
    slice()
  }

  // MARK: Expectation

  /// How often each piece is expected over all cuts, and the words' log likelihood.
  func expectations(scores: [Double]) -> (counts: [Double], logLikelihood: Double) {
    // Probabilities are carried as they are, each character lifted by the mean cost of one, and as
    // logarithms only in the few words that leave the range of a number.
    let lift = meanCost(scores)
    let lifted = scores.map { Double.exp($0) }
    let lifts = (0...SeedPieces.longest).map { Double.exp(lift * Double($0)) }
    return sumSlices(scores.count) { words, expected in
      var total = 0.0
      var forward: [Double] = []
      var backward: [Double] = []
      for word in words {
        let size = Int(sizes[word])
        let range = range(at: word)
        forward = Array(repeating: 0, count: size + 1)
        backward = Array(repeating: 0, count: size + 1)
        forward[0] = 1
        backward[size] = 1
        for arc in arcs[range] {
          let (start, end) = (Int(arc.start), Int(arc.end))
          forward[end] += forward[start] * lifted[Int(arc.piece)] * lifts[end - start]
        }
        let sum = forward[size]
        guard sum > 1e-280, sum < 1e280 else {
          total += expectInLogarithms(word, scores, &expected)
          continue
        }
        for arc in arcs[range].reversed() {
          let (start, end) = (Int(arc.start), Int(arc.end))
          let here = lifted[Int(arc.piece)] * lifts[end - start] * backward[end]
          backward[start] += here
          expected[Int(arc.piece)] += Double(counts[word]) * forward[start] * here / sum
        }
        total += Double(counts[word]) * (Double.log(sum) - lift * Double(size))
      }
      return total
    }
  }

  private func meanCost(_ scores: [Double]) -> Double {
    var (cost, characters) = (0.0, 0.0)
    // A look at some words is enough: it is only to keep numbers in range.
    for word in stride(from: 0, to: counts.count, by: max(1, counts.count / 1024)) {
      cost -= bestPath(range(at: word), from: 0, to: Int(sizes[word]), scores, leavingOut: -1).score
      characters += Double(sizes[word])
    }
    return characters > 0 && cost.isFinite ? max(0, cost / characters) : 0
  }

  private func expectInLogarithms(
    _ word: Int, _ scores: [Double], _ expected: inout [Double]
  ) -> Double {
    let size = Int(sizes[word])
    let range = range(at: word)
    var forward = Array(repeating: -Double.infinity, count: size + 1)
    var backward = forward
    forward[0] = 0
    backward[size] = 0
    func add(_ one: Double, _ other: Double) -> Double {
      let (low, high) = (min(one, other), max(one, other))
      return low == -.infinity ? high : high + .log(onePlus: .exp(low - high))
    }
    for arc in arcs[range] {
      forward[Int(arc.end)] = add(
        forward[Int(arc.end)], forward[Int(arc.start)] + scores[Int(arc.piece)])
    }
    for arc in arcs[range].reversed() {
      let here = scores[Int(arc.piece)] + backward[Int(arc.end)]
      backward[Int(arc.start)] = add(backward[Int(arc.start)], here)
      expected[Int(arc.piece)] +=
        Double(counts[word]) * .exp(forward[Int(arc.start)] + here - forward[size])
    }
    return Double(counts[word]) * forward[size]
  }

  /// Sums what `body` makes of each slice, in the slices' order.
  private func sumSlices(
    _ pieces: Int, _ body: (Range<Int>, inout [Double]) -> Double
  ) -> (counts: [Double], logLikelihood: Double) {
    var parts = [(counts: [Double], sum: Double)](repeating: ([], 0), count: slices.count)
    parts.withUnsafeMutableBufferPointer { parts in
      nonisolated(unsafe) let parts = parts
      parallelLoop(slices.count) { range in
        for slice in range {
          var counts = [Double](repeating: 0, count: pieces)
          let sum = body(slices[slice], &counts)
          parts[slice] = (counts, sum)
        }
      }
    }
    var total = [Double](repeating: 0, count: pieces)
    for part in parts {
      for piece in total.indices { total[piece] += part.counts[piece] }
    }
    return (total, parts.reduce(0) { $0 + $1.sum })
  }

  // MARK: Best cuts

  /// How often each piece stands in the words' best cuts.
  func bestCounts(scores: [Double]) -> [Double] {
    sumSlices(scores.count) { words, counts in
      for word in words {
        let best = bestPath(range(at: word), from: 0, to: Int(sizes[word]), scores, leavingOut: -1)
        for piece in best.pieces { counts[Int(piece)] += Double(self.counts[word]) }
      }
      return 0
    }.counts
  }

  /// The best cut of a piece's own text that is not the piece itself; nil where there is none.
  func alternative(to piece: Int, scores: [Double]) -> (score: Double, pieces: [Int32])? {
    let (word, start) = examples[piece]
    guard word >= 0 else { return nil }
    let range = range(at: Int(word))
    guard let own = arcs[range].first(where: { $0.piece == piece && $0.start == start }) else {
      return nil
    }
    let best = bestPath(
      range, from: Int(start), to: Int(own.end), scores, leavingOut: Int32(piece))
    return best.score == -.infinity ? nil : best
  }

  private func bestPath(
    _ range: Range<Int>, from start: Int, to end: Int, _ scores: [Double], leavingOut piece: Int32
  ) -> (score: Double, pieces: [Int32]) {
    var best = [Double](repeating: -.infinity, count: end - start + 1)
    var arcTo = [Int](repeating: -1, count: end - start + 1)
    best[0] = 0
    for place in range {
      let arc = arcs[place]
      if arc.start < start || arc.end > end || arc.piece == piece { continue }
      let score = best[Int(arc.start) - start] + scores[Int(arc.piece)]
      if score > best[Int(arc.end) - start] {
        best[Int(arc.end) - start] = score
        arcTo[Int(arc.end) - start] = place
      }
    }
    var pieces: [Int32] = []
    var at = end
    while at > start, arcTo[at - start] >= 0 {
      let arc = arcs[arcTo[at - start]]
      pieces.append(arc.piece)
      at = Int(arc.start)
    }
    return (best[end - start], pieces.reversed())
  }
}
