import ErgonNN
import ErgonTensor
import Testing

@Suite("Attention and transformers")
struct AttentionTests {
  @Test("attention agrees with softmax(Q Kᵀ) V written out", arguments: [false, true], [1, 2, 4])
  func formula(isCausal: Bool, keyHeads: Int) {
    var random = RandomStream(seed: 1)
    let layer = MultiHeadAttention(
      8, heads: 4, keyHeads: keyHeads, isCausal: isCausal, random: &random)
    let x = ramp([2, 5, 8])
    let (q, k, v) = (layer.query(x).values, layer.key(x).values, layer.value(x).values)
    let shared = 2 * keyHeads
    var gathered = [Float](repeating: 0, count: 2 * 5 * 8)
    for n in 0..<2 {
      for head in 0..<4 {
        let other = head / (4 / keyHeads)
        for i in 0..<5 {
          let scores = (0..<(isCausal ? i + 1 : 5)).map { j in
            (0..<2).reduce(Float(0)) { sum, d in
              sum + q[(n * 5 + i) * 8 + head * 2 + d] * k[(n * 5 + j) * shared + other * 2 + d]
            } / (2 as Float).squareRoot()
          }
          let weights = Tensor<Float>(scores).softmax().values
          for d in 0..<2 {
            gathered[(n * 5 + i) * 8 + head * 2 + d] = weights.indices.reduce(0) { sum, j in
              sum + weights[j] * v[(n * 5 + j) * shared + other * 2 + d]
            }
          }
        }
      }
    }
    let expected = layer.output(Tensor(gathered, shape: [2, 5, 8]))
    let pass = Pass.inference
    #expect(isClose(layer(x, pass).values, expected.values))
    let projections = 10 * (64 * 2 + 8 * shared * 2)
    #expect(pass.multiplyAdds == UInt64(projections + 2 * 2 * 5 * 5 * 8 / (isCausal ? 2 : 1)))
  }

  @Test("a mask hides places, and another sequence can be asked")
  func crossAttention() {
    var random = RandomStream(seed: 2)
    let layer = MultiHeadAttention(4, heads: 2, random: &random)
    let (x, memory) = (ramp([1, 3, 4]), ramp([1, 6, 4], 0.53))
    let mask = Tensor<Bool>([true, true, false, false, true, false]).reshaped(1, 1, 1, 6)
    let seen = Tensor.concatenated([memory[.all, 0..<2], memory[.all, 4..<5]], axis: 1)
    let masked = layer.attend(from: x, to: memory, mask: mask, .inference)
    let short = layer.attend(from: x, to: seen, .inference)
    #expect(masked.shape == [1, 3, 4])
    #expect(isClose(masked.values, short.values))
  }

  @Test("with rotary places the result depends on distances alone")
  func rotary() {
    var random = RandomStream(seed: 3)
    let table = RotaryTable<Float>(size: 4, positions: 16)
    let layer = MultiHeadAttention(8, heads: 2, isCausal: true, rotary: table, random: &random)
    // A first place with nothing to give, which moves all others by one, would change the result
    // if places counted by themselves; one that is hidden leaves it.
    let x = ramp([1, 4, 8])
    let moved = Tensor.concatenated([ramp([1, 1, 8], 0.91), x], axis: 1)
    let mask = Tensor<Bool>([false, true, true, true, true]).reshaped(1, 1, 1, 5)
    let first = layer(x)
    let second = layer.attend(from: moved, to: moved, mask: mask, .inference)[.all, 1...]
    #expect(isClose(first.values, second.values, 1e-4))
    var plain = RandomStream(seed: 3)
    let without = MultiHeadAttention(8, heads: 2, isCausal: true, random: &plain)
    #expect(!isClose(without(x).values, first.values, 1e-3))
  }

  @Test(
    "every parameter of a block learns, in every make", arguments: [false, true], [false, true])
  func block(isGated: Bool, usesLayerNorm: Bool) {
    var random = RandomStream(seed: 4)
    let block = TransformerBlock(
      8, heads: 2, keyHeads: 1, hidden: 12, isCausal: true, activation: isGated ? .silu : .gelu,
      isGated: isGated, norm: usesLayerNorm ? .layer : .rootMeanSquare, dropout: 0.1,
      random: &random)
    let x = ramp([2, 3, 8])
    let parameters = block.parameters()
    #expect(parameters.first?.name == "attentionNorm.weight")
    let (_, gradients) = valueAndGradient(of: parameters) {
      (block(x, Pass.training(RandomStream(seed: 5))) * ramp([2, 3, 8], 0.77)).sum()
    }
    for (parameter, gradient) in zip(parameters, gradients) {
      #expect(
        gradient.values.contains { $0 != 0 } || parameter.name == "attention.key.bias",
        "no gradient reaches \(parameter.name)")
    }
    #expect(block(x) == block(x))
  }

  @Test("the decoder has 5,245,184 parameters")
  func size() {
    var random = RandomStream(seed: 6)
    #expect(TransformerDecoder(random: &random).parameterCount == 5_245_184)
  }

  @Test("a token changes nothing before it")
  func causality() {
    var random = RandomStream(seed: 7)
    let model = TransformerDecoder(
      vocabulary: 11, width: 16, layers: 2, heads: 4, positions: 8, random: &random)
    let first = model(Tensor<Int32>([[1, 2, 3, 4, 5]]))
    let second = model(Tensor<Int32>([[1, 2, 3, 9, 5]]))
    #expect(first.shape == [1, 5, 11])
    #expect(isClose(first[.all, 0..<3].values, second[.all, 0..<3].values))
    #expect(!isClose(first[.all, 3..<5].values, second[.all, 3..<5].values))
  }

  @Test("the decoder learns a sequence that repeats")
  func learns() throws {
    var random = RandomStream(seed: 8)
    let model = TransformerDecoder(
      vocabulary: 5, width: 16, layers: 1, heads: 2, positions: 16, random: &random)
    let optimizer = AdamW(model, rate: 0.01)
    let tokens = (0..<17).map { Int32([0, 3, 1, 4, 2][$0 % 5]) }
    let (inputs, labels) = (
      Tensor(Array(tokens.dropLast()), shape: [1, 16]),
      Tensor(Array(tokens.dropFirst()), shape: [1, 16])
    )
    var last = Float.infinity
    for _ in 0..<60 {
      let (loss, gradients) = valueAndGradient(of: optimizer.parameters) {
        crossEntropy(model(inputs), labels)
      }
      optimizer.step(gradients)
      last = loss.scalar
    }
    #expect(last < 0.05)
  }
}
