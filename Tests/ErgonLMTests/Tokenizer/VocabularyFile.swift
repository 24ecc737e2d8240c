import ErgonTensor
import Testing

@testable import ErgonLM

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where `ERGON_DATA` points; empty where it is not set.
let realData = getenv("ERGON_DATA").map { String(cString: $0) } ?? ""

func readBytes(_ path: String) throws -> [UInt8] {
  let file = try MappedFile(path: path)
  return withExtendedLifetime(file) { Array(file.bytes) }
}

func readText(_ path: String) throws -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}

extension String {
  /// What stands between the separators, byte by byte.
  func components(between separator: String) -> [String] {
    let bytes = Array(utf8)
    let mark = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    var at = 0
    while at + mark.count <= bytes.count {
      if bytes[at..<at + mark.count].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<at], as: UTF8.self))
        at += mark.count
        start = at
      } else {
        at += 1
      }
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}

/// The keys of a GGUF file that has no tensors, read by the format's description.
struct VocabularyFile: ModelFile {
  let source: String
  var kind = ModelFileKind.gguf
  var metadata: [String: MetadataValue] = [:]
  let tensors: [TensorEntry] = []
  subscript(name: String) -> TensorEntry? { nil }
  func bytes(of name: String) throws(LMError) -> MappedBytes {
    throw .missing(source: source, what: name, mend: "read a file with tensors")
  }

  init(
    source: String = "test", kind: ModelFileKind = .gguf, metadata: [String: MetadataValue]
  ) {
    self.source = source
    self.kind = kind
    self.metadata = metadata
  }

  init(_ path: String) throws {
    source = path
    var reader = Reader(bytes: try readBytes(path))
    reader.at = 16
    for _ in 0..<reader.number(8) {
      let key = String(decoding: reader.string(), as: UTF8.self)
      let type = reader.number(4)
      if type != 9 {
        metadata[key] = reader.value(type)
        continue
      }
      let element = reader.number(4)
      let count = reader.number(8)
      switch element {
      case 8:
        metadata[key] = .strings(
          {
            var table = StringTable()
            for _ in 0..<count { table.append(reader.string()) }
            return table
          }())
      case 6:
        metadata[key] = .numbers(
          (0..<count).map { _ in Float(bitPattern: UInt32(reader.number(4))) })
      default: metadata[key] = .integers((0..<count).map { _ in Int64(reader.number(4)) })
      }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    mutating func number(_ size: Int) -> Int {
      defer { at += size }
      return (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }

    mutating func string() -> ArraySlice<UInt8> {
      let count = number(8)
      defer { at += count }
      return bytes[at..<at + count]
    }

    mutating func value(_ type: Int) -> MetadataValue {
      switch type {
      case 8: .string(String(decoding: string(), as: UTF8.self))
      case 7: .boolean(number(1) == 1)
      case 6: .number(Double(Float(bitPattern: UInt32(number(4)))))
      case 10, 11: .unsigned(UInt64(number(8)))
      default: .unsigned(UInt64(number(4)))
      }
    }
  }
}
