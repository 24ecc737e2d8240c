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

/// Whether tests that take seconds are wanted.
let isSlowRun = getenv("ERGON_SLOW_TESTS") != nil
/// Whether a million inputs of each kind are tried, which takes minutes.
let isFuzzRun = getenv("ERGON_FUZZ") != nil

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

/// A model without tensors: what it says of its vocabulary.
struct VocabularyFile: ModelFile {
  var source = "test"
  var kind = ModelFileKind.gguf
  var metadata: [String: MetadataValue]
  let tensors: [TensorEntry] = []
  subscript(name: String) -> TensorEntry? { nil }
  func bytes(of name: String) throws(LMError) -> MappedBytes {
    throw .missing(source: source, what: name, mend: "read a file with tensors")
  }
}
