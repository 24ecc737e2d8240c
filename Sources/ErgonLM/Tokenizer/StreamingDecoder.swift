/// Turns tokens into text as they come and never splits a character: bytes wait until they are one.
public struct StreamingDecoder: Sendable {
  private let tokenizer: any Tokenizer
  private var waiting: [UInt8] = []
  private var isFirst: Bool

  /// - Parameter continuing: the tokens go on from a text, so that a leading space stays.
  public init(_ tokenizer: any Tokenizer, continuing: Bool = false) {
    self.tokenizer = tokenizer
    isFirst = !continuing && tokenizer.dropsLeadingSpace
  }

  /// The whole characters that are known now; often empty, never a part of one.
  public mutating func append(_ token: TokenID) -> String {
    var bytes = tokenizer.bytes(of: token)
    if bytes.isEmpty { return "" }
    if isFirst && bytes.first == 0x20 { bytes.removeFirst() }
    isFirst = false
    waiting += bytes
    let whole = Self.wholeCharacters(waiting)
    defer { waiting.removeFirst(whole) }
    return String(decoding: waiting[..<whole], as: UTF8.self)
  }

  /// What is left, incomplete characters as U+FFFD.
  public mutating func finish() -> String {
    defer { waiting = [] }
    return String(decoding: waiting, as: UTF8.self)
  }

  /// Bytes before a character that may still become whole: at most three wait.
  static func wholeCharacters(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 && byte < 0xF8 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back && byte < 0xF8 ? bytes.count - back : bytes.count
    }
    return bytes.count
  }
}
