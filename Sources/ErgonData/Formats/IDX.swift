/// Reading of IDX files, the format in which MNIST and its relatives are published.
///
/// Four bytes name the element type and the number of axes, the sizes follow, then the elements,
/// all big-endian. A file may be gzip.
///
/// ```swift
/// let labels = try IDX.read(path: "train-labels-idx1-ubyte.gz")   // shape: [60000]
/// ```
///
/// - Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998,
///   "File formats".
public enum IDX {
  /// The array in a file.
  ///
  /// - Parameter limit: The most bytes of elements to accept.
  /// - Throws: ``DataError`` when the file cannot be read, is malformed or holds too much.
  public static func read(path: String, limit: Int = 1 << 31) throws(DataError) -> NumericArray {
    try read(BinaryReader(path: path), limit)
  }

  /// The array in a file that lies in memory.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - limit: The most bytes of elements to accept.
  /// - Throws: ``DataError`` for malformed bytes and for more than the limit.
  public static func read(
    bytes: some Collection<UInt8>, name: String = "IDX data", limit: Int = 1 << 31
  ) throws(DataError) -> NumericArray {
    try read(BinaryReader(bytes: bytes, name: name), limit)
  }

  private static func read(_ reader: BinaryReader, _ limit: Int) throws(DataError) -> NumericArray {
    let magic = try reader.bytes(4)
    guard magic[0] == 0, magic[1] == 0 else {
      throw reader.malformed("an IDX file begins with two zero bytes; this is another format")
    }
    var shape: [Int] = []
    for _ in 0..<magic[3] { shape.append(Int(try reader.bigEndian(UInt32.self))) }
    guard let count = shape.elementCount else {
      throw reader.malformed("the sizes \(shape) multiply to more than any file holds")
    }
    let elements: NumericArray.Elements
    switch magic[2] {
    case 0x08: elements = .uint8(try read(count, reader, limit))
    case 0x09: elements = .int8(try read(count, reader, limit))
    case 0x0B: elements = .int16(try read(count, reader, limit))
    case 0x0C: elements = .int32(try read(count, reader, limit))
    case 0x0D:
      elements = .float(try read(count, UInt32.self, reader, limit, Float.init(bitPattern:)))
    case 0x0E:
      elements = .double(try read(count, UInt64.self, reader, limit, Double.init(bitPattern:)))
    default:
      throw reader.malformed("no IDX element type has the number \(magic[2])")
    }
    try reader.requireEnd()
    return NumericArray(shape: shape, elements: elements)
  }

  private static func read<Number: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, _ reader: BinaryReader, _ limit: Int
  ) throws(DataError) -> [Number] {
    guard count <= limit / MemoryLayout<Number>.size else {
      throw .overLimit(source: reader.name, what: "the size of its elements", limit: limit)
    }
    var numbers = try reader.elements(count, of: Number.self)
    if MemoryLayout<Number>.size > 1 {
      for index in numbers.indices { numbers[index] = Number(bigEndian: numbers[index]) }
    }
    return numbers
  }

  private static func read<Number: FixedWidthInteger & BitwiseCopyable, Value>(
    _ count: Int, _: Number.Type, _ reader: BinaryReader, _ limit: Int, _ value: (Number) -> Value
  ) throws(DataError) -> [Value] {
    let numbers: [Number] = try read(count, reader, limit)
    return numbers.map(value)
  }
}
