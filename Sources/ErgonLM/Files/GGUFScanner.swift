/// Reads the little-endian fields of a GGUF header from left to right, none of them past the end.
struct GGUFScanner {
  /// The longest key or tensor's name that is read.
  static let nameLimit = 65_535
  /// Elements of all arrays together: a hundred times the largest vocabulary.
  static let elementLimit = 1 << 25
  /// Arrays inside one another.
  static let depthLimit = 4

  let bytes: UnsafeRawBufferPointer
  let source: String
  private(set) var place = 0
  private var elements = 0

  init(_ bytes: UnsafeRawBufferPointer, source: String) {
    self.bytes = bytes
    self.source = source
  }

  var rest: Int { bytes.count - place }

  func malformed(_ reason: String, at byte: Int? = nil) -> LMError {
    .malformed(source: source, place: "byte \(byte ?? place)", reason: reason)
  }

  private mutating func take(_ count: Int, _ what: String) throws(LMError) -> Int {
    guard count <= rest else { throw malformed("the file ends inside \(what)") }
    defer { place += count }
    return place
  }

  /// A number of `T`'s width.
  mutating func number<T: FixedWidthInteger>(
    _ type: T.Type, _ what: String
  ) throws(LMError) -> T {
    let start = try take(MemoryLayout<T>.size, what)
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: T.self))
  }

  /// A count, of things that take `size` bytes at least each.
  mutating func count(of what: String, size: Int) throws(LMError) -> Int {
    let start = place
    let count = try number(UInt64.self, "the number of \(what)")
    guard count <= UInt64(rest / size) else {
      throw malformed("\(count) \(what) do not fit in the \(rest) bytes that follow", at: start)
    }
    return Int(count)
  }

  /// The bytes of a string, in place.
  mutating func string(_ what: String) throws(LMError) -> UnsafeRawBufferPointer {
    let start = place
    let length = try number(UInt64.self, what)
    guard length <= UInt64(rest) else {
      throw malformed("\(what) of \(length) bytes exceeds the \(rest) that follow", at: start)
    }
    defer { place += Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + Int(length)])
  }

  /// A key or a tensor's name.
  mutating func name(_ what: String) throws(LMError) -> String {
    let start = place
    let bytes = try string(what)
    guard bytes.count <= Self.nameLimit else {
      throw .tooLarge(
        source: source, what: what, size: UInt64(bytes.count), limit: UInt64(Self.nameLimit))
    }
    guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
      throw malformed("\(what) that is empty or not UTF-8", at: start)
    }
    return text
  }

  // MARK: Values

  /// The types a value may have, by their numbers.
  private enum ValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64
    case float64

    /// Bytes that one takes at least.
    var size: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .string, .uint64, .int64, .float64: 8
      case .array: 12
      }
    }
  }

  private mutating func valueType() throws(LMError) -> ValueType {
    let start = place
    let number = try number(UInt32.self, "a value's type")
    guard let type = ValueType(rawValue: number) else {
      throw malformed("a value of the unknown type \(number)", at: start)
    }
    return type
  }

  mutating func value() throws(LMError) -> MetadataValue {
    let type = try valueType()
    return try value(type, depth: 0)
  }

  private mutating func value(_ type: ValueType, depth: Int) throws(LMError) -> MetadataValue {
    switch type {
    case .uint8: .unsigned(UInt64(try number(UInt8.self, "a value")))
    case .uint16: .unsigned(UInt64(try number(UInt16.self, "a value")))
    case .uint32: .unsigned(UInt64(try number(UInt32.self, "a value")))
    case .uint64: .unsigned(try number(UInt64.self, "a value"))
    case .int8: .integer(Int64(try number(Int8.self, "a value")))
    case .int16: .integer(Int64(try number(Int16.self, "a value")))
    case .int32: .integer(Int64(try number(Int32.self, "a value")))
    case .int64: .integer(try number(Int64.self, "a value"))
    case .float32: .number(Double(Float(bitPattern: try number(UInt32.self, "a value"))))
    case .float64: .number(Double(bitPattern: try number(UInt64.self, "a value")))
    case .bool: .boolean(try boolean())
    case .string: .string(String(decoding: try string("a value"), as: UTF8.self))
    case .array: try array(depth: depth)
    }
  }

  private mutating func boolean() throws(LMError) -> Bool {
    let byte = try number(UInt8.self, "a value")
    guard byte <= 1 else { throw malformed("a boolean of \(byte)", at: place - 1) }
    return byte == 1
  }

  private mutating func array(depth: Int) throws(LMError) -> MetadataValue {
    guard depth < Self.depthLimit else { throw malformed("arrays nested too deep") }
    let type = try valueType()
    let count = try count(of: "elements", size: type.size)
    elements += count
    guard elements <= Self.elementLimit else {
      throw .tooLarge(
        source: source, what: "a number of elements", size: UInt64(elements),
        limit: UInt64(Self.elementLimit))
    }
    switch type {
    case .string: return .strings(try strings(count))
    case .array:
      var list: [MetadataValue] = []
      for _ in 0..<count { list.append(try array(depth: depth + 1)) }
      return .list(list)
    case .bool:
      var list: [Bool] = []
      list.reserveCapacity(count)
      for _ in 0..<count { list.append(try boolean()) }
      return .booleans(list)
    case .float32: return .numbers(try floats(count))
    case .float64:
      var list: [Float] = []
      list.reserveCapacity(count)
      for _ in 0..<count {
        list.append(Float(Double(bitPattern: try number(UInt64.self, "an array"))))
      }
      return .numbers(list)
    case .uint8: return .integers(try integers(UInt8.self, count))
    case .int8: return .integers(try integers(Int8.self, count))
    case .uint16: return .integers(try integers(UInt16.self, count))
    case .int16: return .integers(try integers(Int16.self, count))
    case .uint32: return .integers(try integers(UInt32.self, count))
    case .int32: return .integers(try integers(Int32.self, count))
    case .uint64: return .integers(try integers(UInt64.self, count))
    case .int64: return .integers(try integers(Int64.self, count))
    }
  }

  private mutating func integers<T: FixedWidthInteger>(
    _ type: T.Type, _ count: Int
  ) throws(LMError) -> [Int64] {
    let size = MemoryLayout<T>.size
    let start = try take(count * size, "an array")
    return [Int64](unsafeUninitializedCapacity: count) { list, made in
      for index in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: start + index * size, as: T.self)
        // Token numbers past the range of Int64 name nothing.
        list.initializeElement(at: index, to: Int64(clamping: T(littleEndian: value)))
      }
      made = count
    }
  }

  private mutating func floats(_ count: Int) throws(LMError) -> [Float] {
    let start = try take(count * 4, "an array")
    return [Float](unsafeUninitializedCapacity: count) { list, made in
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self)
        list.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
      }
      made = count
    }
  }

  /// Strings without making any: their lengths are checked first, then their bytes are copied.
  private mutating func strings(_ count: Int) throws(LMError) -> StringTable {
    let start = place
    for _ in 0..<count { _ = try string("a string") }
    let total = place - start - 8 * count
    var ends: [Int] = []
    ends.reserveCapacity(count)
    let text = [UInt8](unsafeUninitializedCapacity: total) { text, made in
      var from = start
      var to = 0
      for _ in 0..<count {
        let length = Int(
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: from, as: UInt64.self)))
        UnsafeMutableRawBufferPointer(text).baseAddress?.advanced(by: to).copyMemory(
          from: bytes.baseAddress! + from + 8, byteCount: length)
        from += 8 + length
        to += length
        ends.append(to)
      }
      made = total
    }
    return StringTable(bytes: text, ends: ends)
  }
}
