import ErgonNN
import ErgonTensor
import Testing

@Suite("Checkpointed layers")
struct CheckpointedTests {
  @Test("have the plain gradients bit for bit, with dropout and running moments")
  func gradients() {
    var random = RandomStream(seed: 5)
    let norm = BatchNorm(6)
    let body = Sequential(
      Linear(4, 6, activation: .gelu, random: &random), norm, Dropout(0.5),
      Linear(6, 4, random: &random))
    let x = ramp([8, 4])
    func gradients(_ layer: any Layer) -> (values: [[Float]], mean: [Float]) {
      norm.runningMean = Tensor(repeating: 0, shape: [6])
      let pass = Pass.training(RandomStream(seed: 9))
      let (value, gradients) = valueAndGradient(of: body) {
        // What comes after draws on from the same place of the stream.
        Dropout(0.5)(layer(x, pass), pass).squared().sum()
      }
      return ([value.values] + gradients.map(\.values), norm.runningMean.values)
    }
    let plain = gradients(body)
    let checkpointed = gradients(Checkpointed(body))
    #expect(plain.values.dropFirst().contains { $0.contains { $0 != 0 } })
    #expect(checkpointed.values == plain.values)
    #expect(checkpointed.mean == plain.mean)
  }

  @Test("name their parameters after the body")
  func names() {
    var random = RandomStream(seed: 5)
    let layer = Checkpointed(Linear(2, 3, random: &random))
    #expect(layer.parameters().map(\.name) == ["body.weight", "body.bias"])
  }
}
