/// One tensor of a file: its type, its shape and where its bytes lie.
public struct SafetensorsEntry: Sendable, Hashable {
  public let name: String
  public let type: SafetensorsType
  public let shape: Shape
  /// Bytes from the beginning of the file.
  public let range: Range<Int>
}

/// What stands before the tensors of a file, checked in full: every entry's bytes lie in the file,
/// are as many as its type and shape ask for, and follow one another without holes or overlaps.
struct SafetensorsHeader {
  /// The largest header that is read.
  static let byteLimit = 100_000_000

  /// In the order of their bytes.
  private(set) var entries: [SafetensorsEntry] = []
  private(set) var metadata: [String: String] = [:]

  private let source: String
  /// Where the data begin, and how long they are.
  private let dataStart: Int
  private let dataCount: Int

  init(_ bytes: UnsafeRawBufferPointer, source: String) throws(SafetensorsError) {
    self.source = source
    guard bytes.count >= 8 else {
      throw .malformed(source: source, byte: bytes.count, reason: "the file ends before its header")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(Self.byteLimit) else {
      throw .tooLarge(source: source, what: "a header", size: length, limit: Self.byteLimit)
    }
    guard Int(length) <= bytes.count - 8 else {
      throw .malformed(
        source: source, byte: bytes.count,
        reason: "the file ends inside its header of \(length) bytes")
    }
    dataStart = 8 + Int(length)
    dataCount = bytes.count - dataStart
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
    guard text.first == UInt8(ascii: "{") else {
      throw .malformed(source: source, byte: 8, reason: "the header does not begin with '{'")
    }
    do throws(JSONScanner.Fault) {
      try read(text)
    } catch {
      throw .malformed(source: source, byte: 8 + error.byte, reason: error.reason)
    }
    try checkOrder()
  }

  private mutating func read(_ text: UnsafeRawBufferPointer) throws(JSONScanner.Fault) {
    var scanner = JSONScanner(text)
    var names: Set<String> = []
    var (entries, metadata) = (entries, metadata)
    try scanner.object { scanner, name, place throws(JSONScanner.Fault) in
      guard names.insert(name).inserted else {
        throw .init(byte: place, reason: "'\(name.shortened)' stands twice")
      }
      if name == "__metadata__" {
        try scanner.object { scanner, key, place throws(JSONScanner.Fault) in
          guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
            throw .init(byte: place, reason: "the metadata '\(key.shortened)' stand twice")
          }
        }
      } else {
        entries.append(try entry(name, &scanner, at: place))
      }
    }
    try scanner.expectEnd()
    self.entries = entries
    self.metadata = metadata
  }

  private func entry(
    _ name: String, _ scanner: inout JSONScanner, at place: Int
  ) throws(JSONScanner.Fault) -> SafetensorsEntry {
    var type: SafetensorsType?
    var lengths: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key, place throws(JSONScanner.Fault) in
      let isRepeated: Bool
      switch key {
      case "dtype":
        isRepeated = type != nil
        let text = try scanner.string()
        guard let known = SafetensorsType(rawValue: text) else {
          throw .init(byte: place, reason: "the element type '\(text.shortened)' is not known")
        }
        type = known
      case "shape":
        isRepeated = lengths != nil
        lengths = try Self.counts(&scanner, limit: Shape.maximumRank, what: "axes", at: place)
      case "data_offsets":
        isRepeated = offsets != nil
        offsets = try Self.counts(&scanner, limit: 2, what: "offsets", at: place)
      default: throw .init(byte: place, reason: "the key '\(key.shortened)' is not known")
      }
      if isRepeated { throw .init(byte: place, reason: "the key '\(key)' stands twice") }
    }
    guard let type, let lengths, let offsets, offsets.count == 2 else {
      throw .init(
        byte: place, reason: "'\(name.shortened)' lacks a dtype, a shape or two data_offsets")
    }
    guard let size = Self.byteCount(lengths, type) else {
      throw .init(
        byte: place, reason: "'\(name.shortened)' has more elements than memory has bytes")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= dataCount else {
      throw .init(
        byte: place,
        reason:
          "'\(name.shortened)' claims the bytes \(offsets[0]) to \(offsets[1]) of \(dataCount)"
      )
    }
    let shape = Shape(lengths)
    guard offsets[1] - offsets[0] == size else {
      throw .init(
        byte: place,
        reason: "'\(name.shortened)' has \(offsets[1] - offsets[0]) bytes, "
          + "\(type.rawValue) \(shape) takes \(size)")
    }
    return SafetensorsEntry(
      name: name, type: type, shape: shape,
      range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func counts(
    _ scanner: inout JSONScanner, limit: Int, what: String, at place: Int
  ) throws(JSONScanner.Fault) -> [Int] {
    var counts: [Int] = []
    try scanner.array { scanner throws(JSONScanner.Fault) in
      guard counts.count < limit else {
        throw .init(byte: place, reason: "more than \(limit) \(what)")
      }
      counts.append(try scanner.count())
    }
    return counts
  }

  /// Bytes of an array; nil where `Int`, or a shape of the same lengths, cannot count them.
  private static func byteCount(_ lengths: [Int], _ type: SafetensorsType) -> Int? {
    // As a shape does: an axis of length 0 makes no number small enough by itself.
    var extent = 16
    for length in lengths {
      let (product, overflow) = extent.multipliedReportingOverflow(by: max(length, 1))
      if overflow { return nil }
      extent = product
    }
    return lengths.contains(0) ? 0 : extent / 16 * type.byteCount
  }

  private mutating func checkOrder() throws(SafetensorsError) {
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = dataStart
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let what = entry.range.lowerBound < end ? "overlaps what lies before it" : "leaves a hole"
        throw .malformed(
          source: source, byte: entry.range.lowerBound, reason: "'\(entry.name.shortened)' \(what)")
      }
      end = entry.range.upperBound
    }
    guard end == dataStart + dataCount else {
      throw .malformed(
        source: source, byte: end,
        reason: "\(dataStart + dataCount - end) bytes belong to no tensor")
    }
  }
}

extension String {
  /// At most 60 characters of a name that a stranger chose.
  var shortened: String { count <= 60 ? self : prefix(60) + "…" }
}
