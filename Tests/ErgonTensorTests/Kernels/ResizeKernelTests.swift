import CErgonKernels
import Testing

@Suite struct ResizeKernelTests {
  struct Case: Sendable, CustomStringConvertible {
    var bilinear = true
    var corners = false
    var batch = 2
    var height: Int
    var width: Int
    var channels = 1
    var outHeight: Int
    var outWidth: Int

    var description: String {
      "[\(batch), \(height), \(width), \(channels)] to \(outHeight) x \(outWidth), "
        + (bilinear ? "bilinear" : "nearest") + (corners ? ", corners aligned" : "")
    }
    var inputCount: Int { batch * height * width * channels }
    var outputCount: Int { batch * outHeight * outWidth * channels }

    func forward(_ x: [Double]) -> [Double] {
      written(outputCount) {
        ek_resize2d_f64(
          bilinear, corners, batch, height, width, channels, outHeight, outWidth, x, $0)
      }
    }

    func gradient(_ g: [Double]) -> [Double] {
      written(inputCount) {
        ek_resize2d_gradient_f64(
          bilinear, corners, batch, height, width, channels, outHeight, outWidth, g, $0)
      }
    }
  }

  static let cases: [Case] = [1, 3, 6, 16, 17].flatMap { channels in
    [(5, 7, 10, 14), (5, 7, 5, 7), (6, 4, 3, 9), (1, 1, 4, 3), (8, 9, 1, 1), (3, 11, 40, 2)]
      .flatMap { height, width, outHeight, outWidth in
        [(true, false), (true, true), (false, false)].map { bilinear, corners in
          Case(
            bilinear: bilinear, corners: corners, height: height, width: width, channels: channels,
            outHeight: outHeight, outWidth: outWidth)
        }
      }
  }

  @Test("doubling a row weighs its two neighbours 3 to 1, from half-pixel centres")
  func halfPixelCentres() {
    let line = Case(batch: 1, height: 1, width: 3, outHeight: 1, outWidth: 6)
    #expect(line.forward([0, 4, 8]) == [0, 1, 3, 5, 7, 8])
  }

  @Test("with the corners aligned the ends stay and a ramp stays a ramp")
  func corners() {
    let line = Case(corners: true, batch: 1, height: 1, width: 3, outHeight: 1, outWidth: 5)
    #expect(line.forward([0, 4, 8]) == [0, 2, 4, 6, 8])
  }

  @Test("the nearest is floor(i * size / out size)")
  func nearest() {
    let line = Case(bilinear: false, batch: 1, height: 1, width: 3, outHeight: 1, outWidth: 7)
    #expect(line.forward([0, 1, 2]) == [0, 0, 0, 1, 1, 2, 2])
    let column = Case(bilinear: false, batch: 1, height: 5, width: 1, outHeight: 2, outWidth: 1)
    #expect(column.forward([0, 1, 2, 3, 4]) == [0, 2])
  }

  @Test("a plane a + b h + c w is kept inside the image, whatever the sizes", arguments: cases)
  func plane(_ size: Case) {
    guard size.bilinear else { return }
    func at(_ i: Int, _ size: Int, _ out: Int, _ corners: Bool) -> Double {
      if corners { return out > 1 ? Double(i * (size - 1)) / Double(out - 1) : 0 }
      let centre = (Double(i) + 0.5) * Double(size) / Double(out) - 0.5
      return min(max(centre, 0), Double(size - 1))
    }
    var x: [Double] = []
    var expected: [Double] = []
    for _ in 0..<size.batch {
      for h in 0..<size.height {
        for w in 0..<size.width {
          for c in 0..<size.channels { x.append(Double(c) + 2 * Double(h) - 3 * Double(w)) }
        }
      }
      for oh in 0..<size.outHeight {
        for ow in 0..<size.outWidth {
          let h = at(oh, size.height, size.outHeight, size.corners)
          let w = at(ow, size.width, size.outWidth, size.corners)
          for c in 0..<size.channels { expected.append(Double(c) + 2 * h - 3 * w) }
        }
      }
    }
    expectNear(size.forward(x), expected, 1e-14, size.description)
  }

  @Test("the gradient is the transpose", arguments: cases)
  func adjoint(_ size: Case) {
    var numbers = ConvolutionNumbers(state: 7)
    let x = numbers.next(size.inputCount)
    let g = numbers.next(size.outputCount)
    KernelMachine.onEach { isa, threads in
      let forward = zip(size.forward(x), g).reduce(0) { $0 + $1.0 * $1.1 }
      let backward = zip(x, size.gradient(g)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(forward - backward) < 1e-11, "\(size)")
    }
  }

  @Test("Float agrees with Double", arguments: cases)
  func floats(_ size: Case) {
    var numbers = ConvolutionNumbers(state: 8)
    let x = numbers.next(size.inputCount)
    let g = numbers.next(size.outputCount)
    let y: [Float] = written(size.outputCount) {
      ek_resize2d_f32(
        size.bilinear, size.corners, size.batch, size.height, size.width, size.channels,
        size.outHeight, size.outWidth, x.map { Float($0) }, $0)
    }
    let dx: [Float] = written(size.inputCount) {
      ek_resize2d_gradient_f32(
        size.bilinear, size.corners, size.batch, size.height, size.width, size.channels,
        size.outHeight, size.outWidth, g.map { Float($0) }, $0)
    }
    expectNear(y.map(Double.init), size.forward(x), 1e-6, size.description)
    expectNear(dx.map(Double.init), size.gradient(g), 1e-6, size.description)
  }

  @Test("no rows of gradient give a zero gradient")
  func nothing() {
    let size = Case(height: 2, width: 3, channels: 2, outHeight: 0, outWidth: 4)
    #expect(size.gradient([]).allSatisfy { $0 == 0 })
  }
}
