import ErgonWorkload
import Testing

@testable import ErgonLM

/// The same model in another kind of file computes the same.
struct ConvertedModelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func converted(
    _ file: any ModelFile, _ options: ModelConversion.Options
  ) throws -> any ModelFile {
    let path = folder.path + "/\(options.type.rawValue).gguf"
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

  private func error(_ a: [Float], _ b: [Float]) -> Float {
    let size = b.reduce(0) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / size
  }

  @Test(arguments: GoldenModelTests.decoders)
  func `A checkpoint of Hugging Face is the same model as GGUF`(name: String) throws {
    let golden = try GoldenModel(name)
    let gguf = try converted(golden.file, .init(type: .bf16))
    let expected = try states(golden.file, golden.tokens)
    #expect(error(try states(gguf, golden.tokens), expected) < 1e-5)
  }

  @Test func `An encoder is the same as GGUF`() throws {
    let golden = try GoldenModel("bert")
    let gguf = try TransformerModel(converted(golden.file, .init(type: .bf16)))
    let expected = try TransformerModel(golden.file).embed(golden.tokens)
    #expect(error(try gguf.embed(golden.tokens), expected) < 1e-5)
  }

  @Test(arguments: [StorageFormat.i2_S, .tq1_0, .tq2_0])
  func `Training's weights and their trits are the same model`(type: StorageFormat) throws {
    let shape = SmallModels.Shape(
      hidden: 256, heads: 8, keyValueHeads: 2, headSize: 32, feedForward: 512)
    let master = SmallModels.file("bitnet-b1.58", shape)
    let gguf = try converted(master, .init(type: type, head: .f32, ternarizes: true))
    let tokens = (0..<20).map { TokenID($0 * 7 % 40) }
    let expected = try states(master, tokens)
    let found = try states(gguf, tokens)
    // I2_S keeps the scale as it is; the others round it to half precision.
    if type == .i2_S { #expect(found == expected) }
    #expect(error(found, expected) < 0.1)
  }

  @Test(arguments: [(StorageFormat.q8_0, Float(0.05)), (.q4_0, 0.5), (.q4_K, 0.5), (.q6_K, 0.1)])
  func `Weights in few bits change a model little`(type: StorageFormat, bound: Float) throws {
    let shape = SmallModels.Shape(
      hidden: 256, layers: 1, heads: 8, keyValueHeads: 2, headSize: 32, feedForward: 512)
    let whole = SmallModels.file("qwen3", shape)
    let gguf = try converted(whole, .init(type: type))
    let tokens = (0..<20).map { TokenID($0 * 7 % 40) }
    let found = error(try states(gguf, tokens), try states(whole, tokens))
    #expect(found > 0 && found < bound, "\(found)")
  }
}
