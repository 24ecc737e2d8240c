extension TemplateLexer {
  mutating func readInside(_ start: Int, closing: UInt8) throws(TemplateFailure) {
    let isOutput = closing == 0x7D
    tokens.append(TemplateToken(kind: isOutput ? .beginOutput : .beginTag, offset: start))
    // Brackets that are open: `}}` may close two maps.
    var open: [UInt8] = []
    while true {
      skipBlanks(&position)
      guard position < source.count else { throw TemplateFailure("the tag has no end", at: start) }
      let byte = source[position]
      if open.isEmpty {
        let isSigned = byte == 0x2D || (byte == 0x2B && !isOutput)
        let place = isSigned ? position + 1 : position
        if place + 1 < source.count, source[place] == closing, source[place + 1] == 0x7D {
          tokens.append(TemplateToken(kind: isOutput ? .endOutput : .endTag, offset: position))
          position = place + 2
          finish(sign: isSigned ? byte : 0, trimsLine: !isOutput)
          return
        }
      }
      try readToken(byte, &open)
    }
  }

  private mutating func readToken(_ byte: UInt8, _ open: inout [UInt8]) throws(TemplateFailure) {
    let start = position
    switch byte {
    case 0x22, 0x27: try readString(byte)
    case 0x30...0x39: try readNumber()
    case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...:
      while position < source.count, Self.isNamePart(source[position]) { position += 1 }
      let name = String(decoding: source[start..<position], as: UTF8.self)
      tokens.append(TemplateToken(kind: .name(name), offset: start))
    default:
      for symbol in Self.symbols where starts(symbol, at: position) {
        position += symbol.utf8CodeUnitCount
        tokens.append(TemplateToken(kind: .symbol("\(symbol)"), offset: start))
        switch byte {
        case 0x28, 0x5B, 0x7B: open.append(byte)
        case 0x29, 0x5D, 0x7D:
          guard let last = open.popLast(), (last == 0x28) == (byte == 0x29),
            (last == 0x5B) == (byte == 0x5D)
          else { throw TemplateFailure("'\(symbol)' closes nothing", at: start) }
        default: break
        }
        return
      }
      throw TemplateFailure("'\(Unicode.Scalar(byte))' is no part of an expression", at: start)
    }
  }

  private static let symbols: [StaticString] = [
    "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[",
    "]", "{", "}", ",", ":", ".", "|", ";",
  ]

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
    default: false
    }
  }

  private mutating func readNumber() throws(TemplateFailure) {
    let start = position
    func byte(_ place: Int) -> UInt8 { place < source.count ? source[place] : 0 }
    func isDigit(_ place: Int) -> Bool { (0x30...0x39).contains(byte(place)) }
    if byte(start) == 0x30, let radix = [0x78: 16, 0x6F: 8, 0x62: 2][byte(start + 1) | 0x20] {
      position += 2
      while position < source.count, Self.isNamePart(source[position]) { position += 1 }
      let digits = source[(start + 2)..<position].filter { $0 != 0x5F }
      guard let integer = Int(String(decoding: digits, as: UTF8.self), radix: radix) else {
        throw TemplateFailure("no number of base \(radix), or too large", at: start)
      }
      tokens.append(TemplateToken(kind: .integer(integer), offset: start))
      return
    }
    while isDigit(position) || (position < source.count && source[position] == 0x5F) {
      position += 1
    }
    var isWhole = true
    if position < source.count, source[position] == 0x2E, isDigit(position + 1) {
      isWhole = false
      position += 1
      while isDigit(position) { position += 1 }
    }
    if position < source.count, source[position] | 0x20 == 0x65 {
      let hasSign = position + 1 < source.count && [0x2B, 0x2D].contains(source[position + 1])
      if isDigit(position + (hasSign ? 2 : 1)) {
        isWhole = false
        position += hasSign ? 2 : 1
        while isDigit(position) { position += 1 }
      }
    }
    let text = String(decoding: source[start..<position].filter { $0 != 0x5F }, as: UTF8.self)
    if isWhole, text.utf8.first == 0x30, text.utf8.contains(where: { $0 != 0x30 }) {
      throw TemplateFailure("a number begins with 0", at: start)
    }
    if isWhole, let integer = Int(text) {
      tokens.append(TemplateToken(kind: .integer(integer), offset: start))
    } else if !isWhole, let number = Double(text) {
      tokens.append(TemplateToken(kind: .number(number), offset: start))
    } else {
      throw TemplateFailure("the number is too large", at: start)
    }
  }

  private mutating func readString(_ quote: UInt8) throws(TemplateFailure) {
    let start = position
    position += 1
    var bytes: [UInt8] = []
    while position < source.count, source[position] != quote {
      if source[position] == 0x5C {
        try readEscape(&bytes)
      } else {
        bytes.append(source[position])
        position += 1
      }
    }
    guard position < source.count else { throw TemplateFailure("the string has no end", at: start) }
    position += 1
    tokens.append(TemplateToken(kind: .string(TemplateString(bytes: bytes)), offset: start))
  }

  private mutating func readEscape(_ bytes: inout [UInt8]) throws(TemplateFailure) {
    let start = position
    position += 1
    guard position < source.count else { throw TemplateFailure("the string has no end", at: start) }
    let byte = source[position]
    position += 1
    switch byte {
    case 0x0A: break
    case 0x5C, 0x22, 0x27: bytes.append(byte)
    case 0x61: bytes.append(7)
    case 0x62: bytes.append(8)
    case 0x66: bytes.append(12)
    case 0x6E: bytes.append(10)
    case 0x72: bytes.append(13)
    case 0x74: bytes.append(9)
    case 0x76: bytes.append(11)
    case 0x30...0x37:
      var value = UInt32(byte - 0x30)
      var digits = 1
      while digits < 3, position < source.count, (0x30...0x37).contains(source[position]) {
        value = value * 8 + UInt32(source[position] - 0x30)
        position += 1
        digits += 1
      }
      append(value, to: &bytes)
    case 0x78: append(try hexadecimal(2, start), to: &bytes)
    case 0x75:
      var value = try hexadecimal(4, start)
      if (0xD800..<0xDC00).contains(value), starts("\\u", at: position) {
        position += 2
        let low = try hexadecimal(4, start)
        value = (0xDC00..<0xE000).contains(low) ? (value << 10) &+ low &- 0x35F_DC00 : 0xD800
      }
      guard Unicode.Scalar(value) != nil else {
        throw TemplateFailure("half a surrogate pair", at: start)
      }
      append(value, to: &bytes)
    case 0x55:
      let value = try hexadecimal(8, start)
      guard Unicode.Scalar(value) != nil else { throw TemplateFailure("no character", at: start) }
      append(value, to: &bytes)
    default: bytes += [0x5C, byte]
    }
  }

  private mutating func hexadecimal(_ count: Int, _ start: Int) throws(TemplateFailure) -> UInt32 {
    guard position + count <= source.count,
      source[position..<(position + count)].allSatisfy({
        Unicode.Scalar($0).properties.isASCIIHexDigit
      }),
      let value = UInt32(
        String(decoding: source[position..<(position + count)], as: UTF8.self), radix: 16)
    else { throw TemplateFailure("the escape needs \(count) hexadecimal digits", at: start) }
    position += count
    return value
  }

  private func append(_ value: UInt32, to bytes: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(value) else { return }
    bytes += Array(String(scalar).utf8)
  }
}
