/// How names of places are compared: what a person types against what the table holds.
enum GridName {
  /// A name without case, spaces and punctuation; long text is cut, since no place is that long.
  static func key(_ name: String) -> String {
    String(name.prefix(64).lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// The key of the country before the first hyphen of `US-CA` or `US-CAL-CISO`.
  static func country(ofSubregion code: String) -> String? {
    guard let hyphen = code.firstIndex(where: { $0 == "-" || $0 == "_" }) else { return nil }
    let country = code[..<hyphen]
    return (2...3).contains(country.count) ? key(String(country)) : nil
  }

  /// Up to three names that somebody may have meant, nearest first, as `FR (France)`.
  static func nearest(to key: String, among rows: [GridRow]) -> [String] {
    guard !key.isEmpty else { return [] }
    let scored = rows.compactMap { row -> (distance: Int, text: String)? in
      let names =
        key.count <= 3 ? [row.alpha2, row.alpha3] : [row.name, row.alpha3] + row.alsoKnownAs
      let distance = names.map { editDistance(key, Self.key($0)) }.min() ?? .max
      return distance <= max(1, key.count / 3)
        ? (distance, "\(row.alpha2) (\(row.name))") : nil
    }
    return scored.sorted { ($0.distance, $0.text) < ($1.distance, $1.text) }.prefix(3)
      .map(\.text)
  }

  /// The fewest insertions, deletions, substitutions and swaps of neighbours that turn one text
  /// into the other.
  static func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var twoAgo: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var cost = min(
          previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoAgo[j - 1] + 1) }
        current.append(cost)
      }
      (twoAgo, previous) = (previous, current)
    }
    return previous[b.count]
  }
}
