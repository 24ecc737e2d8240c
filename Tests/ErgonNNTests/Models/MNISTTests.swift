import ErgonData
import ErgonNN
import ErgonTensor
import Foundation
import Testing

/// The folder of real data sets, if this run has one.
private let realData = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""
private let runsSlowTests = ProcessInfo.processInfo.environment["ERGON_SLOW_TESTS"] != nil

@Suite(
  "LeNet-5 on MNIST", .tags(.realData, .slow), .enabled(if: !realData.isEmpty && runsSlowTests),
  .serialized)
struct MNISTTests {
  private func loader(_ split: DataSplit, batchSize: Int, seed: UInt64?) throws -> ImageLoader {
    let store = DataStore(folder: "/nonexistent-ergon", mirror: realData)
    return ImageLoader(
      try MNIST.load(from: store, split: split), batchSize: batchSize, seed: seed,
      scaling: MNIST.scaling)
  }

  private func batch(_ images: ImageBatch) -> Batch<Int32> {
    Batch(
      inputs: Tensor(images.pixels, shape: Shape(images.shape)), targets: Tensor(images.labels))
  }

  /// The mean share of test images that are recognised after each epoch, over some seeds.
  private func accuracies(epochs: Int, seeds: Range<UInt64>) throws -> [Double] {
    let test = try loader(.test, batchSize: 1_000, seed: nil)
    var sums = [Double](repeating: 0, count: epochs)
    for seed in seeds {
      var random = RandomStream(seed: seed)
      let model = LeNet5(random: &random)
      let training = try loader(.train, batchSize: 64, seed: seed)
      let history = try train(
        model, on: { training.batches(epoch: $0).lazy.map(batch) },
        validating: { test.batches(epoch: 0).lazy.map(batch) }, loss: { crossEntropy($0, $1) },
        metrics: [.accuracy], optimizer: SGD(model, rate: 0.01, momentum: 0.9), epochs: epochs,
        seed: seed)
      for record in history.epochs {
        sums[record.epoch] += record.validation!.figures["accuracy"]! / Double(seeds.count)
      }
    }
    return sums
  }

  @Test("one epoch recognises at least 97.3 % of the digits, mean of three seeds")
  func oneEpoch() throws {
    #expect(try accuracies(epochs: 1, seeds: 1..<4)[0] >= 0.973)
  }

  @Test("five epochs recognise at least 98.8 %, mean of three seeds")
  func fiveEpochs() throws {
    #expect(try accuracies(epochs: 5, seeds: 1..<4)[4] >= 0.988)
  }
}
