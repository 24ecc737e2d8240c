import Testing

@testable import ErgonLM

@Suite("GGUF files")
struct GGUFFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> any ModelFile {
    try openModelFile(folder.write(bytes))
  }

  /// What opening says is wrong.
  private func failure(_ bytes: [UInt8]) throws -> LMError? {
    let path = try folder.write(bytes)
    do throws(LMError) {
      _ = try openModelFile(path)
      return nil
    } catch {
      return error
    }
  }

  private func small() -> GGUFBytes {
    var file = GGUFBytes()
    file.set("general.architecture", "llama")
    file.add("a", [3, 2], 0, (0..<6).flatMap { little(Float($0)) })
    file.add("b", [4], 1, [UInt8](repeating: 7, count: 8))
    return file
  }

  @Test("tensors are mapped where they stand, their axes outermost first", arguments: [2, 3])
  func tensors(version: UInt32) throws {
    var content = small()
    content.version = version
    let file = try open(content.bytes)
    #expect(file.kind == .gguf)
    #expect(file.tensors.map(\.name) == ["a", "b"])
    #expect(file["a"] == TensorEntry(name: "a", shape: [2, 3], format: .f32))
    #expect(file["b"]?.shape == [4] && file["b"]?.format == .f16)
    let a = try file.bytes(of: "a")
    #expect(Array(a.bytes.bindMemory(to: Float.self)) == [0, 1, 2, 3, 4, 5])
    #expect(try Array(file.bytes(of: "b").bytes) == [UInt8](repeating: 7, count: 8))
    #expect(throws: LMError.self) { try file.bytes(of: "c") }
  }

  @Test("every type of value is read")
  func values() throws {
    var content = GGUFBytes()
    content.set("u8", 0, [200])
    content.set("i8", 1, [0xFE])
    content.set("u16", 2, little(UInt16.max))
    content.set("i16", 3, little(Int16.min))
    content.set("u32", 4, little(UInt32.max))
    content.set("i32", 5, little(Int32.min))
    content.set("f32", 6, little(Float(0.5)))
    content.set("bool", 7, [1])
    content.set("text", "héllo")
    content.set("u64", 10, little(UInt64.max))
    content.set("i64", 11, little(Int64.min))
    content.set("f64", 12, little(Double.pi.bitPattern))
    content.set(
      "texts", 9, little(UInt32(8)) + little(UInt64(3)) + string("a") + string("") + string("bc"))
    content.set("bytes", 9, little(UInt32(0)) + little(UInt64(2)) + [1, 255])
    content.set(
      "ints", 9, little(UInt32(5)) + little(UInt64(2)) + little(Int32(-1)) + little(Int32(7)))
    content.set("floats", 9, little(UInt32(6)) + little(UInt64(1)) + little(Float(2.5)))
    content.set(
      "doubles", 9, little(UInt32(12)) + little(UInt64(1)) + little(Double(2.5).bitPattern))
    content.set("flags", 9, little(UInt32(7)) + little(UInt64(2)) + [0, 1])
    content.set(
      "nested", 9,
      little(UInt32(9)) + little(UInt64(1)) + little(UInt32(7)) + little(UInt64(1)) + [1])
    let file = try open(content.bytes)
    #expect(
      file.metadata == [
        "u8": .unsigned(200), "i8": .integer(-2), "u16": .unsigned(65535),
        "i16": .integer(-32768), "u32": .unsigned(UInt64(UInt32.max)),
        "i32": .integer(Int64(Int32.min)), "f32": .number(0.5), "bool": .boolean(true),
        "text": .string("héllo"), "u64": .unsigned(.max), "i64": .integer(.min),
        "f64": .number(.pi), "texts": .strings(StringTable(["a", "", "bc"])),
        "bytes": .integers([1, 255]), "ints": .integers([-1, 7]), "floats": .numbers([2.5]),
        "doubles": .numbers([2.5]), "flags": .booleans([false, true]),
        "nested": .list([.booleans([true])]),
      ])
  }

  @Test("an alignment of its own is followed")
  func alignment() throws {
    var content = GGUFBytes()
    content.alignment = 256
    content.set("general.alignment", 4, little(UInt32(256)))
    content.add("a", [1], 0, little(Float(1)))
    content.add("b", [1], 0, little(Float(2)))
    let file = try open(content.bytes)
    #expect(try file.bytes(of: "b").bytes.loadUnaligned(as: Float.self) == 2)
  }

  @Test("a header that ends anywhere is said to, and never more than that")
  func truncated() throws {
    let bytes = small().bytes
    for count in 0..<bytes.count {
      #expect(try failure(Array(bytes[..<count])) != nil, "cut after \(count) bytes")
    }
  }

  enum Damage: String, CaseIterable {
    case version1, bigEndian, manyTensors, manyKeys, longString, unknownValue, badBoolean, deepArray
    case manyElements, keyTwice, tensorTwice, fiveAxes, emptyAxis, hugeShape, halfBlock, offset
    case pastEnd, overlap, badAlignment, emptyName

    func apply(_ file: inout GGUFBytes) {
      switch self {
      case .version1: file.version = 1
      case .bigEndian: file.version = UInt32(3).byteSwapped
      case .manyTensors: file.tensorCount = 1 << 60
      case .manyKeys: file.keyCount = 1 << 60
      case .longString: file.set("k", 8, little(UInt64.max))
      case .unknownValue: file.set("k", 13, [0])
      case .badBoolean: file.set("k", 7, [2])
      case .deepArray:
        let inner = little(UInt32(9)) + little(UInt64(1))
        file.set(
          "k", 9, inner + inner + inner + inner + inner + little(UInt32(0)) + little(UInt64(0)))
      case .manyElements: file.set("k", 9, little(UInt32(8)) + little(UInt64(1) << 61))
      case .keyTwice: file.set("general.architecture", "llama")
      case .tensorTwice: file.add("a", [1], 0, [0, 0, 0, 0])
      case .fiveAxes: file.add("c", [1, 1, 1, 1, 1], 0, [0, 0, 0, 0])
      case .emptyAxis: file.add("c", [0], 0, [])
      case .hugeShape: file.add("c", [1 << 40, 1 << 40], 0, [0, 0, 0, 0])
      case .halfBlock: file.add("c", [33], 8, [UInt8](repeating: 0, count: 68))
      case .offset: file.tensors[1].offset += 1
      case .pastEnd: file.tensors[1].offset += 1 << 40
      case .overlap: file.tensors[1].offset = 0
      case .badAlignment: file.set("general.alignment", 4, little(UInt32(24)))
      case .emptyName: file.add("", [1], 0, [0, 0, 0, 0])
      }
    }

    var words: String {
      switch self {
      case .version1: "version 1"
      case .bigEndian: "big-endian"
      case .manyTensors, .manyKeys, .manyElements: "do not fit"
      case .longString: "exceeds"
      case .unknownValue: "unknown type 13"
      case .badBoolean: "a boolean of 2"
      case .deepArray: "nested too deep"
      case .keyTwice, .tensorTwice: "stands twice"
      case .fiveAxes: "5 axes"
      case .emptyAxis: "length 0"
      case .hugeShape: "larger than memory"
      case .halfBlock: "multiple of the 32"
      case .offset: "no multiple of 32"
      case .pastEnd: "past the end"
      case .overlap: "overlaps 'a'"
      case .badAlignment: "power of two"
      case .emptyName: "empty"
      }
    }
  }

  @Test("each kind of damage has its own words", arguments: Damage.allCases)
  func damage(_ damage: Damage) throws {
    var content = small()
    damage.apply(&content)
    let error = try #require(try failure(content.bytes))
    #expect("\(error)".contains(damage.words), "\(error)")
  }

  @Test(
    "types that are not handled are named, whoever gave them their numbers",
    arguments: [
      (13, "llama", "Q5_K"), (39, "llama", "MXFP4"), (39, "bitnet-b1.58", "TL2"),
      (38, "bitnet", "TL1"), (134, "llama", "IQ1_BN"), (99, "llama", "unknown type 99"),
      (1001, "llama", "unknown type 1001"),
    ] as [(UInt32, String, String)])
  func unsupported(id: UInt32, architecture: String, name: String) throws {
    var content = GGUFBytes()
    content.set("general.architecture", architecture)
    content.add("w", [256], id, [UInt8](repeating: 0, count: 512))
    let error = try #require(try failure(content.bytes))
    guard case .unsupported(_, let what, let mend) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(what.contains(name) && !mend.isEmpty)
  }

  @Test("I2_S brings the scale that follows it, and refuses rows of part of a block")
  func ternary() throws {
    var content = GGUFBytes()
    content.add("w", [128, 3], 36, [UInt8](repeating: 0x55, count: 96) + little(Float(0.5)))
    let file = try open(content.bytes)
    let bytes = try file.bytes(of: "w").bytes
    #expect(bytes.count == 100 && bytes.loadUnaligned(fromByteOffset: 96, as: Float.self) == 0.5)
    withExtendedLifetime(file) {}
    content.data.removeLast()
    #expect("\(try #require(try failure(content.bytes)))".contains("past the end"))
    var odd = GGUFBytes()
    odd.add("w", [64, 2], 36, [UInt8](repeating: 0x55, count: 64))
    #expect("\(try #require(try failure(odd.bytes)))".contains("multiple of the 128"))
  }

  @Test("bytes that are no model's are refused, and what is not there says so")
  func others() throws {
    #expect("\(try #require(try failure([])))".contains("empty"))
    #expect("\(try #require(try failure(Array("hello, world".utf8))))".contains("not supported"))
    do throws(LMError) {
      _ = try openModelFile(folder.path + "/nothing.gguf")
      Issue.record("opened")
    } catch {
      guard case .file = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
