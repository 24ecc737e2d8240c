extension SystemFile {
  /// The file's one short line, without white space around it.
  ///
  /// - Cost: one system call and one small string.
  func readText() throws(SystemFileError) -> String {
    var storage: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
      (0, 0, 0, 0, 0, 0, 0, 0)
    var failure: SystemFileError?
    let text = withUnsafeMutableBytes(of: &storage) { buffer -> String in
      do throws(SystemFileError) {
        let count = try read(into: buffer)
        let isSpace: (UInt8) -> Bool = { $0 <= 32 }
        var bytes = buffer[..<count].drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
      } catch {
        failure = error
        return ""
      }
    }
    if let failure { throw failure }
    return text
  }

  /// The signed decimal number the file holds; a discharge current is negative to some drivers.
  func readInteger() throws(SystemFileError) -> Int64 {
    let text = try readText()
    guard let number = Int64(text) else { throw .notANumber(path: path, text: text) }
    return number
  }
}
