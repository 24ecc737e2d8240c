/// Cuts a stream of bytes into lines and never keeps more than one line's worth.
struct LineSplitter {
  /// A line longer than this is no reading but an accident or an attack.
  static let limit = 4096

  private var pending: [UInt8] = []
  /// Whether what comes next belongs to a line whose beginning was not seen.
  private var isSkipping: Bool

  /// - Parameter startsInsideLine: Everything up to the first line end is dropped.
  init(startsInsideLine: Bool = false) { isSkipping = startsInsideLine }

  /// Takes bytes in and hands each complete line on, without its end.
  ///
  /// - Throws: ``PlugLineError`` for a line beyond ``limit``.
  mutating func feed<Failure>(
    _ bytes: some Sequence<UInt8>, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws where Failure: Error {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        let line = pending
        pending.removeAll(keepingCapacity: true)
        if isSkipping { isSkipping = false } else { try body(line) }
      } else if !isSkipping {
        guard pending.count < Self.limit else {
          throw PlugLineError(reason: "a line is longer than \(Self.limit) bytes")
        }
        pending.append(byte)
      }
    }
  }
}
