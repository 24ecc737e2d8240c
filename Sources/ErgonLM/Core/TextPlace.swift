/// The line and column where a text goes on behind some of its bytes, both counted from 1.
///
/// Columns are code points.
func textPlace(behind bytes: some BidirectionalCollection<UInt8>) -> String {
  let line = bytes.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
  let start = bytes.lastIndex(of: 0x0A).map { bytes.index(after: $0) } ?? bytes.startIndex
  let column = bytes[start...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  return "line \(line), column \(column)"
}
