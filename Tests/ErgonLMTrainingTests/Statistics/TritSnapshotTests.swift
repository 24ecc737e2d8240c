import ErgonLM
import ErgonLMTraining
import ErgonNN
import ErgonTensor
import Testing

@Suite struct TritSnapshotTests {
  static func network(isTernary: Bool) -> DecoderNetwork {
    var random = RandomStream(seed: 5)
    return DecoderNetwork(
      .decoder(
        vocabulary: 20, context: 8, width: 16, layers: 2, heads: 2, keyValueHeads: 1,
        feedForward: 24, isTernary: isTernary, hasSubNorms: true), random: &random)
  }

  static let tokens = Tensor<Int32>([3, 1, 4, 1, 5, 9, 2, 6], shape: [1, 8])

  @Test("shares are counts of what each weight rounds to, and changes are counted by weight")
  func shares() {
    let network = Self.network(isTernary: true)
    let count = network.projections.reduce(0) { $0 + $1.projection.weight.count }
    for (_, projection) in network.projections {
      // A mean of 1: a fourth each of -1 and 1, and a half of 0.
      let values: [Float] = (0..<projection.weight.count).map { [2, 0, -2, 0][$0 % 4] }
      projection.weight = Tensor(values, shape: projection.weight.shape)
    }
    let before = TritSnapshot(network)
    #expect(before.trits.count == count)
    #expect(before.shares == (0.25, 0.5, 0.25))
    #expect(before.changed(since: before) == 0)
    let (_, first) = network.projections[0]
    first.weight = first.weight * -1
    let changed = TritSnapshot(network).changed(since: before)
    #expect(changed == Double(first.weight.count / 2) / Double(count))
  }

  @Test("rounding for good leaves a ternary network as it is")
  func idempotent() {
    let network = Self.network(isTernary: true)
    let rounded = network.ternarized()
    #expect(TritSnapshot(rounded) == TritSnapshot(network))
    let (a, b) = (network(Self.tokens, .inference), rounded(Self.tokens, .inference))
    #expect(a.isApproximatelyEqual(to: b, absolute: 1e-5, relative: 1e-4))
  }

  @Test("a network in full precision is rounded with its activations, and stays what it was")
  func afterLearning() {
    let twin = Self.network(isTernary: false)
    let kept = twin.stateDictionary()
    let rounded = twin.ternarized()
    #expect(rounded.configuration.roundsToTernary)
    // The ternary network from the same first weights.
    let logits = Self.network(isTernary: true)(Self.tokens, .inference)
    #expect(
      rounded(Self.tokens, .inference).isApproximatelyEqual(
        to: logits, absolute: 1e-5, relative: 1e-4))
    for (name, array) in twin.stateDictionary() { #expect(array == kept[name], "\(name)") }
  }

  @Test("a larger threshold gives the trits and the scale of the larger mean")
  func threshold() {
    let network = Self.network(isTernary: true)
    let coarse = network.ternarized(threshold: 1.5)
    #expect(TritSnapshot(coarse) == TritSnapshot(network, threshold: 1.5))
    #expect(TritSnapshot(coarse).shares.zero > TritSnapshot(network).shares.zero)
    for ((_, a), (_, b)) in zip(network.projections, coarse.projections) {
      let mean = a.weight.values.reduce(0) { $0 + $1.magnitude } / Float(a.weight.count)
      let scale = 1 / b.weight.ternarized().scale
      #expect(abs(scale / (1.5 * mean) - 1) < 1e-5)
    }
  }
}
