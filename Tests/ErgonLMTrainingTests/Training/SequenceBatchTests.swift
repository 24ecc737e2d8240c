import ErgonLMTraining
import ErgonTensor
import Testing

@Suite struct SequenceBatchTests {
  @Test("a batch counts its tokens and the bytes of its arrays")
  func counts() {
    let tokens = Tensor<Int32>(repeating: 1, shape: [2, 5])
    let batch = SequenceBatch(inputs: tokens, targets: tokens)
    #expect(batch.count == 10)
    #expect(batch.byteCount == 80)
  }
}
