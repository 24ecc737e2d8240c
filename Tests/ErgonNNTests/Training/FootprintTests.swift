import CErgonKernels
import ErgonNN
import ErgonTensor
import Testing

/// Steps of LeNet-5 on eight images of noise.
private func trainLeNet(steps: Int, seed: UInt64 = 3) throws -> [String: [Float]] {
  var random = RandomStream(seed: seed)
  let model = LeNet5(random: &random)
  let images = Tensor<Float>.uniform([8, 28, 28, 1], using: &random)
  let labels = Tensor<Int32>([0, 1, 2, 3, 4, 5, 6, 7])
  try train(
    model, on: { _ in repeatElement(Batch(inputs: images, targets: labels), count: steps) },
    loss: { crossEntropy($0, $1) }, optimizer: Adam(model), epochs: 1)
  return model.stateDictionary().mapValues(\.values)
}

/// Each in a process of its own, because threads and memory are counted for the whole process.
@Suite("What training takes from the machine")
struct FootprintTests {
  @Test("after the first steps no memory is taken from the system, and none is kept in use")
  func flat() async {
    await #expect(processExitsWith: .success) {
      ek_set_threads(1)
      _ = try trainLeNet(steps: 5)
      let before = ek_memory_count()
      _ = try trainLeNet(steps: 200)
      let after = ek_memory_count()
      precondition(after.fresh == before.fresh, "\(after.fresh - before.fresh) fresh blocks")
      precondition(
        after.live_bytes == before.live_bytes,
        "\(before.live_bytes) bytes in use became \(after.live_bytes)")
      precondition(after.peak_bytes == before.peak_bytes)
    }
  }

  @Test("the same seed and threads give the same bits", arguments: [1, 2] as [Int32])
  func deterministic(threads: Int32) async {
    await #expect(processExitsWith: .success) { [threads] in
      ek_set_threads(threads)
      let first = try trainLeNet(steps: 10)
      let second = try trainLeNet(steps: 10)
      let other = try trainLeNet(steps: 10, seed: 4)
      precondition(first == second && first != other)
    }
  }
}
