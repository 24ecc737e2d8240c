import ErgonWorkload
import Foundation
import Testing

@testable import ErgonLM

@Suite("Conversions of models")
struct ModelConversionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Golden/models").path

  private func convert(
    _ source: String, _ options: ModelConversion.Options, as name: String = "out.gguf"
  ) throws -> any ModelFile {
    let path = folder.path + "/" + name
    try ModelConversion(openModelFile(source), options: options)
      .write(to: path, in: UnobservedContext())
    return try openModelFile(path)
  }

  @Test(
    "a checkpoint as GGUF is the same model",
    arguments: ["llama", "llama-linear", "llama-yarn", "qwen2", "qwen3", "bert"])
  func checkpoints(name: String) throws {
    let source = try openModelFile("\(Self.models)/\(name)")
    let path = folder.path + "/out.gguf"
    try ModelConversion(source, options: .init(type: .f16)).write(to: path, in: UnobservedContext())
    let written = try openModelFile(path)
    var before = try ModelConfiguration(source)
    let after = try ModelConfiguration(written)
    // What the rows' order and a tensor of factors say instead.
    before.rotary.pairing = after.rotary.pairing
    if case .llama3 = before.rotary.scaling { before.rotary.scaling = after.rotary.scaling }
    #expect(before == after)
    let check = try ModelCheck(written, against: source, in: UnobservedContext())
    #expect(
      check.tensors.filter { $0.fault != nil }.map(\.name).allSatisfy { $0 == "rope_freqs.weight" })
    for tensor in check.tensors where tensor.fault == nil {
      #expect(tensor.difference! <= tensor.magnitude * 0.0005, "\(tensor.name)")
    }
  }

  @Test("Llama's queries and keys get the order that pairs neighbours")
  func rowOrder() throws {
    let order = RowOrder(.joining(heads: 2), rows: 16)
    #expect((0..<16).map(order.source) == [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15])
    let back = RowOrder(.parting(heads: 2), rows: 16)
    #expect((0..<16).map { back.source(of: order.source(of: $0)) } == Array(0..<16))
    #expect(RowOrder(.none, rows: 4).source(of: 3) == 3)
  }

  @Test("a ternary checkpoint keeps its trits and its scale, whichever way it is stored")
  func ternary() throws {
    var content = GGUFBytes()
    content.set("general.architecture", "bitnet-b1.58")
    let trits = TernaryRowsTests.trits(4 * 256, seed: 21)
    content.add("blk.0.ffn_up.weight", [256, 4], 36, TernaryRowsTests.i2S(trits, scale: 0.375))
    content.add("token_embd.weight", [256, 2], 0, (0..<512).flatMap { little(Float($0)) })
    content.add("output_norm.weight", [256], 1, [UInt8](repeating: 0, count: 512))
    let source = try folder.write(content.bytes)
    for type in [StorageFormat.tq1_0, .tq2_0, .i2_S, .f16] {
      let file = try convert(source, .init(type: type))
      #expect(file["blk.0.ffn_up.weight"]?.format == type)
      #expect(file["token_embd.weight"]?.format == .f16)
      #expect(file["output_norm.weight"]?.format == .f32)
      let check = try ModelCheck(
        file, against: openModelFile(source), in: UnobservedContext())
      #expect(check.faults == 0 && check.differing == 0, "\(type.name)")
      // And back again.
      let back = try convert(
        folder.path + "/out.gguf", .init(type: .i2_S, head: .bf16), as: "back.gguf")
      let matrix = try TernaryRows(back["blk.0.ffn_up.weight"]!, in: back)
      #expect(matrix.scale == 0.375)
    }
  }

  @Test("matrices of numbers become ternary only where that is asked for")
  func rounding() throws {
    let source = "\(Self.models)/bitnet-master"
    let file = try openModelFile(source)
    let columns = file.tensors.filter { $0.name.contains("_proj.weight") }.map(\.columns)
    guard columns.allSatisfy({ $0 % 128 == 0 }) else {
      // Its rows are no whole blocks: refused in words before anything is written.
      #expect(throws: LMError.self) {
        try ModelConversion(file, options: .init(type: .i2_S, ternarizes: true))
      }
      return
    }
    #expect(throws: LMError.self) { try convert(source, .init(type: .i2_S)) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let written = try convert(source, .init(type: .i2_S, ternarizes: true))
    #expect(written["blk.0.attn_q.weight"]?.format == .i2_S)
  }

  private struct Stopping: WorkloadContext {
    func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
      throw WorkloadStopped(reason: "interrupted")
    }
  }

  @Test("a conversion that is stopped leaves nothing behind, and what was there is as it was")
  func stopped() throws {
    let kept = try folder.write("kept", "out.gguf")
    let conversion = try ModelConversion(
      openModelFile("\(Self.models)/llama"), options: .init(type: .q8_0))
    #expect(throws: WorkloadStopped.self) { try conversion.write(to: kept, in: Stopping()) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.gguf"])
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "kept")
  }

  @Test("checking finds what is no number, and what differs")
  func check() throws {
    var content = GGUFBytes()
    content.add("a", [2, 2], 0, [1, 2, 3, 4].flatMap { little(Float($0)) })
    content.add("b", [1], 0, little(Float.nan))
    content.add("c", [128, 1], 36, [UInt8](repeating: 0xFF, count: 32) + little(Float(1)))
    let one = try openModelFile(folder.write(content.bytes, "one"))
    let alone = try ModelCheck(one, in: UnobservedContext())
    #expect(alone.tensors.map { $0.fault != nil } == [false, true, true])
    var other = GGUFBytes()
    other.add("a", [2, 2], 0, [1, 2, 3.5, 4].flatMap { little(Float($0)) })
    other.add("d", [1], 0, little(Float(1)))
    let two = try openModelFile(folder.write(other.bytes, "two"))
    let both = try ModelCheck(one, against: two, in: UnobservedContext())
    #expect(both.tensors[0].difference == 0.5 && both.tensors[0].magnitude == 4)
    #expect(both.faults == 3 && both.differing == 1)
  }

  @Test("what is written is read back, key by key")
  func keys() throws {
    let metadata: [String: MetadataValue] = [
      "general.architecture": .string("x"), "a": .unsigned(7), "b": .unsigned(1 << 40),
      "c": .integer(-7), "d": .integer(-1 << 40), "e": .number(0.5), "f": .number(0.1),
      "g": .boolean(true), "h": .strings(StringTable(["", "é"])), "i": .integers([1, -1]),
      "j": .integers([1 << 40]), "k": .numbers([0.5]), "l": .booleans([false, true]),
      "m": .list([.integers([1]), .strings(StringTable(["x"]))]),
    ]
    let path = folder.path + "/keys.gguf"
    let writer = try GGUFWriter(path, metadata: metadata, tensors: [])
    try writer.finish()
    #expect(try openModelFile(path).metadata == metadata)
  }

  @Test(
    "a llama2.c model takes the tokenizer beside it along, and says so where there is none",
    .tags(.realData), .enabled(if: !realData.isEmpty))
  func llamaTwoTokenizer() throws {
    let source = try openModelFile(realData + "/stories260K/stories260K.bin")
    let conversion = try ModelConversion(source, options: .init(type: .f16))
    #expect(conversion.notes.isEmpty)
    let path = folder.path + "/stories.gguf"
    try conversion.write(to: path, in: UnobservedContext())
    let (before, after) = try (makeTokenizer(for: source), makeTokenizer(for: openModelFile(path)))
    #expect(before.special == after.special)
    for text in ["Once upon a time, Lily", "  two  spaces ", "é😀\n\t\u{7}", ""] {
      let ids = before.encode(text)
      #expect(after.encode(text) == ids && after.decode(ids) == before.decode(ids))
    }
    let alone = folder.path + "/alone.bin"
    try FileManager.default.copyItem(atPath: source.source, toPath: alone)
    let notes = try ModelConversion(openModelFile(alone), options: .init(type: .f16)).notes
    #expect(notes.count == 1 && notes[0].contains("tokenizer.bin"))
  }
}
