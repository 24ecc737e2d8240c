/// Unicode's normalization forms.
///
/// Reference: Unicode Standard Annex 15; Hangul after The Unicode Standard, section 3.12.
package enum NormalizationForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// A text in this form.
  ///
  /// ASCII stays as it is and joins with nothing before it: only other characters, each run with the
  /// one before, are looked at.
  package func apply(to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      var runStart = at
      while runStart < text.count && text[runStart] < 0x80 { runStart += 1 }
      var runEnd = runStart
      while runEnd < text.count && text[runEnd] >= 0x80 { runEnd += 1 }
      let base = runStart > at && runEnd > runStart ? runStart - 1 : runStart
      result += text[at..<base]
      if runEnd > base { result += utf8(of: apply(to: codePoints(of: Array(text[base..<runEnd])))) }
      at = runEnd
    }
    return result
  }

  /// The code points in this form.
  ///
  /// - Cost: O(n) and a sort of each run of combining marks.
  func apply(to text: [UInt32]) -> [UInt32] {
    // Below U+00A0 nothing decomposes at all, below U+0300 all is composed.
    let untouched: UInt32 = self == .nfc ? 0x300 : 0xA0
    if text.allSatisfy({ $0 < untouched }) { return text }
    let decomposed = Self.decompose(text, compatible: self == .nfkc || self == .nfkd)
    return self == .nfc || self == .nfkc ? Self.compose(decomposed) : decomposed
  }

  private static func decompose(_ text: [UInt32], compatible: Bool) -> [UInt32] {
    let tables = UnicodeTables.shared
    var result: [UInt32] = []
    result.reserveCapacity(text.count + text.count / 2)
    var pending: [UInt32] = []
    for point in text {
      pending.append(point)
      while let point = pending.popLast() {
        if point < 0xA0 {
          result.append(point)
        } else if point >= 0xAC00 && point < 0xAC00 + 11172 {
          let syllable = point - 0xAC00
          result.append(0x1100 + syllable / 588)
          result.append(0x1161 + syllable % 588 / 28)
          if syllable % 28 != 0 { result.append(0x11A7 + syllable % 28) }
        } else if let parts = tables.decomposition(point, compatible: compatible) {
          pending.append(contentsOf: parts.reversed())
        } else {
          result.append(point)
        }
      }
    }
    sortMarks(&result)
    return result
  }

  /// Puts each run of combining marks in the order of their classes, equal ones as they stand.
  private static func sortMarks(_ text: inout [UInt32]) {
    let tables = UnicodeTables.shared
    var start = 0
    while start < text.count {
      if tables.combiningClass(text[start]) == 0 {
        start += 1
        continue
      }
      var marks: [(order: Int, point: UInt32)] = []
      while start + marks.count < text.count {
        let point = text[start + marks.count]
        let value = Int(tables.combiningClass(point))
        if value == 0 { break }
        marks.append((value << 32 | marks.count, point))
      }
      if marks.count > 1 {
        marks.sort { $0.order < $1.order }
        for (place, mark) in marks.enumerated() { text[start + place] = mark.point }
      }
      start += marks.count
    }
  }

  private static func compose(_ text: [UInt32]) -> [UInt32] {
    let tables = UnicodeTables.shared
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var starter: Int? = nil
    var lastClass = -1  // of what stands between the starter and here; -1 for nothing
    for point in text {
      let value = Int(tables.combiningClass(point))
      if let place = starter, lastClass < value,
        let whole = composeHangul(result[place], point) ?? tables.composition(result[place], point)
      {
        result[place] = whole
        continue
      }
      if value == 0 {
        starter = result.count
        lastClass = -1
      } else {
        lastClass = value
      }
      result.append(point)
    }
    return result
  }

  private static func composeHangul(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first >= 0x1100 && first < 0x1113 && second >= 0x1161 && second < 0x1176 {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if first >= 0xAC00 && first < 0xAC00 + 11172 && (first - 0xAC00) % 28 == 0,
      second > 0x11A7 && second < 0x11C3
    {
      return first + second - 0x11A7
    }
    return nil
  }
}
