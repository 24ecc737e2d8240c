import ErgonLMTraining
import ErgonTensor
import Testing

@Suite struct SequenceBatchTests {
  @Test("a batch counts its tokens and the bytes of its arrays")
  func counts() {
    let tokens = Tensor<Int32>(repeating: 1, shape: [2, 5])
    let weights = Tensor<Float>(repeating: 1, shape: [2, 5])
    let plain = SequenceBatch(inputs: tokens, targets: tokens)
    #expect(plain.count == 10)
    #expect(plain.byteCount == 80)
    #expect(SequenceBatch(inputs: tokens, targets: tokens, weights: weights).byteCount == 120)
  }
}
