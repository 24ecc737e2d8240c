import ErgonTensor
import Testing

@Suite("Printing and equality")
struct PrintingTests {
  @Test("numbers align, with the decimals they need")
  func aligned() {
    #expect("\(Tensor<Float>([1, -2.5, 10]))" == "[ 1.0, -2.5, 10.0]")
    #expect("\(Tensor<Double>(3))" == "3.0")
    #expect(
      Tensor<Int32>([[1, 20], [-3, 4]]).description == """
        [[ 1, 20],
         [-3,  4]]
        """)
    #expect("\(Tensor([true, false]))" == "[ true, false]")
    #expect("\(Tensor<Float>([0.1, 0.123456]))" == "[0.1000, 0.1235]")
    #expect("\(Tensor<Float>([.nan, -.infinity, 1.25]))" == "[ nan, -inf, 1.25]")
    #expect("\(Tensor<Float>([]))" == "[]")
  }

  @Test("numbers of very different sizes have powers of ten")
  func scientific() {
    #expect("\(Tensor<Double>([1, 1.5e12]))" == "[1.0000e+00, 1.5000e+12]")
    #expect("\(Tensor<Double>([-2e-5, 0]))" == "[-2.0000e-05,  0.0000e+00]")
    #expect("\(Tensor<Double>([.leastNonzeroMagnitude]))" == "[4.9407e-324]")
    #expect("\(Tensor<Double>([1e300]))" == "[1.0000e+300]")
  }

  @Test("blocks are apart, and large arrays are summarised")
  func blocks() {
    #expect(
      Tensor<Int32>.arange(8).reshaped(2, 2, 2).description == """
        [[[0, 1],
          [2, 3]],

         [[4, 5],
          [6, 7]]]
        """)
    #expect("\(Tensor<Int32>.arange(2000))" == "[   0,    1,    2, …, 1997, 1998, 1999]")
    let rows = Tensor<Int32>.zeros([500, 3]).description.split(separator: "\n")
    #expect(rows.count == 7 && rows[3] == " …,")
  }

  @Test("the debug description has shape and type")
  func debug() {
    let x = Tensor<Float>([[1, 2]])
    #expect(x.debugDescription == "Tensor<Float> [1, 2]\n[[1.0, 2.0]]")
    _ = gradient(at: x) { x in
      #expect(x.debugDescription.hasPrefix("Tensor<Float> [1, 2], recorded"))
      return x.sum()
    }
  }

  @Test("equality is of shape and elements")
  func equality() {
    let x = Tensor<Float>([[1, 2], [3, 4]])
    #expect(x == x.transposed().transposed() && x != x.transposed() && x != x.flattened())
    #expect(Tensor<Float>([.nan]) != Tensor<Float>([.nan]))
    #expect(x.isApproximatelyEqual(to: x * 1.0001, relative: 1e-3))
    #expect(!x.isApproximatelyEqual(to: x * 1.01, relative: 1e-3))
    #expect(Tensor<Float>([.infinity]).isApproximatelyEqual(to: Tensor([.infinity])))
    #expect(!Tensor<Float>([1]).isApproximatelyEqual(to: Tensor([.infinity])))
    #expect(!Tensor<Float>([.nan]).isApproximatelyEqual(to: Tensor([.nan]), absolute: 1))
  }
}
