import ErgonTensor
import Testing

@Suite("Convolution layers")
struct Conv2DTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var x: Shape
    var w: Shape
    var stride: Extent = 1
    var padding: Padding = .valid
    var dilation: Extent = 1
    var groups = 1
    var testDescription: String { "\(x) * \(w), \(stride), \(padding), \(dilation), \(groups)" }
  }
  static let cases: [Case] = [
    Case(x: [1, 3, 3, 1], w: [3, 3, 1, 1]),
    Case(x: [2, 5, 4, 3], w: [3, 2, 3, 2]),
    Case(x: [2, 5, 6, 2], w: [3, 3, 2, 3], padding: .same),
    Case(x: [1, 7, 5, 2], w: [3, 2, 2, 4], stride: 2, padding: .same),
    Case(x: [1, 7, 6, 1], w: [2, 3, 1, 2], stride: Extent(height: 3, width: 2)),
    Case(x: [1, 7, 7, 2], w: [3, 2, 2, 1], padding: .same, dilation: Extent(height: 2, width: 3)),
    Case(x: [1, 4, 5, 4], w: [2, 2, 2, 6], groups: 2),
    Case(x: [1, 4, 4, 3], w: [3, 3, 1, 3], padding: .same, groups: 3),
    Case(
      x: [1, 3, 4, 1], w: [2, 2, 1, 2], stride: 2,
      padding: .explicit(top: 1, left: 0, bottom: 2, right: 1)),
    Case(x: [0, 3, 3, 1], w: [2, 2, 1, 2]),
  ]

  func convolved(_ test: Case, _ x: Tensor<Double>, _ w: Tensor<Double>) -> Tensor<Double> {
    x.conv2d(
      w, stride: test.stride, padding: test.padding, dilation: test.dilation, groups: test.groups)
  }

  @Test("are the sums over their windows", arguments: cases)
  func values(_ test: Case) {
    let (x, w) = (Samples.double(test.x), Samples.double(test.w, seed: 1))
    let y = convolved(test, x, w)
    let (image, weight, out) = (x.values, w.values, y.values)
    let top: Int
    let left: Int
    switch test.padding {
    case .valid: (top, left) = (0, 0)
    case .explicit(let t, let l, _, _): (top, left) = (t, l)
    case .same:
      let need = { (axis: Int, kernel: Int, stride: Int, dilation: Int) in
        max((y.shape[axis] - 1) * stride + dilation * (kernel - 1) + 1 - test.x[axis], 0) / 2
      }
      top = need(1, test.w[0], test.stride.height, test.dilation.height)
      left = need(2, test.w[1], test.stride.width, test.dilation.width)
      #expect(y.shape[1] == (test.x[1] + test.stride.height - 1) / test.stride.height)
    }
    let perGroup = (test.w[2], test.w[3] / test.groups)
    var place = 0
    for n in 0..<y.shape[0] {
      for i in 0..<y.shape[1] {
        for j in 0..<y.shape[2] {
          for oc in 0..<y.shape[3] {
            var sum = 0.0
            for a in 0..<test.w[0] {
              for b in 0..<test.w[1] {
                let h = i * test.stride.height + a * test.dilation.height - top
                let v = j * test.stride.width + b * test.dilation.width - left
                guard h >= 0, h < test.x[1], v >= 0, v < test.x[2] else { continue }
                for c in 0..<perGroup.0 {
                  let channel = oc / perGroup.1 * perGroup.0 + c
                  sum +=
                    image[((n * test.x[1] + h) * test.x[2] + v) * test.x[3] + channel]
                    * weight[((a * test.w[1] + b) * test.w[2] + c) * test.w[3] + oc]
                }
              }
            }
            #expect(abs(out[place] - sum) < 1e-12)
            place += 1
          }
        }
      }
    }
  }

  @Test("have exact gradients of first and second order", arguments: cases)
  func gradients(_ test: Case) {
    let (x, w) = (Samples.double(test.x), Samples.double(test.w, seed: 1))
    let check = gradCheck(at: [x, w], secondOrder: true) { convolved(test, $0[0], $0[1]).squared() }
    #expect(check.passed, "\(check)")
  }

  @Test("with bias and activation have exact gradients", arguments: Activation.allCases)
  func activations(_ activation: Activation) {
    let x = Samples.double([2, 4, 3, 3]).permuted([0, 2, 1, 3])
    let (w, b) = (Samples.double([2, 2, 3, 5], seed: 1), Samples.double([5], seed: 2))
    let check = gradCheck(at: [x, w, b], secondOrder: true) {
      $0[0].conv2d($0[1], bias: $0[2], padding: .same, activation: activation)
    }
    #expect(check.passed, "\(check)")
    let apart = (x.conv2d(w, padding: .same) + b).activated(by: activation)
    let fused = x.conv2d(w, bias: b, padding: .same, activation: activation)
    for (got, due) in zip(fused.values, apart.values) { #expect(abs(got - due) < 1e-12) }
  }

  @Test("transposed, satisfy <x * w, y> = <x, y transposed * w>", arguments: cases)
  func adjoint(_ test: Case) {
    guard test.x.count > 0, test.padding != .same else { return }
    let (x, w) = (Samples.double(test.x), Samples.double(test.w, seed: 1))
    let product = convolved(test, x, w)
    let y = Samples.double(product.shape, seed: 2)
    var extra: Extent = 0
    var sides = (top: 0, left: 0, bottom: 0, right: 0)
    if case .explicit(let top, let left, let bottom, let right) = test.padding {
      sides = (top, left, bottom, right)
    }
    let span = { (kernel: Int, dilation: Int) in dilation * (kernel - 1) + 1 }
    extra.height =
      (test.x[1] + sides.top + sides.bottom - span(test.w[0], test.dilation.height))
      % test.stride.height
    extra.width =
      (test.x[2] + sides.left + sides.right - span(test.w[1], test.dilation.width))
      % test.stride.width
    let back = y.transposedConv2d(
      w, stride: test.stride, padding: test.padding, dilation: test.dilation, groups: test.groups,
      extra: extra)
    #expect(back.shape == x.shape)
    let (left, right) = ((product * y).sum().scalar, (x * back).sum().scalar)
    #expect(abs(left - right) < 1e-11 * max(1, abs(left)))
  }

  @Test("transposed, have exact gradients and the size · stride with .same")
  func transposedGradients() {
    let (x, w) = (Samples.double([1, 3, 2, 4]), Samples.double([3, 2, 2, 4], seed: 1))
    let b = Samples.double([2], seed: 2)
    let larger = x.transposedConv2d(w, bias: b, stride: 2, padding: .same)
    #expect(larger.shape == [1, 6, 4, 2])
    let check = gradCheck(at: [x, w, b], secondOrder: true) {
      $0[0].transposedConv2d($0[1], bias: $0[2], stride: 2, padding: .same).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("of sequences are those of images of one row")
  func sequences() {
    let (x, w) = (Samples.double([2, 9, 3]), Samples.double([4, 3, 5], seed: 1))
    let y = x.conv1d(w, stride: 2, padding: .same)
    #expect(y.shape == [2, 5, 5])
    let image = x.reshaped(2, 1, 9, 3).conv2d(
      w.reshaped(1, 4, 3, 5), stride: Extent(height: 1, width: 2), padding: .same)
    #expect(y.values == image.values)
    let check = gradCheck(at: [x, w], secondOrder: true) {
      $0[0].conv1d($0[1], dilation: 2, activation: .tanh)
    }
    #expect(check.passed, "\(check)")
  }

  @Test("name both shapes when channels do not match")
  func mismatch() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [1, 4, 4, 3]).conv2d(
        Tensor<Float>(repeating: 1, shape: [3, 3, 2, 8]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("conv2d: [1, 4, 4, 3] x [3, 3, 2, 8]"))
  }
}
