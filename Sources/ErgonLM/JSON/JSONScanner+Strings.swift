extension JSONScanner {
  /// Adds the bytes of a string that comes next, its escapes resolved.
  ///
  /// What is added is UTF-8: a lone surrogate escape and ill-formed bytes are errors.
  mutating func takeString(into text: inout [UInt8]) throws(LMError) {
    try expect(0x22)
    while true {
      let start = position
      let end = try plainEnd(from: start)
      text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      move(to: end + 1)
      if bytes[end] == 0x22 { return }
      try takeEscape(into: &text)
    }
  }

  mutating func takeString() throws(LMError) -> String {
    if peek() != 0x22 { throw error("expected a string") }
    let start = position + 1
    move(to: start)
    let end = try plainEnd(from: start)
    if bytes[end] == 0x22 {
      move(to: end + 1)
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
    move(to: start - 1)
    var text: [UInt8] = []
    try takeString(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Where the next quote or backslash is.
  private mutating func plainEnd(from start: Int) throws(LMError) -> Int {
    var at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 0x22 || byte == 0x5C { return at }
      if byte < 0x20 {
        move(to: at)
        throw error("a control character in a string, which has to be escaped")
      }
      if byte < 0x80 {
        at += 1
        continue
      }
      let length = utf8Length(bytes, at: at)
      if length == 0 {
        move(to: at)
        throw error("bytes that are not UTF-8")
      }
      at += length
    }
    move(to: at)
    throw error("expected '\"'")
  }

  private mutating func takeEscape(into text: inout [UInt8]) throws(LMError) {
    guard position < bytes.count else { throw error("expected an escape") }
    let letter = bytes[position]
    switch letter {
    case 0x22, 0x5C, 0x2F: text.append(letter)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x75:
      try takeCodePoint(into: &text)
      return
    default: throw error("an unknown escape")
    }
    move(to: position + 1)
  }

  /// `uXXXX`, or two of them for a code point past U+FFFF.
  private mutating func takeCodePoint(into text: inout [UInt8]) throws(LMError) {
    let start = position
    guard let first = unit(at: position + 1) else { throw error("\\u without four hex digits") }
    var value = first
    move(to: position + 5)
    if first & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == 0x5C,
      bytes[position + 1] == 0x75, let second = unit(at: position + 2), second & 0xFC00 == 0xDC00
    {
      value = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
      move(to: position + 6)
    }
    guard let scalar = Unicode.Scalar(value) else {
      move(to: start)
      throw error("half of a surrogate pair")
    }
    text.append(contentsOf: UTF8.encode(scalar)!)
  }

  private func unit(at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}

/// How many bytes the well-formed UTF-8 sequence at a place has; 0 where there is none.
///
/// Reference: The Unicode Standard, table 3-7.
package func utf8Length(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int {
  let first = bytes[place]
  if first < 0x80 { return 1 }
  let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
  if first < 0xC2 || first > 0xF4 || place + length > bytes.count { return 0 }
  let second = bytes[place + 1]
  let low: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
  let high: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
  if second < low || second > high { return 0 }
  for next in 2..<4 where next < length {
    if bytes[place + next] & 0xC0 != 0x80 { return 0 }
  }
  return length
}
