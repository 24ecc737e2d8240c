/// A unigram language model over pieces (T5, XLM-R): the cut whose pieces' log probabilities have
/// the greatest sum, by Viterbi's search.
///
/// Reference: Kudo, Subword regularization, 2018.
struct UnigramModel: PieceModel {
  let vocabulary: Vocabulary
  let unknown: TokenID?
  let hasByteFallback: Bool
  private let scores: [Double]
  private let unknownScore: Double
  private let byteIDs: [TokenID]

  init(_ vocabulary: Vocabulary, scores: [Double], unknown: TokenID?, hasByteFallback: Bool) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.hasByteFallback = hasByteFallback
    self.scores = scores
    // A character that is no piece costs 10 nats more than the rarest piece.
    unknownScore = (scores.min() ?? 0) - 10
    byteIDs = (0...255).map { vocabulary.id(of: byteFallbackPiece(UInt8($0))) ?? -1 }
  }

  private struct Best {
    var score = 0.0
    var start: Int32 = -1
    var id: TokenID = -1
  }

  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [TokenID]) {
    var best = [Best](repeating: Best(), count: text.count + 1)
    var at = 0
    while at < text.count {
      let length = codePoint(text, at).length
      let here = best[at].score
      var coversOne = false
      var end = at
      while end < text.count && end - at < vocabulary.longest {
        end += codePoint(text, end).length
        guard let id = vocabulary.id(of: UnsafeBufferPointer(rebasing: text[at..<end])) else {
          continue
        }
        if end == at + length { coversOne = true }
        let score = here + scores[Int(id)]
        if best[end].start < 0 || score > best[end].score {
          best[end] = Best(score: score, start: Int32(at), id: id == unknown ? -1 : id)
        }
      }
      let next = at + length
      if !coversOne && (best[next].start < 0 || here + unknownScore > best[next].score) {
        best[next] = Best(score: here + unknownScore, start: Int32(at), id: -1)
      }
      at = next
    }
    var path: [(range: Range<Int>, id: TokenID)] = []
    at = text.count
    while at > 0 {
      let start = Int(best[at].start)
      if best[at].id < 0, let last = path.last, last.id < 0 {
        path[path.count - 1].range = start..<last.range.upperBound
      } else {
        path.append((start..<at, best[at].id))
      }
      at = start
    }
    for (range, id) in path.reversed() {
      // What is unknown together may be written like a piece: the name of the unknown token itself.
      let id = id >= 0 ? id : vocabulary.id(of: UnsafeBufferPointer(rebasing: text[range])) ?? -1
      if id >= 0 {
        ids.append(id)
      } else if hasByteFallback, range.allSatisfy({ byteIDs[Int(text[$0])] >= 0 }) {
        for place in range { ids.append(byteIDs[Int(text[place])]) }
      } else if let unknown {
        ids.append(unknown)
      }
    }
  }
}
