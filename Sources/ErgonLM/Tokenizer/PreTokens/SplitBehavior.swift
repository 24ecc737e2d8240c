/// What becomes of the stretches that a splitting rule matches.
package enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  struct Part {
    var range: Range<Int>
    var isMatch: Bool
  }

  /// The pieces of parts that follow each other without gaps; none is empty.
  func pieces(_ parts: [Part], into pieces: inout [Range<Int>]) {
    switch self {
    case .isolated:
      for part in parts where !part.range.isEmpty { pieces.append(part.range) }
    case .removed:
      for part in parts where !part.isMatch && !part.range.isEmpty { pieces.append(part.range) }
    case .mergedWithPrevious:
      join(parts, into: &pieces) { $0.isMatch && !$1.isMatch }
    case .mergedWithNext:
      join(parts, into: &pieces) { !$0.isMatch && $1.isMatch }
    case .contiguous:
      join(parts, into: &pieces) { $0.isMatch == $1.isMatch }
    }
  }

  /// Joins each part to the one before where `belongs(part, before)`.
  private func join(
    _ parts: [Part], into pieces: inout [Range<Int>], _ belongs: (Part, Part) -> Bool
  ) {
    var before: Part?
    for part in parts where !part.range.isEmpty {
      if let last = before, belongs(part, last), let piece = pieces.popLast() {
        pieces.append(piece.lowerBound..<part.range.upperBound)
      } else {
        pieces.append(part.range)
      }
      before = part
    }
  }
}
