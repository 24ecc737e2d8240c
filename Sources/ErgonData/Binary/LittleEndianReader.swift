/// Numbers of one to four bytes out of an array, each checked against its end.
struct LittleEndianReader {
  let bytes: [UInt8]
  let name: String
  private(set) var offset: Int

  init(bytes: [UInt8], name: String, offset: Int) {
    self.bytes = bytes
    self.name = name
    self.offset = offset
  }

  mutating func number(_ size: Int) throws(DataError) -> Int {
    let start = offset
    try skip(size)
    var number = 0
    for place in (0..<size).reversed() { number = number << 8 | Int(bytes[start + place]) }
    return number
  }

  mutating func bytes(_ count: Int) throws(DataError) -> [UInt8] {
    let start = offset
    try skip(count)
    return Array(bytes[start..<offset])
  }

  mutating func skip(_ count: Int) throws(DataError) {
    guard offset <= bytes.count, count <= bytes.count - offset else {
      throw malformed("it ends too early; fetch it again")
    }
    offset += count
  }

  func malformed(_ reason: String) -> DataError {
    .malformedBytes(source: name, offset: offset, reason: reason)
  }
}
