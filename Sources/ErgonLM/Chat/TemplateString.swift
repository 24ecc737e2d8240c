/// A template's string: Unicode scalars as UTF-8, compared byte by byte.
///
/// Swift's `String` counts and compares by characters: `"\r\n"` is one and `"é"` has two spellings.
/// Templates are written for a language that counts scalars, so that lengths, slices and
/// comparisons must, too.
struct TemplateString: Hashable, Sendable, ExpressibleByStringLiteral {
  /// Always whole UTF-8.
  private(set) var bytes: [UInt8]

  init(_ text: some StringProtocol) { bytes = Array(text.utf8) }
  init(stringLiteral text: String) { bytes = Array(text.utf8) }
  init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  init() { bytes = [] }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var scalars: String.UnicodeScalarView { text.unicodeScalars }
  var isEmpty: Bool { bytes.isEmpty }

  /// Scalars, not bytes.
  var count: Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

  mutating func append(_ other: TemplateString) { bytes += other.bytes }

  static func + (left: TemplateString, right: TemplateString) -> TemplateString {
    TemplateString(bytes: left.bytes + right.bytes)
  }

  /// By scalar values, which UTF-8 keeps in order.
  static func < (left: TemplateString, right: TemplateString) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// The scalars at these places, in this order.
  func picking(_ indices: some Sequence<Int>) -> TemplateString {
    var starts: [Int] = []
    for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 { starts.append(index) }
    var picked: [UInt8] = []
    for index in indices {
      let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
      picked += bytes[starts[index]..<end]
    }
    return TemplateString(bytes: picked)
  }

  // MARK: Searching

  /// Where another string begins, in bytes.
  func firstRange(of other: TemplateString, from start: Int = 0) -> Range<Int>? {
    let needle = other.bytes
    guard needle.count <= bytes.count - start else { return nil }
    if needle.isEmpty { return start..<start }
    for index in start...(bytes.count - needle.count)
    where bytes[index] == needle[0] && bytes[index..<(index + needle.count)].elementsEqual(needle) {
      return index..<(index + needle.count)
    }
    return nil
  }

  func contains(_ other: TemplateString) -> Bool { firstRange(of: other) != nil }
  func hasPrefix(_ other: TemplateString) -> Bool { bytes.starts(with: other.bytes) }
  func hasSuffix(_ other: TemplateString) -> Bool {
    bytes.count >= other.bytes.count && bytes.suffix(other.bytes.count).elementsEqual(other.bytes)
  }

  /// The place of another string in scalars.
  func find(_ other: TemplateString, fromEnd: Bool) -> Int? {
    var found: Int?
    var start = 0
    while let range = firstRange(of: other, from: start) {
      found = range.lowerBound
      if !fromEnd || range.lowerBound >= bytes.count { break }
      start = range.lowerBound + 1
    }
    return found.map { TemplateString(bytes: bytes[..<$0]).count }
  }

  func occurrences(of other: TemplateString) -> Int {
    if other.isEmpty { return count + 1 }
    var (number, start) = (0, 0)
    while let range = firstRange(of: other, from: start) {
      number += 1
      start = range.upperBound
    }
    return number
  }

  func replacing(
    _ old: TemplateString, with new: TemplateString, limit: Int? = nil
  ) -> TemplateString {
    if old.isEmpty { return interleaving(new, limit: limit) }
    var result: [UInt8] = []
    var (start, left) = (0, limit ?? .max)
    while left > 0, let range = firstRange(of: old, from: start) {
      result += bytes[start..<range.lowerBound] + new.bytes
      start = range.upperBound
      left -= 1
    }
    return TemplateString(bytes: result + bytes[start...])
  }

  /// An empty string is found before every scalar and at the end.
  private func interleaving(_ new: TemplateString, limit: Int?) -> TemplateString {
    var result = TemplateString()
    var left = limit ?? .max
    for scalar in scalars {
      if left > 0 { result.append(new) }
      left = max(left - 1, 0)
      result.append(TemplateString(String(scalar)))
    }
    if left > 0 { result.append(new) }
    return result
  }

