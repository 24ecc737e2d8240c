/// What the text at the head of a NumPy array says of it.
///
/// It is a Python dictionary of three entries, read here without a Python: quoted strings, `True`
/// and `False`, and a tuple of whole numbers.
struct NPYHeader {
  struct ElementType {
    var kind: Character
    var size: Int
    var isBigEndian: Bool
  }

  let shape: [Int]
  let type: ElementType
  let isFortranOrder: Bool

  init(_ bytes: [UInt8], name: String) throws(DataError) {
    var text = Scanner(bytes: bytes, name: name)
    var (shape, type, order): ([Int]?, ElementType?, Bool?)
    try text.require("{")
    while !text.take("}") {
      let key = try text.string()
      try text.require(":")
      switch key {
      case "descr": type = try Self.type(text.string(), name)
      case "fortran_order": order = try text.flag()
      case "shape": shape = try text.tuple()
      default: throw text.malformed("the header has an unknown entry '\(key.prefix(40))'")
      }
      if !text.take(",") {
        try text.require("}")
        break
      }
    }
    guard let shape, let type, let order else {
      throw text.malformed("the header lacks its type, its order or its shape")
    }
    self.shape = shape
    self.type = type
    isFortranOrder = order
  }

  /// `'<f4'`: byte order, kind and size in bytes.
  private static func type(_ text: String, _ name: String) throws(DataError) -> ElementType {
    let order = text.first ?? " "
    let kind = text.dropFirst().first ?? " "
    // An object has no size that matters here.
    let size = Int(text.dropFirst(2)) ?? (kind == "O" ? 8 : 0)
    guard "<>|=".contains(order), size > 0, size <= 1 << 16 else {
      throw .unsupported(source: name, what: "the element type '\(text.prefix(40))'")
    }
    return ElementType(kind: kind, size: size, isBigEndian: order == ">")
  }

  /// Reads the few kinds of Python literal that occur.
  private struct Scanner {
    let bytes: [UInt8]
    let name: String
    var position = 0

    private mutating func skipSpace() {
      while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
    }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
      position += 1
      return true
    }

    mutating func require(_ mark: Unicode.Scalar) throws(DataError) {
      guard take(mark) else { throw malformed("a '\(mark)' is due in the header") }
    }

    mutating func string() throws(DataError) -> String {
      let quote: UInt8
      if take("'") {
        quote = UInt8(ascii: "'")
      } else if take("\"") {
        quote = UInt8(ascii: "\"")
      } else {
        throw DataError.unsupported(
          source: name, what: "a header without plain types, as structured arrays have")
      }
      guard let end = bytes[position...].firstIndex(of: quote) else {
        throw malformed("a string in the header has no end")
      }
      defer { position = end + 1 }
      return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    mutating func flag() throws(DataError) -> Bool {
      skipSpace()
      for (word, value) in [("True", true), ("False", false)]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      throw malformed("True or False is due in the header")
    }

    mutating func tuple() throws(DataError) -> [Int] {
      try require("(")
      var numbers: [Int] = []
      while !take(")") {
        skipSpace()
        let digits = bytes[position...].prefix { (48...57).contains($0) }
        // Python 2 wrote whole numbers with an L behind them.
        guard digits.count > 0, digits.count <= 18, numbers.count < 64 else {
          throw malformed("a whole number is due in the header's shape")
        }
        numbers.append(digits.reduce(0) { $0 * 10 + Int($1 - 48) })
        position += digits.count
        _ = take("L")
        if !take(",") {
          try require(")")
          break
        }
      }
      return numbers
    }

    func malformed(_ reason: String) -> DataError {
      .malformedBytes(source: name, offset: position, reason: reason)
    }
  }
}
