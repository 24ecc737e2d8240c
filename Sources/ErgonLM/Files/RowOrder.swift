/// Where rows of queries and keys come from: rotary positions turn neighbours in one kind of file,
/// one number of each half of a head in the other.
package struct RowOrder: Sendable {
  package enum Change: Sendable, Hashable {
    case none
    /// Heads whose halves turn together become heads whose neighbours do.
    case joining(heads: Int)
    /// The other way round.
    case parting(heads: Int)
  }

  private let change: Change
  private let headSize: Int

  /// Whether any row changes its place.
  package var moves: Bool { change != .none }

  package init(_ change: Change, rows: Int) {
    self.change = change
    switch change {
    case .none: headSize = rows
    case .joining(let heads), .parting(let heads): headSize = rows / heads
    }
  }

  package func source(of row: Int) -> Int {
    guard moves else { return row }
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    let half = headSize / 2
    if case .joining = change { return head * headSize + place % 2 * half + place / 2 }
    return head * headSize + place % half * 2 + place / half
  }
}
