import Foundation
import Testing

@testable import ErgonTensor

/// A file's bytes from the text of its header, with the length before it.
func safetensors(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  let length = length ?? UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
}

@Suite("Safetensors files")
struct SafetensorsTests {
  private func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent(
      "ergon-\(UUID().uuidString)-\(name)"
    ).path
  }

  @Test("what is written is read back bit for bit, whatever the type, shape and order")
  func roundTrip() throws {
    let path = temporary("all.safetensors")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let floats = Tensor<Float>(
      [0, -0.0, .infinity, .leastNonzeroMagnitude, 1.5, -3], shape: [2, 3])
    let nan = Tensor<Double>([.nan, .pi])
    let mask = Tensor<Bool>([true, false, true])
    let names = ["plain", "with \"quotes\" \\ and \n", "größe 数 🌊", ""]
    var writer = SafetensorsWriter(metadata: ["epoch": "3", "note": "a\tb\u{1}"])
    writer.add(names[0], floats)
    writer.add(names[1], floats.transposed())
    writer.add(names[2], nan)
    writer.add(names[3], Tensor<Int32>(7))
    writer.add("bytes", Tensor<UInt8>([1, 2, 255]))
    writer.add("mask", mask)
    writer.add("nothing", Tensor<Float>([], shape: [0, 4]))
    try writer.write(to: path)

    let file = try Safetensors(path: path)
    #expect(file.metadata == ["epoch": "3", "note": "a\tb\u{1}"])
    #expect(file.entries.count == 7)
    let read = try file.tensor(names[0], as: Float.self)
    #expect(read.shape == [2, 3])
    #expect(read.values.map(\.bitPattern) == floats.values.map(\.bitPattern))
    #expect(
      try file.tensor(names[1], as: Float.self).values == [
        0, .leastNonzeroMagnitude, -0.0, 1.5, .infinity, -3,
      ])
    #expect(
      try file.tensor(names[2], as: Double.self).values.map(\.bitPattern)
        == nan.values.map(\.bitPattern))
    #expect(try file.tensor(names[3], as: Int32.self).scalar == 7)
    #expect(try file.tensor("bytes", as: UInt8.self).values == [1, 2, 255])
    #expect(try file.tensor("mask", as: Bool.self).values == [true, false, true])
    #expect(try file.tensor("nothing", as: Float.self).shape == [0, 4])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(writer.bytes()))
    for entry in file.entries { #expect(entry.range.lowerBound % entry.type.byteCount == 0) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0.hasPrefix(URL(fileURLWithPath: path).lastPathComponent + ".") })
  }

  @Test("a tensor outlives its file, and changing it leaves the file as it was")
  func copyOnWrite() throws {
    let path = temporary("kept.safetensors")
    defer { try? FileManager.default.removeItem(atPath: path) }
    var writer = SafetensorsWriter()
    writer.add("x", Tensor<Float>([1, 2, 3]))
    try writer.write(to: path)
    var x = try Safetensors(path: path).tensor("x", as: Float.self)
    let kept = x
    x.withMutableElements { $0[0] = 9 }
    #expect(x.values == [9, 2, 3])
    #expect(kept.values == [1, 2, 3])
    #expect(try Safetensors(path: path).tensor("x", as: Float.self).values == [1, 2, 3])
  }

  @Test("16-bit floats widen to the numbers that their bits stand for")
  func halves() throws {
    // 1, -2, the smallest subnormal, the largest finite, infinity
    let f16: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7BFF, 0x7C00]
    let bf16: [UInt16] = [0x3F80, 0xC000, 0x0001, 0x7F7F, 0x7F80]
    let data = (f16 + bf16).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let file = try Safetensors(
      bytes: safetensors(
        #"{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"#
          + #""b":{"dtype":"BF16","shape":[5],"data_offsets":[10,20]}}"#, data: data))
    let h: [Float] = [1, -2, 0x1p-24, 65504, .infinity]
    #expect(try file.tensor("h", as: Float.self).values == h)
    #expect(try file.tensor("h", as: Double.self).values == h.map(Double.init))
    let b = bf16.map { Float(bitPattern: UInt32($0) << 16) }
    #expect(try file.tensor("b", as: Float.self).values == b)
  }

  @Test("integers convert where every value fits, and are refused where one does not")
  func integers() throws {
    let file = try Safetensors(
      bytes: safetensors(
        #"{"ok":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"#
          + #""big":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"#
          + #""mask":{"dtype":"BOOL","shape":[2],"data_offsets":[16,18]},"#
          + #""small":{"dtype":"I8","shape":[1],"data_offsets":[18,19]}}"#,
        data: [UInt8](repeating: 0xFF, count: 8) + [0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0x80]))
    #expect(try file.tensor("ok", as: Int32.self).values == [-1])
    #expect(try file.tensor("small", as: Int32.self).values == [-128])
    #expect(
      throws: SafetensorsError.outOfRange(
        source: "data", name: "big", value: "4294967296", wanted: "Int32")
    ) { try file.tensor("big", as: Int32.self) }
    #expect(
      throws: SafetensorsError.outOfRange(
        source: "data", name: "mask", value: "2", wanted: "Bool")
    ) { try file.tensor("mask", as: Bool.self) }
    #expect(
      throws: SafetensorsError.wrongType(
        source: "data", name: "ok", found: "I64", wanted: "Float")
    ) { try file.tensor("ok", as: Float.self) }
    #expect(throws: SafetensorsError.missingTensor(source: "data", name: "none")) {
      try file.tensor("none", as: Float.self)
    }
    #expect(try file.withBytes(of: "small") { Array($0) } == [0x80])
  }

  @Test("data at an odd address are copied, not misread")
  func unaligned() throws {
    let file = try Safetensors(
      bytes: safetensors(
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} "#, data: [0, 0, 0x80, 0x3F]))
    #expect(try file.tensor("x", as: Float.self).values == [1])
  }

  @Test(
    "a file that breaks a rule is refused with a reason",
    arguments: [
      ("", "ends before its header"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, "'}' expected"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "has 4 bytes, F32 [2] takes 8"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "claims the bytes 4 to 8 of 4"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "claims the bytes"),
      (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, "2 bytes belong to no tensor"),
      (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, "leaves a hole"),
      (
        #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
        "overlaps"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
        "stands twice"
      ),
      (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "stands twice"),
      (#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, "'Q4' is not known"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, "'x' is not known"),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, "lacks"),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "whole number expected"),
      (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "whole number expected"),
      (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, "leading zero"),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "too large"),
      (
        #"{"a":{"dtype":"U8","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#,
        "more elements"
      ),
      (#"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}"#, "more than 8"),
      (#"{"__metadata__":{"a":1}}"#, "a string expected"),
      (#"{"__metadata__":{"a":"x","a":"y"}}"#, "stand twice"),
      (#" {}"#, "does not begin with '{'"),
      ("{\"\u{1}\":1}", "control character"),
      (#"{"\uD800":1}"#, "surrogate"),
      (#"{"\q":1}"#, "unknown escape"),
      (#"{}x"#, "text after the end"),
    ])
  func malformed(header: String, reason: String) {
    let bytes = header.isEmpty ? [1, 2, 3] : safetensors(header, data: [0, 0, 0, 0])
    let error = #expect(throws: SafetensorsError.self) { try Safetensors(bytes: bytes) }
    #expect("\(error!)".contains(reason), "\(error!)")
  }

  @Test("a header longer than the file, or than any header may be, is refused before it is read")
  func hugeHeader() {
    for length in [3, 100_000_000, 100_000_001, UInt64(Int.max), .max] {
      #expect(throws: SafetensorsError.self) {
        try Safetensors(bytes: safetensors("{}", length: length))
      }
    }
  }

  @Test("shards are read through their index, which must agree with them")
  func shards() throws {
    let folder = temporary("model")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (file, value) in [("one", Float(1)), ("two", 2)] {
      var writer = SafetensorsWriter()
      writer.add(file + ".weight", Tensor<Float>([value]))
      try writer.write(to: "\(folder)/\(file).safetensors")
    }
    let index = "\(folder)/model.safetensors.index.json"
    func open(_ text: String) throws -> Safetensors {
      try text.write(toFile: index, atomically: true, encoding: .utf8)
      return try Safetensors(indexPath: index)
    }
    let one = #""one.weight":"one.safetensors""#
    let model = try open(
      #"{"metadata":{"total_size":8,"more":[{"a":[]},1.5e3,null]},"weight_map":{"# + one
        + #","two.weight":"two.safetensors"}}"#)
    #expect(try model.tensor("two.weight", as: Float.self).values == [2])
    #expect(model.entries.map(\.name) == ["one.weight", "two.weight"])
    #expect(throws: SafetensorsError.self) {
      try open(#"{"weight_map":{"# + one + #","x":"two.safetensors"}}"#)
    }
    for name in ["../two.safetensors", "/etc/passwd", "", ".."] {
      let error = #expect(throws: SafetensorsError.self) {
        try open(#"{"weight_map":{"two.weight":""# + name + #""}}"#)
      }
      #expect("\(error!)".contains("not the name of a file"))
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: SafetensorsError.self) { try open(#"{"metadata":"# + deep) }
    #expect(throws: SafetensorsError.self) { try open("{}") }
  }

  @Test("a missing file, a folder and a place that cannot be written are named")
  func paths() {
    #expect(throws: SafetensorsError.self) { try Safetensors(path: "/nowhere/x.safetensors") }
    #expect(throws: SafetensorsError.self) { try Safetensors(path: "/") }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsWriter().write(to: "/nowhere/x.safetensors")
    }
  }
}
