extension String {
  /// The candidate that a typing error may have turned into this text; `nil` where none is near.
  func nearest(in candidates: [String]) -> String? {
    let ranked = candidates.map { (name: $0, distance: editDistance(to: $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
      best.distance <= Swift.max(1, Swift.min(3, count / 2))
    else { return nil }
    return best.name
  }

  /// Levenshtein distance; both texts are cut to 64 characters.
  private func editDistance(to other: String) -> Int {
    let (a, b) = (Array(prefix(64)), Array(other.prefix(64)))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
