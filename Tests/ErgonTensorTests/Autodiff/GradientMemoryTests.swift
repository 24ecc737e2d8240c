import CErgonKernels
import ErgonTensor
import Testing

// Each runs in a process of its own, where nothing else allocates.
@Suite("Memory of gradients")
struct GradientMemoryTests {
  @Test("stays as it is over ten thousand steps")
  func flat() async {
    await #expect(processExitsWith: .success) {
      let images = Samples.float([4, 6, 6, 2])
      let kernel = Samples.float([3, 3, 2, 4], seed: 1)
      var w = Samples.float([16, 3], seed: 2)
      let labels = Tensor<Int32>([0, 1, 2, -1])
      func step() {
        let g = gradient(at: kernel, w) { kernel, w in
          let maps = images.conv2d(kernel, activation: .relu).maxPool2d(2)
          let x = maps.reshaped(4, 16) + maps.reshaped(4, 16).layerNorm()
          return crossEntropy(x.linear(w), labels)
        }
        w -= g.1 * 0.01
      }
      for _ in 0..<10 { step() }
      let before = ek_memory_count()
      for _ in 0..<10_000 { step() }
      let after = ek_memory_count()
      precondition(after.live_bytes == before.live_bytes, "\(before) \(after)")
      precondition(after.peak_bytes == before.peak_bytes, "\(before) \(after)")
      precondition(after.fresh == before.fresh, "\(before) \(after)")
    }
  }

  @Test("is given back while the walk goes on, and all of it after it")
  func released() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor<Float>(repeating: 1, shape: [1 << 16])
      let bytes = UInt64(x.count * 4)
      _ = gradient(at: x) { $0.sum() }
      let before = ek_memory_count()
      for _ in 0..<3 {
        _ = gradient(at: x) { x in
          var y = x
          for _ in 0..<32 { y = y.tanh() }
          return y.sum()
        }
      }
      let after = ek_memory_count()
      precondition(after.live_bytes == before.live_bytes, "\(before) \(after)")
      // 32 values are kept for the walk; the gradients on the way take the place of those passed.
      precondition(after.peak_bytes - before.live_bytes <= 36 * bytes, "\(before) \(after)")
    }
  }

  @Test("is not taken by what is not recorded")
  func unrecorded() async {
    await #expect(processExitsWith: .success) {
      let (x, w) = (Samples.float([8, 16]), Samples.float([16, 16], seed: 1))
      func layers(_ x: Tensor<Float>) -> Tensor<Float> {
        var y = x
        for _ in 0..<10 { y = y.linear(w, activation: .gelu).rmsNorm() }
        return y
      }
      _ = layers(x)
      let start = ek_memory_count()
      _ = layers(x)
      let outside = ek_memory_count().allocations - start.allocations
      _ = gradient(at: x) { x in
        let first = ek_memory_count()
        let y = withoutRecording { layers(x) }
        let last = ek_memory_count()
        precondition(last.allocations - first.allocations == outside)
        precondition(last.live_bytes - first.live_bytes == 8 * 16 * 4)
        precondition(!y.isRecorded)
        return x.sum()
      }
    }
  }

  @Test("of a checkpoint is that of its inputs until it runs again")
  func checkpoint() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor<Float>(repeating: 1, shape: [1 << 16])
      let bytes = UInt64(x.count * 4)
      func peak(_ block: @escaping (Tensor<Float>) -> Tensor<Float>) -> UInt64 {
        let before = ek_memory_count()
        _ = gradient(at: x) { x in
          var y = x
          for _ in 0..<8 { y = block(y) }
          return y.sum()
        }
        return ek_memory_count().peak_bytes - before.live_bytes
      }
      func eight(_ x: Tensor<Float>) -> Tensor<Float> {
        var y = x
        for _ in 0..<8 { y = y.tanh() }
        return y
      }
      let lean = peak { checkpointed($0, eight) }
      // Inputs of 8 blocks and the insides of one, where the plain walk keeps 64.
      precondition(lean <= 22 * bytes, "\(lean / bytes)")
      precondition(peak(eight) >= 64 * bytes)
    }
  }
}
