import ErgonTensor
import Testing

@Suite("At the edges of numbers and shapes")
struct EdgeTests {
  @Test("an extreme so far is the same whether a gradient is taken or not")
  func runningExtremesOfNaN() {
    let x = Tensor<Double>([1, .nan, 2])
    var recorded = x
    _ = gradient(at: x) { x in
      let y = x.cumulativeMax(axis: 0)
      recorded = y.stoppingGradient
      return y.sum()
    }
    #expect(recorded.values.map(\.isNaN) == [false, true, true])
    #expect(x.cumulativeMax(axis: 0).values.map(\.isNaN) == [false, true, true])
  }

  @Test("a sum of exponentials of nothing but -∞ moves with none of them")
  func emptyLogSumExp() {
    let x = Tensor<Double>(repeating: -.infinity, shape: [3])
    #expect(gradient(at: x) { $0.logSumExp() }.values == [0, 0, 0])
  }

  @Test("to the power of 0 nothing depends on the base, 0 neither")
  func zeroPower() {
    let x = Tensor<Double>([0, 2])
    #expect(gradient(at: x) { $0.pow(Tensor([0, 0])).sum() }.values == [0, 0])
    #expect(gradient(at: x) { $0.pow(Tensor([2, 3])).sum() }.values == [0, 12])
  }

  @Test("a histogram as wide as Float counts in the right bins")
  func wideHistogram() {
    let x = Tensor<Float>([-3e38, -1e38, 1e38, 3e38])
    #expect(x.histogram(bins: 2, in: -3e38...3e38).values == [2, 2])
  }

  @Test("a step larger than any axis takes the first element")
  func wideSteps() {
    let x = Tensor<Int32>([1, 2, 3])
    #expect(x[.every(.max)].values == [1])
    #expect(x[.every(.min)].values == [3])
  }

  @Test("a convolution of no channels has a gradient of its bias alone")
  func noChannels() {
    let x = Tensor<Float>.zeros([2, 4, 4, 0])
    let g = gradient(at: Tensor<Float>.zeros([3, 3, 0, 8]), Tensor<Float>.zeros([8])) { w, b in
      x.conv2d(w, bias: b).sum()
    }
    #expect(g.0.count == 0)
    #expect(g.1.values == [Float](repeating: 8, count: 8))
  }

  @Test("shapes that no memory holds, and axes beyond the eighth, are refused by name")
  func shapesBeyondMemory() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>(repeating: 1, shape: [1 << 62])
    }
    await #expect(processExitsWith: .failure) {
      _ = Shape([0, 1 << 40, 1 << 40])
    }
    let ninth = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([1, 1, 1, 1, 1, 1, 1, 2]).expandingAxis(at: 0)
    }
    let text = String(decoding: ninth?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("expandingAxis: [1, 1, 1, 1, 1, 1, 1, 2] has 8 axes already"))
  }
}
