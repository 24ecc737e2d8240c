import ErgonLM
import ErgonNN
import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite struct AdapterTests {
  private func network(isTernary: Bool) -> DecoderNetwork {
    var random = RandomStream(seed: 9)
    return DecoderNetwork(
      .decoder(
        vocabulary: 31, context: 24, width: 32, layers: 2, heads: 4, keyValueHeads: 2,
        feedForward: 48, activation: .silu, isTernary: isTernary),
      initializer: .normal(deviation: 0.2), random: &random)
  }

  private let batch = SequenceBatch(
    inputs: Tensor<Int32>((0..<40).map { Int32($0 * 7 % 31) }, shape: [2, 20]),
    targets: Tensor<Int32>((0..<40).map { Int32(($0 * 7 + 3) % 31) }, shape: [2, 20]))

  private struct Same: SequenceSource {
    let batch: SequenceBatch
    func batch(at step: Int) -> SequenceBatch { batch }
  }

  private func train(_ network: DecoderNetwork) throws {
    var settings = PretrainingSettings.fullPrecision(steps: 20, rate: 1e-2)
    settings.evaluations = 1
    try pretrain(network, on: Same(batch: batch), settings: settings)
  }

  private func adapted(_ base: DecoderNetwork) -> DecoderNetwork {
    var random = RandomStream(seed: 2)
    return base.adapted(["*.query", "layers.1.down"], rank: 3, alpha: 6, random: &random)
  }

  private func loss(_ network: DecoderNetwork) -> Float {
    crossEntropy(network(batch.inputs, .inference), batch.targets).scalar
  }

  @Test(
    "adapters change nothing at first, learn, and leave every weight beneath as it was, to the bit",
    arguments: [false, true])
  func frozen(isTernary: Bool) throws {
    let base = network(isTernary: isTernary)
    let before = base.stateDictionary()
    let first = loss(base)
    let tuned = adapted(base)
    #expect(loss(tuned) == first)
    try train(tuned)
    #expect(loss(tuned) < first - 0.05)
    #expect(base.stateDictionary() == before)
    #expect(loss(base) == first)
  }

  @Test("patterns choose the matrices, and each adapter has rank (in + out) numbers")
  func counts() {
    let base = network(isTernary: false)
    let tuned = adapted(base)
    #expect(tuned.adapters.map(\.name) == ["layers.0.query", "layers.1.query", "layers.1.down"])
    let learned = tuned.parameters().filter(\.variable.isTrainable)
    #expect(learned.allSatisfy { $0.name.contains(".adapter.") })
    let count = learned.reduce(0) { $0 + $1.variable.value.count }
    #expect(count == 3 * (32 + 32) * 2 + 3 * (48 + 32))
  }

  @Test("merged and unmerged say the same, and the merged network is served")
  func merging() throws {
    let base = network(isTernary: false)
    let tuned = adapted(base)
    try train(tuned)
    let merged = try tuned.merged()
    #expect(merged.adapters.isEmpty)
    let (a, b) = (tuned(batch.inputs, .inference), merged(batch.inputs, .inference))
    #expect(a.isApproximatelyEqual(to: b, absolute: 1e-4, relative: 0))
    // Merging makes weights of its own.
    #expect(loss(base) != loss(merged))
    let served = try Teacher(merged.modelFile()).logits(batch.inputs)
    #expect(served.isApproximatelyEqual(to: a, absolute: 1e-3, relative: 1e-3))
  }

  @Test("adapters of ternary matrices are merged into full precision only, and never rounded")
  func ternary() throws {
    let tuned = adapted(network(isTernary: true))
    try train(tuned)
    #expect(throws: LMError.self) { try tuned.merged() }
    #expect(throws: LMError.self) { try tuned.modelFile() }
    _ = try withTemporaryFolder { folder in
      #expect(throws: LMError.self) { try tuned.save(to: folder) }
    }
    let merged = try tuned.merged(leavingTernary: true)
    #expect(!merged.configuration.roundsToTernary)
    // But for the 8 bits that its inputs are no longer rounded to.
    let (a, b) = (loss(tuned), loss(merged))
    #expect(abs(a - b) < 0.05, "\(a) and \(b)")
    let plain = network(isTernary: true)
    #expect(try plain.merged().stateDictionary() == plain.stateDictionary())
  }

  @Test("adapters are saved alone and read back beside the same weights")
  func files() throws {
    let base = network(isTernary: true)
    let tuned = adapted(base)
    try train(tuned)
    try withTemporaryFolder { folder in
      try tuned.saveAdapters(to: folder)
      let again = try base.withAdapters(from: folder)
      #expect(again.adapters.map(\.name) == tuned.adapters.map(\.name))
      #expect(again(batch.inputs, .inference) == tuned(batch.inputs, .inference))
      // As PEFT has them: A is [rank, in].
      let file = try Safetensors(path: folder + "adapter_model.safetensors")
      let name = "base_model.model.model.layers.1.mlp.down_proj.lora_A.weight"
      #expect(try file.tensor(name, as: Float.self).shape == [3, 48])
      var random = RandomStream(seed: 1)
      let other = DecoderNetwork(
        .decoder(vocabulary: 31, width: 16, layers: 2, heads: 4, feedForward: 48),
        random: &random)
      #expect(throws: LMError.self) { try other.withAdapters(from: folder) }
    }
  }
}
