/// Many strings in one piece of memory: a vocabulary of 150,000 is read without making any of them.
public struct StringTable: Sendable, Equatable, RandomAccessCollection {
  /// The strings' UTF-8, one after the other.
  public private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}

  public init(_ strings: some Sequence<String>) {
    for string in strings { append(string.utf8) }
  }

  /// Strings whose bytes stand in `bytes`, each up to its end.
  init(bytes: [UInt8], ends: [Int]) {
    precondition(ends.last ?? 0 == bytes.count, "StringTable: the last string ends elsewhere")
    self.bytes = bytes
    self.ends = ends
  }

  public mutating func reserveCapacity(strings: Int, bytes: Int) {
    ends.reserveCapacity(strings)
    self.bytes.reserveCapacity(bytes)
  }

  /// Adds a string by its bytes, which need not be UTF-8.
  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ends.count }

  /// Where a string's bytes are in ``bytes``.
  public func range(at index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  public subscript(index: Int) -> String {
    String(decoding: bytes[range(at: index)], as: UTF8.self)
  }
}
