/// Reads the code point that starts at a place; the bytes are well-formed UTF-8.
@inlinable @inline(__always)
package func codePoint(
  _ text: UnsafeBufferPointer<UInt8>, _ place: Int
) -> (value: UInt32, length: Int) {
  let first = UInt32(text[place])
  if first < 0x80 { return (first, 1) }
  let second = UInt32(text[place + 1]) & 0x3F
  if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
  let third = UInt32(text[place + 2]) & 0x3F
  if first < 0xF0 { return ((first & 0xF) << 12 | second << 6 | third, 3) }
  let fourth = UInt32(text[place + 3]) & 0x3F
  return ((first & 7) << 18 | second << 12 | third << 6 | fourth, 4)
}

/// Where the code point before a place starts.
@inline(__always)
func codePointStart(_ text: UnsafeBufferPointer<UInt8>, before place: Int) -> Int {
  var at = place - 1
  while text[at] & 0xC0 == 0x80 { at -= 1 }
  return at
}

func codePoints(of text: [UInt8]) -> [UInt32] {
  var points: [UInt32] = []
  points.reserveCapacity(text.count)
  text.withUnsafeBufferPointer { text in
    var at = 0
    while at < text.count {
      let (value, length) = codePoint(text, at)
      points.append(value)
      at += length
    }
  }
  return points
}

package func appendUTF8(_ point: UInt32, to text: inout [UInt8]) {
  switch point {
  case 0..<0x80: text.append(UInt8(point))
  case 0x80..<0x800:
    text.append(UInt8(0xC0 | point >> 6))
    text.append(UInt8(0x80 | point & 0x3F))
  case 0x800..<0x10000:
    text.append(UInt8(0xE0 | point >> 12))
    text.append(UInt8(0x80 | point >> 6 & 0x3F))
    text.append(UInt8(0x80 | point & 0x3F))
  default:
    text.append(UInt8(0xF0 | point >> 18))
    text.append(UInt8(0x80 | point >> 12 & 0x3F))
    text.append(UInt8(0x80 | point >> 6 & 0x3F))
    text.append(UInt8(0x80 | point & 0x3F))
  }
}

func utf8(of points: [UInt32]) -> [UInt8] {
  var text: [UInt8] = []
  text.reserveCapacity(points.count)
  for point in points { appendUTF8(point, to: &text) }
  return text
}