  // MARK: Splitting and trimming

  enum Side { case both, left, right }

  /// Without the scalars of a set at its ends; without white space where none is given.
  func trimmed(_ side: Side = .both, of set: TemplateString? = nil) -> TemplateString {
    let unwanted = set.map { Set($0.scalars) }
    let all = Array(scalars)
    func goes(_ scalar: Unicode.Scalar) -> Bool {
      unwanted?.contains(scalar) ?? Self.isSpace(scalar)
    }
    var (start, end) = (0, all.count)
    if side != .right { while start < end, goes(all[start]) { start += 1 } }
    if side != .left { while end > start, goes(all[end - 1]) { end -= 1 } }
    var text = ""
    text.unicodeScalars.append(contentsOf: all[start..<end])
    return TemplateString(text)
  }

  /// The parts between a separator, which is not empty.
  func split(_ separator: TemplateString, limit: Int = -1) -> [TemplateString] {
    var parts: [TemplateString] = []
    var start = 0
    while limit < 0 || parts.count < limit, let range = firstRange(of: separator, from: start) {
      parts.append(TemplateString(bytes: bytes[start..<range.lowerBound]))
      start = range.upperBound
    }
    return parts + [TemplateString(bytes: bytes[start...])]
  }

  func splitFromEnd(_ separator: TemplateString, limit: Int) -> [TemplateString] {
    let parts = split(separator)
    guard limit >= 0, parts.count - 1 > limit else { return parts }
    let head = parts.prefix(parts.count - limit)
    return [Self.joining(Array(head), by: separator)] + parts.suffix(limit)
  }

  /// The words between runs of white space; after `limit` of them what is left, as it is.
  func words(limit: Int = -1) -> [TemplateString] {
    let all = scalars
    var words: [TemplateString] = []
    var start = all.startIndex
    while true {
      while start < all.endIndex, Self.isSpace(all[start]) { start = all.index(after: start) }
      guard start < all.endIndex else { return words }
      var end = start
      if words.count == limit {
        end = all.endIndex
      } else {
        while end < all.endIndex, !Self.isSpace(all[end]) { end = all.index(after: end) }
      }
      words.append(TemplateString(String(all[start..<end])))
      start = end
    }
  }

  /// Lines; the last one need not end.
  func lines(keepingEnds: Bool = false) -> [TemplateString] {
    var lines: [TemplateString] = []
    var line = ""
    var last: Unicode.Scalar?
    func take() {
      lines.append(TemplateString(line))
      line = ""
    }
    for scalar in scalars {
      // A line feed after a carriage return ended with it.
      let isPair = last == "\r" && scalar == "\n"
      last = scalar
      if isPair {
        if keepingEnds { lines[lines.count - 1].append("\n") }
        continue
      }
      guard Self.endsLine(scalar) else {
        line.unicodeScalars.append(scalar)
        continue
      }
      if keepingEnds { line.unicodeScalars.append(scalar) }
      take()
    }
    if !line.isEmpty { take() }
    return lines
  }

  private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  static func joining(_ parts: [TemplateString], by separator: TemplateString) -> TemplateString {
    var result: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { result += separator.bytes }
      result += part.bytes
    }
    return TemplateString(bytes: result)
  }

  // MARK: Letters

  /// First letters large, all others small; a word begins after anything that is no letter.
  func titled(isWordStart: (Unicode.Scalar) -> Bool) -> TemplateString {
    var text = ""
    var begins = true
    for scalar in scalars {
      let properties = scalar.properties
      text += begins ? properties.titlecaseMapping : properties.lowercaseMapping
      begins = isWordStart(scalar)
    }
    return TemplateString(text)
  }

  func capitalized() -> TemplateString { titled { _ in false } }
  func lowercased() -> TemplateString { TemplateString(text.lowercased()) }
  func uppercased() -> TemplateString { TemplateString(text.uppercased()) }

  /// White space as the template language has it.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }
}
