/// A GGUF file written field by field, right or wrong.
struct GGUFBytes {
  var version: UInt32 = 3
  var keys: [(String, [UInt8])] = []
  var tensors: [(name: String, axes: [UInt64], type: UInt32, offset: UInt64)] = []
  var data: [UInt8] = []
  var alignment = 32
  var tensorCount: UInt64?
  var keyCount: UInt64?

  mutating func set(_ key: String, _ type: UInt32, _ value: [UInt8]) {
    keys.append((key, little(type) + value))
  }

  mutating func set(_ key: String, _ text: String) { set(key, 8, string(text)) }

  mutating func add(_ name: String, _ axes: [UInt64], _ type: UInt32, _ bytes: [UInt8]) {
    data += [UInt8](repeating: 0, count: (alignment - data.count % alignment) % alignment)
    tensors.append((name, axes, type, UInt64(data.count)))
    data += bytes
  }

  var bytes: [UInt8] {
    var out = Array("GGUF".utf8) + little(version)
    out += little(tensorCount ?? UInt64(tensors.count)) + little(keyCount ?? UInt64(keys.count))
    for (key, value) in keys { out += string(key) + value }
    for tensor in tensors {
      out += string(tensor.name) + little(UInt32(tensor.axes.count))
      for length in tensor.axes { out += little(length) }
      out += little(tensor.type) + little(tensor.offset)
    }
    out += [UInt8](repeating: 0, count: (alignment - out.count % alignment) % alignment)
    return out + data
  }
}

/// A number's bytes, the lowest first.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

func little(_ value: Float) -> [UInt8] { little(value.bitPattern) }

/// A GGUF string: its length, its bytes.
func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
