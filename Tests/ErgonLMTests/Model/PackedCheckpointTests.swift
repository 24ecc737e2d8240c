import ErgonWorkload
import Foundation
import Testing

@testable import ErgonLM

/// Ternary models written as Hugging Face checkpoints of packed trits.
struct PackedCheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ file: any ModelFile, _ name: String, _ options: ModelConversion.Options
  ) throws -> any ModelFile {
    let path = folder.path + "/" + name
    var options = options
    options.kind = ModelConversion.kind(ofOutput: path)
    try ModelConversion(file, options: options).write(to: path, in: UnobservedContext())
    return try openModelFile(path)
  }

  private func states(_ file: any ModelFile, _ tokens: [TokenID]) throws -> [Float] {
    var options = LoadOptions()
    options.keyValueFormat = .f32
    options.head = .exact
    let model = try TransformerModel(file, options: options)
    let cache = try model.makeCache(positions: tokens.count)
    return try model.forward(
      TokenBatch(cache.makeSequence(), tokens: tokens, outputs: .all), cache
    ).values
  }

  /// Wide enough for I2_S.
  private static let shape = SmallModels.Shape(
    hidden: 256, heads: 8, keyValueHeads: 2, headSize: 32, feedForward: 512)
  private static let tokens = (0..<20).map { TokenID($0 * 7 % 40) }

  private func bytes(_ file: any ModelFile) throws -> [String: [UInt8]] {
    try Dictionary(
      uniqueKeysWithValues: file.tensors.map { ($0.name, Array(try file.bytes(of: $0.name).bytes)) }
    )
  }

  @Test(arguments: ["bitnet-b1.58", "bitnet", "llama"])
  func `Trits and scales survive packed, I2_S and packed again to the bit`(name: String) throws {
    let master = SmallModels.file(name, Self.shape)
    let first = try write(
      master, "first/", .init(type: .packedTrits, head: .f32, ternarizes: true))
    #expect(first.kind == .safetensors)
    let up = try #require(first["model.layers.0.mlp.up_proj.weight"])
    #expect(up.format == .packedTrits && up.shape == [512, 256])
    let gguf = try write(first, "middle.gguf", .init(type: .i2_S, head: .f32))
    let second = try write(gguf, "second/", .init(type: .packedTrits))
    #expect(try bytes(second) == bytes(first))
    let found = try states(second, Self.tokens)
    #expect(try found == states(first, Self.tokens))
    // A Llama's rows have another order in GGUF, and sums over them another rounding; nor does its
    // master say that its matrices are to be rounded.
    if name != "llama" {
      #expect(try found == states(gguf, Self.tokens))
      #expect(try found == states(master, Self.tokens))
    }
  }

  @Test(arguments: ["bitnet-master", "bitnet-packed", "bitnet-bitlinear"])
  func `A checkpoint in any convention computes the same as packed in the newer one`(
    name: String
  ) throws {
    let golden = try GoldenModel(name)
    let packed = try write(
      golden.file, "model.safetensors",
      .init(type: .packedTrits, ternarizes: name == "bitnet-master"))
    #expect(
      packed.metadata["config.quantization_config.linear_class"] == .string("autobitlinear"))
    #expect(packed.metadata["config.rms_norm_eps"] == golden.file.metadata["config.rms_norm_eps"])
    #expect(packed["model.embed_tokens.weight"]?.format == .bf16)
    #expect(try states(packed, golden.tokens) == states(golden.file, golden.tokens))
  }

  @Test(arguments: ["llama", "qwen2", "qwen3"])
  func `A dense model comes back from GGUF as the checkpoint it was`(name: String) throws {
    let master = SmallModels.file(name, Self.shape)
    let first = try write(master, "first/", .init(type: .bf16))
    let gguf = try write(first, "middle.gguf", .init(type: .bf16))
    let second = try write(gguf, "second/", .init(type: .bf16))
    #expect(try bytes(second) == bytes(first))
    #expect(try ModelConfiguration(second) == ModelConfiguration(first))
    #expect(try states(second, Self.tokens) == states(first, Self.tokens))
  }

  @Test func `The tokenizer's files go with a checkpoint, and another model's are left alone`()
    throws
  {
    let source = folder.path + "/source/"
    _ = try write(
      SmallModels.file("bitnet-b1.58", Self.shape), "source/",
      .init(type: .packedTrits, ternarizes: true))
    try Data("{}".utf8).write(to: URL(filePath: source + "tokenizer.json"))
    try Data("hello".utf8).write(to: URL(filePath: source + "chat_template.jinja"))
    let file = try openModelFile(source)
    let copy = try write(file, "copy/", .init(type: .packedTrits))
    #expect(try bytes(copy) == bytes(file))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/copy").sorted()
    #expect(
      names == ["chat_template.jinja", "config.json", "model.safetensors", "tokenizer.json"])
    // Again, which changes nothing; then as another type, whose configuration is another.
    _ = try write(file, "copy/", .init(type: .packedTrits))
    #expect(throws: LMError.self) { try write(file, "copy/", .init(type: .bf16)) }
    #expect(try bytes(openModelFile(folder.path + "/copy")) == bytes(file))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/copy").sorted() == names)
  }

  private struct Stopping: WorkloadContext {
    func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
      throw WorkloadStopped(reason: "interrupted")
    }
  }

  @Test func `A checkpoint that is stopped or refused leaves no folder behind`() throws {
    let master = SmallModels.file("bitnet-b1.58", Self.shape)
    let path = folder.path + "/new/"
    let conversion = try ModelConversion(
      master, options: .init(type: .packedTrits, ternarizes: true, kind: .safetensors))
    #expect(throws: WorkloadStopped.self) { try conversion.write(to: path, in: Stopping()) }
    #expect(throws: LMError.self) {
      try write(master, "new/", .init(type: .packedTrits))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
