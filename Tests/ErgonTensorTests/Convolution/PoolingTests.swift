import ErgonTensor
import Testing

@Suite("Pooling and resizing")
struct PoolingTests {
  struct Case: Sendable {
    var x: Shape
    var window: Extent
    var stride: Extent?
    var padding: Padding = .valid
  }
  static let cases: [Case] = [
    Case(x: [2, 4, 4, 3], window: 2),
    Case(x: [1, 5, 7, 2], window: Extent(height: 3, width: 2), stride: 2),
    Case(x: [1, 5, 5, 1], window: 3, stride: 1, padding: .same),
    Case(x: [2, 3, 4, 2], window: 2, stride: 2, padding: .symmetric(1)),
  ]

  /// The elements of the window of each output that lie in the image.
  func windows(_ test: Case, _ x: Tensor<Double>, _ result: Shape) -> [[Double]] {
    let stride = test.stride ?? test.window
    var (top, left) = (0, 0)
    switch test.padding {
    case .valid: break
    case .same:
      top = max((result[1] - 1) * stride.height + test.window.height - test.x[1], 0) / 2
      left = max((result[2] - 1) * stride.width + test.window.width - test.x[2], 0) / 2
    case .explicit(let t, let l, _, _): (top, left) = (t, l)
    }
    let values = x.values
    var all: [[Double]] = []
    for n in 0..<result[0] {
      for i in 0..<result[1] {
        for j in 0..<result[2] {
          for c in 0..<result[3] {
            var window: [Double] = []
            for h in i * stride.height - top..<i * stride.height - top + test.window.height {
              for v in j * stride.width - left..<j * stride.width - left + test.window.width
              where h >= 0 && h < test.x[1] && v >= 0 && v < test.x[2] {
                window.append(values[((n * test.x[1] + h) * test.x[2] + v) * test.x[3] + c])
              }
            }
            all.append(window)
          }
        }
      }
    }
    return all
  }

  @Test("maxima are those of their windows, with exact gradients", arguments: cases)
  func maximum(_ test: Case) {
    let x = Samples.double(test.x)
    let y = x.maxPool2d(test.window, stride: test.stride, padding: test.padding)
    #expect(y.values == windows(test, x, y.shape).map { $0.max()! })
    let check = gradCheck(at: [x], secondOrder: true) {
      $0[0].maxPool2d(test.window, stride: test.stride, padding: test.padding).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("averages are those of their windows, with exact gradients", arguments: cases)
  func average(_ test: Case) {
    let x = Samples.double(test.x)
    for countsPadding in [false, true] {
      let pooled = { (x: Tensor<Double>) in
        x.averagePool2d(
          test.window, stride: test.stride, padding: test.padding, countsPadding: countsPadding)
      }
      let y = pooled(x)
      for (got, window) in zip(y.values, windows(test, x, y.shape)) {
        let count = countsPadding ? test.window.height * test.window.width : window.count
        #expect(abs(got - window.reduce(0, +) / Double(count)) < 1e-14)
      }
      let check = gradCheck(at: [x], secondOrder: true) { pooled($0[0]).squared() }
      #expect(check.passed, "\(check)")
    }
  }

  @Test("global pools take the whole image")
  func global() {
    let x = Samples.double([2, 3, 5, 4])
    let average = x.globalAveragePool2d()
    #expect(average.shape == [2, 4])
    for (got, due) in zip(average.values, x.mean(axes: [1, 2]).values) {
      #expect(abs(got - due) < 1e-14)
    }
    #expect(x.globalMaxPool2d().values == x.max(axes: [1, 2]).values)
  }

  @Test("adaptive averages cover every element", arguments: [Extent(2), 3, 5, 7])
  func adaptive(_ size: Extent) {
    let x = Samples.double([2, 6, 10, 3])
    let y = x.adaptiveAveragePool2d(to: size)
    #expect(y.shape == [2, size.height, size.width, 3])
    for i in 0..<size.height {
      for j in 0..<size.width {
        let rows = i * 6 / size.height..<((i + 1) * 6 + size.height - 1) / size.height
        let columns = j * 10 / size.width..<((j + 1) * 10 + size.width - 1) / size.width
        var sum = 0.0
        for h in rows { for v in columns { sum += x.values[((6 + h) * 10 + v) * 3 + 2] } }
        let got = y.values[((size.height + i) * size.width + j) * 3 + 2]
        #expect(abs(got - sum / Double(rows.count * columns.count)) < 1e-14)
      }
    }
    let check = gradCheck(at: [x], secondOrder: true) {
      $0[0].adaptiveAveragePool2d(to: size).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test(
    "resizing keeps constants and has exact gradients",
    arguments: [.nearest, .bilinear(), .bilinear(alignCorners: true)] as [Interpolation])
  func resize(_ interpolation: Interpolation) {
    for size in [Extent(height: 5, width: 7), Extent(height: 2, width: 3), 1] {
      let constant = Tensor<Double>(repeating: 3, shape: [1, 4, 3, 2])
      let same = constant.resized2d(to: size, interpolation)
      #expect(same.shape == [1, size.height, size.width, 2])
      for value in same.values { #expect(abs(value - 3) < 1e-14) }
      let check = gradCheck(at: [Samples.double([1, 4, 3, 2])], secondOrder: true) {
        $0[0].resized2d(to: size, interpolation).squared()
      }
      #expect(check.passed, "\(check)")
    }
    let x = Samples.double([1, 4, 3, 2])
    #expect(x.resized2d(to: Extent(height: 4, width: 3), interpolation).values == x.values)
  }
}
