import ComplexModule
import ErgonTensor
import ErgonTensorScience
import Testing

@Suite("Fourier transforms")
struct FourierTests {
  typealias C = Complex<Double>

  /// The transform by its definition, along the last axis.
  private func naive(_ x: [C], _ n: Int) -> [C] {
    guard n > 0 else { return x }
    let turns = (0..<n).map { C(length: 1, phase: -2 * .pi * Double($0) / Double(n)) }
    return (0..<x.count).map { place in
      let (line, k) = (place / n, place % n)
      return (0..<n).reduce(C.zero) { $0 + x[line * n + $1] * turns[$1 * k % n] }
    }
  }

  private func distance(_ a: [C], _ b: [C]) -> Double {
    zip(a, b).map { ($0 - $1).length }.max() ?? 0
  }

  @Test(
    "a transform is the sum that defines it, for every kind of length",
    arguments: Array(1...40) + [
      49, 60, 64, 77, 81, 97, 100, 101, 121, 125, 128, 210, 243, 251, 256, 289, 360,
    ])
  func definition(n: Int) {
    let x = Tensor<C>.sample([3, n], seed: UInt64(n))
    let expected = naive(x.values, n)
    let scale = Double(n).squareRoot()
    #expect(distance(x.fft().values, expected) / scale < 1e-14 * scale)
    let single = Tensor<Complex<Float>>(
      x.values.map { Complex(Float($0.real), Float($0.imaginary)) }, shape: [3, n])
    let wide = single.fft().values.map { C(Double($0.real), Double($0.imaginary)) }
    #expect(distance(wide, expected) / scale < 4e-7)

    let r = Tensor<Double>.sample([3, n], seed: 7)
    let full = naive(r.values.map { C($0) }, n)
    let half = r.realFFT()
    #expect(half.shape == [3, n / 2 + 1])
    for line in 0..<3 {
      let kept = Array(full[line * n..<line * n + n / 2 + 1])
      let found = Array(half.values[line * (n / 2 + 1)..<(line + 1) * (n / 2 + 1)])
      #expect(distance(found, kept) / scale < 1e-14 * scale)
    }
    #expect(distance(r.fft().values, full) / scale < 1e-14 * scale)
  }

  @Test(
    "an inverse gives the numbers back, under every norm",
    arguments: [1, 2, 3, 7, 8, 12, 30, 97, 128, 1009, 4096, 10_007],
    [FourierNorm.backward, .orthonormal, .forward])
  func roundTrip(n: Int, norm: FourierNorm) {
    let x = Tensor<C>.sample([n], seed: 1)
    #expect(distance(x.fft(norm: norm).inverseFFT(norm: norm).values, x.values) < 1e-14)
    let r = Tensor<Double>.sample([n], seed: 2)
    let back = r.realFFT(norm: norm).inverseRealFFT(count: n, norm: norm)
    #expect(zip(back.values, r.values).allSatisfy { abs($0 - $1) < 1e-14 })
    // Parseval: energy is kept, up to the norm's scale.
    let energy = { (x: Tensor<C>) in x.values.reduce(0.0) { $0 + $1.lengthSquared } }
    let kept = [FourierNorm.backward: Double(n), .orthonormal: 1, .forward: 1 / Double(n)][norm]!
    #expect(abs(energy(x.fft(norm: norm)) / (energy(x) * kept) - 1) < 1e-13)
  }

