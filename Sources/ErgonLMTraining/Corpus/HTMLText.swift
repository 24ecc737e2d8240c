/// The text of an HTML page: what a reader sees, without tags, scripts and styles.
///
/// Blocks end lines and paragraphs leave an empty one; white space is drawn together, within `pre`
/// too. Whatever the page, one pass.
struct HTMLText {
  private let page: [UInt8]
  private var position = 0
  private var text: [UInt8] = []
  private var pending = Gap.none

  private enum Gap: Int {
    case none, space, line, paragraph
  }

  /// The text of a page.
  static func text(of page: [UInt8]) -> [UInt8] {
    var reader = HTMLText(page: page)
    reader.read()
    return reader.text
  }

  private init(page: [UInt8]) {
    self.page = page
    text.reserveCapacity(page.count / 2)
  }

  private mutating func read() {
    while position < page.count {
      let byte = page[position]
      if byte == UInt8(ascii: "<") {
        readTag()
      } else if byte == UInt8(ascii: "&") {
        readReference()
      } else {
        position += 1
        if byte == 0x20 || (0x09...0x0D).contains(byte) { gap(.space) } else { put(byte) }
      }
    }
    if !text.isEmpty { text.append(0x0A) }
  }

  private mutating func gap(_ gap: Gap) {
    if gap.rawValue > pending.rawValue { pending = gap }
  }

  private mutating func put(_ byte: UInt8) {
    if pending != .none {
      if !text.isEmpty {
        switch pending {
        case .none: break
        case .space: text.append(0x20)
        case .line: text.append(0x0A)
        case .paragraph: text += [0x0A, 0x0A]
        }
      }
      pending = .none
    }
    text.append(byte)
  }

  private func at(_ offset: Int) -> UInt8 {
    position + offset < page.count ? page[position + offset] : 0
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Takes what begins with `<`: a tag, a comment, a declaration, or the sign itself.
  private mutating func readTag() {
    let next = at(1)
    if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      let isComment = at(2) == UInt8(ascii: "-") && at(3) == UInt8(ascii: "-")
      position += isComment ? 4 : 2
      skip(behind: isComment ? Array("-->".utf8) : Array(">".utf8))
      return
    }
    let isClosing = next == UInt8(ascii: "/")
    guard Self.isLetter(at(isClosing ? 2 : 1)) else {
      position += 1
      return put(UInt8(ascii: "<"))
    }
    position += isClosing ? 2 : 1
    var name = ""
    while Self.isLetter(at(0)) || (0x30...0x39).contains(at(0)) {
      // No element that matters here has a longer name.
      if name.utf8.count < 12 { name.unicodeScalars.append(Unicode.Scalar(at(0) | 0x20)) }
      position += 1
    }
    skipAttributes()
    if !isClosing && (name == "script" || name == "style") { skipContent(of: Array(name.utf8)) }
    gap(Self.gap(of: name))
  }

  /// Up to and with a mark; to the end where there is none.
  private mutating func skip(behind mark: [UInt8]) {
    while position < page.count {
      if page[position] == mark[0] && page[position...].starts(with: mark) {
        position += mark.count
        return
      }
      position += 1
    }
  }

  /// Up to and with the `>` of a tag, which may also stand in a quoted value.
  private mutating func skipAttributes() {
    var isValue = false
    while position < page.count {
      let byte = page[position]
      position += 1
      if byte == UInt8(ascii: ">") { return }
      if isValue && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) {
        skip(behind: [byte])
        isValue = false
      } else if byte == UInt8(ascii: "=") {
        isValue = true
      } else if byte != 0x20 && !(0x09...0x0D).contains(byte) {
        isValue = false
      }
    }
  }

  /// Up to the closing tag, whatever stands before it.
  private mutating func skipContent(of name: [UInt8]) {
    while position < page.count {
      if at(0) == UInt8(ascii: "<") && at(1) == UInt8(ascii: "/")
        && name.indices.allSatisfy({ at(2 + $0) | 0x20 == name[$0] })
        && !Self.isLetter(at(2 + name.count))
      {
        return
      }
      position += 1
    }
  }

  private static func gap(of name: String) -> Gap {
    switch name {
    case "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "blockquote",
      "section", "article", "hr", "figure":
      .paragraph
    case "br", "div", "li", "tr", "dt", "dd", "title", "head", "body", "header", "footer", "nav",
      "main", "aside", "form", "caption", "figcaption", "option":
      .line
    case "td", "th": .space
    default: .none
    }
  }

  /// Takes what begins with `&`: a character reference, or the sign itself.
  private mutating func readReference() {
    let rest = page[position...].prefix(32)
    guard let end = rest.firstIndex(of: UInt8(ascii: ";")),
      let scalar = Self.character(String(decoding: rest[(position + 1)..<end], as: UTF8.self))
    else {
      position += 1
      return put(UInt8(ascii: "&"))
    }
    position = end + 1
    if scalar == " " || scalar == "\u{A0}" { return gap(.space) }
    for byte in UTF8.encode(scalar)! { put(byte) }
  }

  /// The character of `#228`, `#xE4` or `auml`.
  private static func character(_ name: String) -> Unicode.Scalar? {
    guard name.hasPrefix("#") else { return HTMLEntities.characters[name] }
    let digits = name.dropFirst()
    let isHexadecimal = digits.hasPrefix("x") || digits.hasPrefix("X")
    // A sign is no digit, though `Int` would take it.
    guard let first = digits.dropFirst(isHexadecimal ? 1 : 0).first, first.isHexDigit,
      let value = UInt32(digits.dropFirst(isHexadecimal ? 1 : 0), radix: isHexadecimal ? 16 : 10),
      value > 0
    else { return nil }
    return Unicode.Scalar(value)
  }
}
