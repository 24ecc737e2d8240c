import ErgonLM
import ErgonNN
import ErgonTensor
import Foundation
import Testing

@testable import ErgonLMTraining

/// Training steps as PyTorch takes them in double precision: Golden/training-step.
@Suite struct TrainingStepTests {
  static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/training-step/steps.json")

  static func network(isTernary: Bool, seed: Int) -> DecoderNetwork {
    var random = RandomStream(seed: 0)
    let network = DecoderNetwork(
      .decoder(
        vocabulary: 11, context: 4, width: 8, layers: 2, heads: 2, keyValueHeads: 1,
        feedForward: 12, activation: isTernary ? .squaredRelu : .silu, isTernary: isTernary),
      tiesHead: isTernary, random: &random)
    var state = seed
    for parameter in network.parameters() {
      let shape = parameter.variable.value.shape
      let values = (0..<shape.count).map { _ in
        state = (1_103_515_245 * state + 12345) % (1 << 31)
        let number = Double(state) / 0x1p30 - 1
        return Float(parameter.name.hasSuffix("Norm.weight") ? 1 + number / 4 : number / 2)
      }
      parameter.variable.value = Tensor(values, shape: shape)
    }
    return network
  }

  @Test("losses, gradients and steps are PyTorch's", arguments: [true, false])
  func steps(isTernary: Bool) throws {
    let bytes = try [UInt8](Data(contentsOf: Self.golden))
    let all = try JSONValue(parsing: bytes, source: "steps.json")
    let golden = try #require(all[isTernary ? "ternary" : "full"])
    let network = Self.network(
      isTernary: isTernary, seed: try #require(golden["seed"]?.intValue))
    let source = PatternSource()

    let batch = source.batch(at: 0)
    let pass = Pass.training(RandomStream(seed: 0))
    let (_, gradients) = valueAndGradient(of: network) {
      crossEntropy(network(batch.inputs, pass), batch.targets)
    }
    for (parameter, gradient) in zip(network.parameters(), gradients) {
      expect(gradient, golden["gradients"], parameter.name)
    }

    var settings = PretrainingSettings(steps: 4, rate: 8e-3, schedule: .twoStage)
    settings.evaluations = 2
    settings.accumulation = 2
    settings.embeddingRate = 2e-3
    settings.secondRate = 8e-3 * 2 / 3
    settings.warmUp = 1
    settings.clipping = 0.5
    let first = network.stateDictionary()
    var losses: [Double] = []
    try pretrain(network, on: source, settings: settings) { logits, batch in
      let loss = crossEntropy(logits, batch.targets)
      losses.append(Double(loss.scalar))
      return loss
    }
    let expected = try #require(golden["losses"]?.arrayValue).compactMap(\.doubleValue)
    #expect(losses.count == expected.count)
    for (found, expected) in zip(losses, expected) { #expect(abs(found - expected) < 1e-5) }
    for (name, value) in network.stateDictionary() {
      expect(value - first[name]!, golden["changes"], name, tolerance: 1e-4)
    }
  }

  /// Expects an array's norm, and its product with a pattern that knows places apart.
  private func expect(
    _ found: Tensor<Float>, _ golden: JSONValue?, _ name: String, tolerance: Double = 1e-5
  ) {
    let key = name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
    let expected = golden?[key]?.arrayValue?.compactMap(\.doubleValue) ?? []
    guard expected.count == 2 else {
      Issue.record("\(name) has no golden values")
      return
    }
    let values = found.values.map(Double.init)
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let product = values.enumerated().reduce(0) {
      $0 + $1.element * (Double($1.offset * 7 % 13) / 6 - 1)
    }
    #expect(abs(norm - expected[0]) <= tolerance * expected[0], "\(name): \(norm)")
    #expect(abs(product - expected[1]) <= 3 * tolerance * expected[0], "\(name): \(product)")
  }
}

/// Tokens by a formula that the script knows, one target in five left out.
private struct PatternSource: SequenceSource {
  func batch(at step: Int) -> SequenceBatch {
    let all = (0..<10).map { Int32(($0 * $0 * 3 + 5 * step + $0) % 11) }
    var inputs: [Int32] = []
    var targets: [Int32] = []
    for place in 0..<8 {
      let from = place / 4 * 5 + place % 4
      inputs.append(all[from])
      targets.append(place % 5 == step % 5 ? -1 : all[from + 1])
    }
    return SequenceBatch(
      inputs: Tensor(inputs, shape: [2, 4]), targets: Tensor(targets, shape: [2, 4]))
  }
}