  @Test("transforms along other axes and along several are transforms one after the other")
  func axes() {
    let x = Tensor<C>.sample([4, 9, 11], seed: 3)
    for (axis, order) in [(0, [1, 2, 0]), (1, [0, 2, 1]), (2, [0, 1, 2])] {
      let lines = x.permuted(order)
      var inverse = order
      for (place, source) in order.enumerated() { inverse[source] = place }
      let expected = Tensor(naive(lines.values, x.shape[axis]), shape: lines.shape).permuted(
        inverse)
      #expect(distance(x.fft(axes: [axis]).values, expected.values) < 1e-13)
    }
    let all = x.fft(axes: [0, 1, 2])
    #expect(distance(all.values, x.fft(axes: [2]).fft(axes: [0]).fft(axes: [1]).values) < 1e-12)
    #expect(distance(all.inverseFFT(axes: [0, 1, 2]).values, x.values) < 1e-14)

    let r = Tensor<Double>.sample([6, 5, 7], seed: 4)
    let half = r.realFFT(axes: [0, 2, 1])
    #expect(half.shape == [6, 3, 7])
    let full = r.fft(axes: [0, 1, 2])
    for i in 0..<6 {
      for j in 0..<3 {
        for k in 0..<7 {
          #expect(
            (half.values[(i * 3 + j) * 7 + k] - full.values[(i * 5 + j) * 7 + k]).length < 1e-13)
        }
      }
    }
    let back = half.inverseRealFFT(count: 5, axes: [0, 2, 1])
    #expect(zip(back.values, r.values).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test("the same numbers come out, whatever the number of threads")
  func threads() {
    let x = Tensor<C>.sample([64, 96, 8], seed: 5)
    let alone = x.fft(axes: [1]).values
    #expect((0..<20).allSatisfy { _ in x.fft(axes: [1]).values == alone })
  }

  @Test("a wave of k turns has its frequency at k")
  func wave() {
    let n = 24
    let x = Tensor<Double>((0..<n).map { Double.cos(2 * .pi * 5 * Double($0) / Double(n)) })
    for (k, value) in x.realFFT().values.enumerated() {
      #expect(abs(value.length - (k == 5 ? 12 : 0)) < 1e-13)
    }
  }

  @Test("shifting puts the zero frequency in the middle, and back")
  func shifts() {
    for n in [1, 2, 5, 8] {
      let f = Tensor<Double>.fftFrequencies(n)
      let shifted = f.fftShifted()
      #expect(shifted.values == shifted.values.sorted())
      #expect(shifted.values[n / 2] == 0)
      #expect(shifted.inverseFFTShifted().values == f.values)
    }
    #expect(Tensor<Double>.fftFrequencies(5, spacing: 0.1).values == [0, 2, 4, -4, -2])
    #expect(Tensor<Double>.realFFTFrequencies(4).values == [0, 0.25, 0.5])
    let image = Tensor<Float>([[0, 1, 2], [3, 4, 5]])
    #expect(image.fftShifted().values == [5, 3, 4, 2, 0, 1])
    #expect(image.fftShifted(axes: [-1]).values == [2, 0, 1, 5, 3, 4])
  }

  @Test("gradients agree with differences, to second order")
  func gradients() {
    func expect(
      _ inputs: [Tensor<Double>], _ name: Comment,
      _ function: ([Tensor<Double>]) -> Tensor<Double>
    ) {
      let check = gradCheck(at: inputs, secondOrder: true, function)
      #expect(check.passed, "\(name): \(check)")
    }
    func power(_ z: Tensor<C>) -> Tensor<Double> {
      let (re, im) = (z.realPart(), z.imaginaryPart())
      return re * re + im * im + re * im * 0.3
    }
    for n in [1, 2, 5, 6] {
      let x = Tensor<Double>.sample([2, n], seed: 1)
      let y = Tensor<Double>.sample([2, n], seed: 2)
      expect([x], "real") { power($0[0].realFFT()) }
      expect([x, y], "complex") {
        power($0[0].complex(imaginary: $0[1]).fft(axes: [0, 1], norm: .forward))
      }
      expect([x, y], "inverse") { power($0[0].complex(imaginary: $0[1]).inverseFFT()) }
      expect([x, y], "product") {
        let z = $0[0].complex(imaginary: $0[1])
        return power(z.fft() * z.conjugate())
      }
      expect([x], "filter") { x in
        let spectrum = x[0].realFFT(norm: .orthonormal)
        let filtered = (spectrum * spectrum).inverseRealFFT(count: n, norm: .orthonormal)
        return filtered * filtered
      }
      expect([x], "shift") { ($0[0].fftShifted() * $0[0]) }
    }
  }
}
