/// Finds the known fields of one JSON object, however deep they lie, in one pass without recursion.
///
/// Plug meters nest at will (`{"ENERGY": {"Power": 12}}`), so a name counts wherever it stands. The
/// line must still be one well-formed object: half a line must not pass for a reading.
enum FlatJSON {
  static let maximumDepth = 16

  /// - Returns: Every known field with a number, or with a string that holds one, in order.
  static func fields(_ line: ArraySlice<UInt8>) throws(PlugLineError) -> [(PlugField, Double)] {
    var scanner = Scanner(rest: line)
    var found: [(PlugField, Double)] = []
    // One entry a level: whether it is an object (or else an array).
    var levels: [Bool] = []
    var field: PlugField?
    repeat {
      // A value, after its key where the level is an object.
      switch try scanner.next() {
      case .open(let isObject):
        guard levels.count < maximumDepth else { throw PlugLineError(reason: "nested too deep") }
        guard isObject || !levels.isEmpty else { throw PlugLineError(reason: "not a JSON object") }
        levels.append(isObject)
        if scanner.skip(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          levels.removeLast()
        } else {
          field = isObject ? try scanner.key() : nil
          continue
        }
      case .number(let number):
        if let field { found.append((field, number)) }
      case .text(let text):
        if let field, let number = PlugLineParser.number(text) { found.append((field, number)) }
      case .other: break
      }
      field = nil
      // After a value: closing brackets, then a comma or the end.
      while let isObject = levels.last, scanner.skip(UInt8(ascii: isObject ? "}" : "]")) {
        levels.removeLast()
      }
      if let isObject = levels.last {
        guard scanner.skip(UInt8(ascii: ",")) else {
          throw PlugLineError(reason: "broken JSON: no comma")
        }
        if isObject { field = try scanner.key() }
      }
    } while !levels.isEmpty
    guard scanner.isAtEnd else { throw PlugLineError(reason: "text after the JSON object") }
    return found
  }

  private enum Token {
    case open(isObject: Bool)
    case number(Double)
    case text(ArraySlice<UInt8>)
    case other
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return rest.isEmpty
      }
    }

    mutating func skipSpace() {
      rest = rest.drop { $0 == 32 || (9...13).contains($0) }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
      skipSpace()
      guard rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    mutating func key() throws(PlugLineError) -> PlugField? {
      guard skip(UInt8(ascii: "\"")) else { throw PlugLineError(reason: "broken JSON: no name") }
      let name = try text()
      guard skip(UInt8(ascii: ":")) else { throw PlugLineError(reason: "broken JSON: no colon") }
      return PlugField(name: name)
    }

    /// The text up to the closing quote, escapes as they stand: no known name needs one.
    mutating func text() throws(PlugLineError) -> ArraySlice<UInt8> {
      var index = rest.startIndex
      while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
        index += rest[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard index < rest.endIndex else { throw PlugLineError(reason: "broken JSON: open string") }
      let text = rest[rest.startIndex..<index]
      rest = rest[(index + 1)...]
      return text
    }

    mutating func next() throws(PlugLineError) -> Token {
      if skip(UInt8(ascii: "{")) { return .open(isObject: true) }
      if skip(UInt8(ascii: "[")) { return .open(isObject: false) }
      if skip(UInt8(ascii: "\"")) { return .text(try text()) }
      let word = rest.prefix { !", ]}\t\n\r".utf8.contains($0) }
      rest = rest[word.endIndex...]
      for literal in ["true", "false", "null"] where word.elementsEqual(literal.utf8) {
        return .other
      }
      guard let number = PlugLineParser.number(word) else {
        throw PlugLineError(reason: "broken JSON: no value")
      }
      return .number(number)
    }
  }
}
