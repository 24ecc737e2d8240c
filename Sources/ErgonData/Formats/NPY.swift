/// Reading of NumPy's array files.
///
/// All three versions, both orders and both byte orders; booleans, integers, floating point of two,
/// four and eight bytes, and complex numbers. Arrays of Python objects hold programs rather than
/// numbers and are refused, as are structured types.
///
/// ```swift
/// let weights = try NPY.read(path: "weights.npy")   // shape: [784, 256]
/// ```
///
/// - Reference: NumPy, "NEP 1: a simple file format for NumPy arrays", 2007, and its versions 2.0
///   and 3.0.
public enum NPY {
  /// The array in a file.
  ///
  /// - Parameter limit: The most bytes of elements to accept.
  /// - Throws: ``DataError`` when the file cannot be read, is malformed, holds too much, or holds
  ///   what is no number.
  public static func read(path: String, limit: Int = 1 << 31) throws(DataError) -> NumericArray {
    try read(BinaryReader(path: path), limit)
  }

  /// The array in a file that lies in memory.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - limit: The most bytes of elements to accept.
  /// - Throws: ``DataError``, as for a file.
  public static func read(
    bytes: some Collection<UInt8>, name: String = "npy data", limit: Int = 1 << 31
  ) throws(DataError) -> NumericArray {
    try read(BinaryReader(bytes: bytes, name: name), limit)
  }

  private static func read(_ reader: BinaryReader, _ limit: Int) throws(DataError) -> NumericArray {
    guard try reader.bytes(6) == [0x93] + Array("NUMPY".utf8) else {
      throw reader.malformed("it does not begin like a NumPy array")
    }
    let version = try reader.bytes(2)
    guard (1...3).contains(version[0]), version[1] == 0 else {
      throw .unsupported(source: reader.name, what: "version \(version[0]).\(version[1]) of npy")
    }
    var length = 0
    for (place, byte) in try reader.bytes(version[0] == 1 ? 2 : 4).enumerated() {
      length |= Int(byte) << (8 * place)
    }
    guard length <= 1 << 16 else {
      throw .overLimit(source: reader.name, what: "its header", limit: 1 << 16)
    }
    let header = try NPYHeader(reader.bytes(length), name: reader.name)
    guard let count = header.shape.elementCount, count <= limit / header.type.size else {
      throw .overLimit(source: reader.name, what: "the size of its elements", limit: limit)
    }
    let elements = try elements(reader, header, count)
    try reader.requireEnd()
    return NumericArray(shape: header.shape, elements: elements)
  }

  private static func elements(
    _ reader: BinaryReader, _ header: NPYHeader, _ count: Int
  ) throws(DataError) -> NumericArray.Elements {
    let type = header.type
    func integers<Number: FixedWidthInteger & BitwiseCopyable>(
      _: Number.Type, parts: Int = 1
    ) throws(DataError) -> [Number] {
      var numbers = try reader.elements(count * parts, of: Number.self)
      if type.isBigEndian != (Number(bigEndian: 1) == 1), Number.bitWidth > 8 {
        for index in numbers.indices { numbers[index] = numbers[index].byteSwapped }
      }
      return header.isFortranOrder ? rowMajor(numbers, header.shape, parts: parts) : numbers
    }
    func floats(parts: Int = 1) throws(DataError) -> [Float] {
      try integers(UInt32.self, parts: parts).map(Float.init(bitPattern:))
    }
    func doubles(parts: Int = 1) throws(DataError) -> [Double] {
      try integers(UInt64.self, parts: parts).map(Double.init(bitPattern:))
    }
    switch (type.kind, type.size) {
    case ("b", 1): return .bool(try integers(UInt8.self).map { $0 != 0 })
    case ("i", 1): return .int8(try integers(Int8.self))
    case ("i", 2): return .int16(try integers(Int16.self))
    case ("i", 4): return .int32(try integers(Int32.self))
    case ("i", 8): return .int64(try integers(Int64.self))
    case ("u", 1): return .uint8(try integers(UInt8.self))
    case ("u", 2): return .uint16(try integers(UInt16.self))
    case ("u", 4): return .uint32(try integers(UInt32.self))
    case ("u", 8): return .uint64(try integers(UInt64.self))
    case ("f", 2): return .float(try integers(UInt16.self).map(Float.init(half:)))
    case ("f", 4): return .float(try floats())
    case ("f", 8): return .double(try doubles())
    case ("c", 8): return .complexFloat(try floats(parts: 2))
    case ("c", 16): return .complexDouble(try doubles(parts: 2))
    default:
      throw .unsupported(
        source: reader.name,
        what: type.kind == "O"
          ? "Python objects, which are programs; save the array with allow_pickle=False"
          : "elements of type '\(type.kind)\(type.size)'; convert them to plain numbers")
    }
  }

  /// Elements whose first index runs fastest, put in the order in which the last one does.
  private static func rowMajor<Number: BitwiseCopyable>(
    _ numbers: [Number], _ shape: [Int], parts: Int
  ) -> [Number] {
    guard shape.count > 1, !numbers.isEmpty else { return numbers }
    var strides = [Int](repeating: parts, count: shape.count)
    for axis in (0..<shape.count - 1).reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    var result = numbers
    var index = [Int](repeating: 0, count: shape.count)
    var target = 0
    for source in stride(from: 0, to: numbers.count, by: parts) {
      for part in 0..<parts { result[target + part] = numbers[source + part] }
      // The next place in the file's order, like an odometer that turns its first wheel fastest.
      for axis in shape.indices {
        index[axis] += 1
        target += strides[axis]
        if index[axis] < shape[axis] { break }
        target -= shape[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return result
  }
}

/// Reading of NumPy's archives of several arrays.
///
/// ```swift
/// let arrays = try NPZ.read(path: "model.npz")
/// arrays["weight"]?.shape
/// ```
public enum NPZ {
  /// Every array of an archive by its name.
  ///
  /// - Parameter limit: The most bytes of archive, and of all arrays together.
  /// - Throws: ``DataError`` when the archive or one of its arrays cannot be read.
  public static func read(
    path: String, limit: Int = 1 << 31
  ) throws(DataError) -> [String: NumericArray] {
    try read(ZipArchive(path: path, limit: limit), limit)
  }

  /// Every array of an archive that lies in memory.
  ///
  /// - Throws: ``DataError``, as for a file.
  public static func read(
    bytes: [UInt8], name: String = "npz data", limit: Int = 1 << 31
  ) throws(DataError) -> [String: NumericArray] {
    try read(ZipArchive(bytes: bytes, name: name, limit: limit), limit)
  }

  private static func read(
    _ archive: ZipArchive, _ limit: Int
  ) throws(DataError) -> [String: NumericArray] {
    var arrays: [String: NumericArray] = [:]
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      arrays[String(entry.name.dropLast(4))] = try NPY.read(
        bytes: archive.bytes(of: entry), name: "\(archive.name): \(entry.name)", limit: limit)
    }
    return arrays
  }
}

extension Float {
  /// The number that sixteen bits of IEEE 754 stand for, which `Float` holds exactly.
  init(half: UInt16) {
    let sign = UInt32(half & 0x8000) << 16
    let (exponent, fraction) = (UInt32(half >> 10 & 31), UInt32(half & 1023))
    switch exponent {
    case 0:
      // Subnormal: the fraction counts steps of 2⁻²⁴.
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 31: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
