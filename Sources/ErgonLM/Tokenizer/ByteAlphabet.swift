/// How byte-level vocabularies write bytes as characters: the printable ones of Latin-1 as they
/// are, the other 68 from U+0100 on (a space is `Ġ`).
package enum ByteAlphabet {
  private static let points: [UInt32] = {
    var next: UInt32 = 0x100
    return (0...255).map { byte -> UInt32 in
      switch byte {
      case 33...126, 161...172, 174...255: return UInt32(byte)
      default:
        next += 1
        return next - 1
      }
    }
  }()

  /// The byte of each code point below U+0144, -1 for none.
  private static let values: [Int16] = {
    var values = [Int16](repeating: -1, count: 0x144)
    for (byte, point) in points.enumerated() { values[Int(point)] = Int16(byte) }
    return values
  }()

  private static let pieces: [[UInt8]] = points.map { utf8(of: [$0]) }

  package static func written(_ byte: UInt8) -> [UInt8] { pieces[Int(byte)] }

  /// The bytes that a piece writes; nil where one of its characters is none of the alphabet.
  static func bytes(of piece: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(piece.count)
    let isWritten = piece.withUnsafeBufferPointer { piece in
      var at = 0
      while at < piece.count {
        let length = utf8Length(UnsafeRawBufferPointer(piece), at: at)
        if length == 0 || length > 2 { return false }
        let point = Int(codePoint(piece, at).value)
        if point >= values.count || values[point] < 0 { return false }
        bytes.append(UInt8(values[point]))
        at += length
      }
      return true
    }
    return isWritten ? bytes : nil
  }
}
