/// The alternatives of ``PreTokenPattern``'s expressions, tried in their order at one place.
///
/// Each function returns where the match ends. A greedy class is a run; the few places where an
/// expression would have to go back are worked out in closed form beside them.
struct PreTokenScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private let end: Int
  private let classes = UnicodeTables.shared.classes

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, _ end: Int) {
    self.text = text
    self.end = end
  }

  private static let newline: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D
  private static let blank: UInt8 = 0x20
  private static let apostrophe: UInt8 = 0x27

  @inline(__always)
  private func character(_ at: Int) -> (kind: CharacterClass, length: Int) {
    let (point, length) = codePoint(text, at)
    return (classes[point], length)
  }

  /// The end of a run of characters that have one of these classes.
  @inline(__always)
  private func run(_ start: Int, of kinds: CharacterClass) -> Int {
    var at = start
    while at < end {
      let (kind, length) = character(at)
      if kind.isDisjoint(with: kinds) { break }
      at += length
    }
    return at
  }

  /// The end of a run of characters that have none of these classes.
  @inline(__always)
  private func run(_ start: Int, notOf kinds: CharacterClass) -> Int {
    var at = start
    while at < end {
      let (kind, length) = character(at)
      if !kind.isDisjoint(with: kinds) { break }
      at += length
    }
    return at
  }

  @inline(__always)
  private func isLineEnd(_ at: Int) -> Bool {
    at < end && (text[at] == Self.newline || text[at] == Self.carriageReturn)
  }

  private func lineEnds(_ start: Int, orSlash: Bool = false) -> Int {
    var at = start
    while isLineEnd(at) || orSlash && at < end && text[at] == 0x2F { at += 1 }
    return at
  }

  /// The end of `'s|'t|'re|'ve|'m|'ll|'d`; nil where none stands.
  ///
  /// - Parameter folding: As with `(?i:)`, under which U+017F is an `s`, too.
  private func contraction(_ start: Int, folding: Bool) -> Int? {
    guard start + 1 < end, text[start] == Self.apostrophe else { return nil }
    let fold: UInt8 = folding ? 0x20 : 0
    let first = text[start + 1] | fold
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
      let second = first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")
      return start + 2 < end && text[start + 2] | fold == second ? start + 3 : nil
    default:
      let isLongS = folding && start + 2 < end && text[start + 1] == 0xC5 && text[start + 2] == 0xBF
      return isLongS ? start + 3 : nil
    }
  }

  /// `\s+(?!\S)|\s+` over the white space that starts here: all but its last character where
  /// something follows.
  private func blanks(_ start: Int, upTo blanksEnd: Int) -> Int {
    if blanksEnd == end { return end }
    let last = codePointStart(text, before: blanksEnd)
    return last > start ? last : blanksEnd
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`.
  private func blanksByLine(_ start: Int) -> Int {
    let blanksEnd = run(start, of: .blank)
    var at = blanksEnd
    while at > start {
      if isLineEnd(at - 1) { return at }
      at -= 1
    }
    return blanks(start, upTo: blanksEnd)
  }

  func gpt2(_ start: Int) -> Int {
    if let contraction = contraction(start, folding: false) { return contraction }
    var at = start
    if text[start] == Self.blank && start + 1 < end { at += 1 }
    let (kind, length) = character(at)
    if kind.contains(.letter) { return run(at + length, of: .letter) }
    if kind.contains(.number) { return run(at + length, of: .number) }
    if !kind.contains(.blank) { return run(at + length, notOf: [.letter, .number, .blank]) }
    return blanks(start, upTo: run(start, of: .blank))
  }

  func llama3(_ start: Int, _ digits: Int) -> Int {
    if let contraction = contraction(start, folding: true) { return contraction }
    let (kind, length) = character(start)
    if kind.contains(.letter) { return run(start + length, of: .letter) }
    if kind.contains(.number) { return number(start, digits) }
    if !isLineEnd(start) && start + length < end && character(start + length).kind.contains(.letter)
    {
      return run(start + length, of: .letter)
    }
    return signs(start, orSlash: false) ?? blanksByLine(start)
  }

  /// `\p{N}{1,digits}`.
  private func number(_ start: Int, _ digits: Int) -> Int {
    var at = start
    for _ in 0..<digits where at < end {
      let (kind, length) = character(at)
      if !kind.contains(.number) { break }
      at += length
    }
    return at
  }

  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, or with `/` among the line ends.
  private func signs(_ start: Int, orSlash: Bool) -> Int? {
    let at = text[start] == Self.blank ? start + 1 : start
    let signsEnd = run(at, notOf: [.letter, .number, .blank])
    return signsEnd > at ? lineEnds(signsEnd, orSlash: orSlash) : nil
  }

  func gpt4o(_ start: Int, _ digits: Int, _ contractions: Bool) -> Int {
    let (kind, length) = character(start)
    let hasPrefix = kind.isDisjoint(with: [.letter, .number]) && !isLineEnd(start)
    var match: Int?
    if hasPrefix { match = lowerWord(start + length) }
    if match == nil { match = lowerWord(start) }
    if match == nil && hasPrefix { match = upperWord(start + length) }
    if match == nil { match = upperWord(start) }
    if let match {
      return contractions ? contraction(match, folding: true) ?? match : match
    }
    if kind.contains(.number) { return number(start, digits) }
    return signs(start, orSlash: true) ?? blanksByLine(start)
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`.
  ///
  /// Where nothing lower follows the first class it gives back down to its last character that is
  /// of both, and that is the end.
  private func lowerWord(_ start: Int) -> Int? {
    var at = start
    var lastOfBoth: Int?
    while at < end {
      let (kind, length) = character(at)
      if !kind.contains(.upperSide) { break }
      at += length
      if kind.contains(.lowerSide) { lastOfBoth = at }
    }
    let lowerEnd = run(at, of: .lowerSide)
    return lowerEnd > at ? lowerEnd : lastOfBoth
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+`; what follows is not lower, or ``lowerWord`` had matched.
  private func upperWord(_ start: Int) -> Int? {
    let upperEnd = run(start, of: .upperSide)
    return upperEnd > start ? upperEnd : nil
  }

  func deepSeek3(_ start: Int) -> Int {
    let first = text[start]
    if isASCIISign(first), start + 1 < end, isASCIILetter(text[start + 1]) {
      var at = start + 1
      while at < end, isASCIILetter(text[at]) { at += 1 }
      return at
    }
    let (kind, length) = character(start)
    if !kind.isDisjoint(with: [.letter, .mark]) {
      // A mark may stand for the optional first character: the run is the same.
      return run(start + length, of: [.letter, .mark])
    }
    if kind.isDisjoint(with: [.punctuation, .symbol]) && !isLineEnd(start) {
      let wordEnd = run(start + length, of: [.letter, .mark])
      if wordEnd > start + length { return wordEnd }
    }
    let at = first == Self.blank ? start + 1 : start
    let signsEnd = run(at, of: [.punctuation, .symbol])
    if signsEnd > at { return lineEnds(signsEnd) }
    if kind.contains(.blank) { return blanksByLine(start) }
    return unmatched(start)
  }

  /// Characters that no alternative takes stay together up to the next match.
  private func unmatched(_ start: Int) -> Int {
    var at = start
    while at < end {
      let (kind, length) = character(at)
      let taken: CharacterClass = [.letter, .mark, .punctuation, .symbol, .blank]
      if !kind.isDisjoint(with: taken) { break }
      let next = at + length
      if next < end, !character(next).kind.isDisjoint(with: [.letter, .mark]) {
        return at > start ? at : next
      }
      at = next
    }
    return at
  }

  @inline(__always)
  private func isASCIILetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  /// The printable ASCII characters that are neither letters nor digits.
  @inline(__always)
  private func isASCIISign(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !isASCIILetter(byte) && byte &- 0x30 >= 10
  }
}
