import ErgonLM
import ErgonTensor
import Synchronization
import Testing

/// What a token gives depends on the tokens before it and on nothing else, to the last bit.
struct BatchInvarianceTests {
  static let architectures = ["llama", "bitnet-b1.58", "bitnet", "qwen2", "qwen3"]
  static let formats: [KeyValueFormat] = [.f32, .f16, .int8]

  private func model(_ name: String, _ format: KeyValueFormat = .f16) throws -> TransformerModel {
    var options = LoadOptions()
    options.keyValueFormat = format
    options.head = .exact
    return try TransformerModel(SmallModels.file(name), options: options)
  }

  private func tokens(_ count: Int, _ seed: Int = 3) -> [TokenID] {
    (0..<count).map { TokenID(($0 * $0 * 7 + $0 * 11 + seed) % 40) }
  }

  private func states(
    _ model: TransformerModel, _ tokens: [TokenID], chunks: [Int]
  ) throws -> [Float] {
    let cache = try model.makeCache(positions: 700)
    let sequence = try cache.makeSequence()
    var values: [Float] = []
    var start = 0
    for count in chunks {
      let part = Array(tokens[start..<start + count])
      values += try model.forward(
        TokenBatch(sequence, tokens: part, outputs: .all), cache
      ).values
      start += count
    }
    return values
  }

  @Test(arguments: architectures, formats)
  func `A prompt read in parts is the prompt read token by token`(
    name: String, format: KeyValueFormat
  ) throws {
    let model = try model(name, format)
    let tokens = tokens(70)
    let single = try states(model, tokens, chunks: [Int](repeating: 1, count: 70))
    #expect(single.allSatisfy { $0.isFinite })
    #expect(try states(model, tokens, chunks: [70]) == single)
    #expect(try states(model, tokens, chunks: [1, 17, 33, 3, 16]) == single)
  }

  @Test func `A prompt longer than a chunk is its parts`() throws {
    let model = try model("llama")
    let tokens = tokens(600)
    let whole = try states(model, tokens, chunks: [600])
    #expect(whole == (try states(model, tokens, chunks: [250, 350])))
    let cache = try model.makeCache(positions: 600)
    let sequence = try cache.makeSequence()
    let last = try model.forward(TokenBatch(sequence, tokens: tokens), cache)
    #expect(last.values == Array(whole.suffix(32)))
  }

  @Test(arguments: architectures)
  func `Sequences of different lengths in one batch are each alone`(name: String) throws {
    let model = try model(name)
    let texts = [tokens(5, 1), tokens(67, 2), tokens(1, 3), tokens(130, 4)]
    let cache = try model.makeCache(positions: 200, sequences: 4)
    let ids = try texts.map { _ in try cache.makeSequence() }
    // Prompts together, then single tokens of two beside a new part of the third.
    let first = try model.forward(
      TokenBatch(zip(ids, texts).map { .init($0, tokens: $1) }), cache)
    let second = try model.forward(
      TokenBatch([
        .init(ids[3], tokens: [7]), .init(ids[0], tokens: [1, 2, 3], outputs: .all),
        .init(ids[1], tokens: [4], outputs: .none),
      ]), cache)
    #expect(second.count == 4)
    for (index, text) in texts.enumerated() {
      let alone = try states(model, text, chunks: [text.count])
      #expect(Array(first.values[index * 32..<(index + 1) * 32]) == Array(alone.suffix(32)))
    }
    let long = try states(model, texts[3] + [7], chunks: [131])
    #expect(Array(second.values[..<32]) == Array(long.suffix(32)))
    let short = try states(model, texts[0] + [1, 2, 3], chunks: [8])
    #expect(Array(second.values[32...]) == Array(short.suffix(96)))
  }

  @Test(arguments: architectures, formats)
  func `A branch and a sequence cut short go on as if read anew`(
    name: String, format: KeyValueFormat
  ) throws {
    let model = try model(name, format)
    let cache = try model.makeCache(positions: 300, sequences: 3)
    let trunk = try cache.makeSequence()
    let text = tokens(150)
    _ = try model.forward(TokenBatch(trunk, tokens: text), cache)
    let branch = try cache.fork(trunk, keeping: 70)
    let shared = cache.bytes
    let other = tokens(80, 9)
    let grown = try model.forward(TokenBatch(branch, tokens: other), cache)
    #expect(cache.bytes > shared)
    let anew = try states(model, Array(text[..<70]) + other, chunks: [150])
    #expect(grown.values == Array(anew.suffix(32)))

    // The trunk has not noticed, nor does it after it is cut where the branch shares its page.
    let on = try model.forward(TokenBatch(trunk, tokens: [5]), cache)
    #expect(on.values == Array(try states(model, text + [5], chunks: [151]).suffix(32)))
    cache.truncate(trunk, to: 66)
    let cut = try model.forward(TokenBatch(trunk, tokens: [8, 9]), cache)
    let fresh = try states(model, Array(text[..<66]) + [8, 9], chunks: [68])
    #expect(cut.values == Array(fresh.suffix(32)))
    cache.truncate(branch, to: 149)
    let again = try model.forward(TokenBatch(branch, tokens: [other[79]]), cache)
    #expect(again.values == grown.values)
    cache.remove(branch)
    cache.remove(trunk)
    #expect(cache.bytes == 0)
  }

  @Test(arguments: architectures)
  func `Rounded keys and values change little`(name: String) throws {
    let tokens = tokens(40)
    let exact = try states(model(name, .f32), tokens, chunks: [40])
    let size = exact.reduce(0) { max($0, abs($1)) }
    let isTernary = name.hasPrefix("bitnet")
    for (format, bound) in [(KeyValueFormat.f16, Float(0.01)), (.int8, 0.1)] {
      let rounded = try states(model(name, format), tokens, chunks: [40])
      #expect(rounded != exact)
      // Where activations are rounded to int8, a small change may move one by a whole step.
      let difference = zip(exact, rounded).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(difference < (isTernary ? 0.4 : bound) * size, "\(format): \(difference) of \(size)")
    }
  }

  @Test(arguments: architectures)
  func `One thread and all of them give the same bits`(name: String) throws {
    let shape = SmallModels.Shape(
      hidden: 256, heads: 8, keyValueHeads: 2, headSize: 32, feedForward: 512)
    let model = try TransformerModel(SmallModels.file(name, shape))
    let tokens = tokens(48)
    func run() throws -> [Float] {
      let cache = try model.makeCache(positions: 64)
      let sequence = try cache.makeSequence()
      let prompt = try model.forward(
        TokenBatch(sequence, tokens: tokens, outputs: .all), cache)
      let step = try model.forward(TokenBatch(sequence, tokens: [3]), cache)
      return prompt.values + step.values
    }
    // A loop inside a loop stays on its thread.
    let alone = Mutex<Result<[Float], any Error>?>(nil)
    parallelLoop(2) { part in
      if part.contains(0) { alone.withLock { $0 = Result { try run() } } }
    }
    #expect(try run() == alone.withLock { try $0?.get() })
  }
}
