/// The bytes of a digest as they are published: two hexadecimal digits each.
enum Hexadecimal {
  /// In lower case.
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// - Throws: ``DataError/malformedDigest(_:)`` for another number of digits, or other signs.
  static func bytes(_ text: String, count: Int) throws(DataError) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 * count, text.utf8.count == 2 * count else {
      throw .malformedDigest(text)
    }
    return stride(from: 0, to: 2 * count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
