#if OneDNN
  import CErgonKernels
  import COneDNN
  import ErgonTensor
  import Testing

  extension Oracles {
    /// Convolutions and their gradients in `Float` against oneDNN, on every instruction set.
    @Suite("oneDNN") struct OneDNNTests {
      struct Case: Sendable, CustomTestStringConvertible {
        var x: [Int]
        var w: [Int]
        var stride: Extent = 1
        /// Top, left, bottom, right.
        var padding = [0, 0, 0, 0]
        var dilation: Extent = 1
        var groups = 1
        var testDescription: String {
          "\(x) * \(w), stride \(stride), padding \(padding), dilation \(dilation)"
            + ", \(groups) groups"
        }
      }

      static let cases: [Case] = [
        Case(x: [1, 3, 3, 1], w: [3, 3, 1, 1]),
        Case(x: [2, 5, 7, 3], w: [1, 1, 3, 5]),
        Case(x: [2, 9, 8, 3], w: [5, 3, 3, 7]),
        Case(x: [1, 28, 28, 1], w: [5, 5, 1, 6], padding: [2, 2, 2, 2]),
        Case(x: [2, 14, 13, 17], w: [3, 3, 17, 33], padding: [1, 1, 1, 1]),
        Case(x: [2, 12, 16, 32], w: [3, 3, 32, 64], padding: [1, 1, 1, 1]),
        Case(x: [2, 13, 11, 5], w: [3, 3, 5, 8], stride: 2, padding: [1, 1, 1, 1]),
        Case(x: [1, 14, 14, 16], w: [1, 1, 16, 24], stride: 2),
        Case(x: [1, 11, 10, 4], w: [2, 4, 4, 9], stride: Extent(height: 3, width: 2)),
        Case(x: [1, 10, 7, 4], w: [3, 2, 4, 6], stride: 2, padding: [1, 0, 2, 1]),
        Case(
          x: [1, 15, 13, 6], w: [3, 3, 6, 10], padding: [2, 3, 2, 3],
          dilation: Extent(height: 2, width: 3)),
        Case(x: [1, 17, 15, 4], w: [3, 3, 4, 4], stride: 2, padding: [2, 2, 2, 2], dilation: 2),
        Case(x: [2, 8, 9, 12], w: [3, 3, 4, 9], padding: [1, 1, 1, 1], groups: 3),
        Case(
          x: [1, 9, 9, 8], w: [3, 2, 4, 6], stride: 2, padding: [1, 1, 1, 1],
          dilation: Extent(height: 1, width: 2), groups: 2),
        Case(x: [2, 9, 10, 19], w: [3, 3, 1, 19], padding: [1, 1, 1, 1], groups: 19),
        Case(x: [1, 13, 13, 32], w: [5, 5, 1, 32], stride: 2, padding: [2, 2, 2, 2], groups: 32),
        Case(x: [1, 11, 9, 6], w: [3, 3, 1, 12], padding: [1, 1, 1, 1], groups: 6),
      ]

      @Test("convolves to the same images", arguments: cases)
      func values(_ test: Case) throws {
        let arrays = Arrays(test)
        let due = try test.byOneDNN(dnnl_forward_training, arrays)
        let sizes = try test.byOneDNN(dnnl_forward_training, arrays.magnitudes)
        KernelMachine.onEach { isa, threads in
          let y = test.convolved(arrays.x, arrays.w)
          #expect(y.shape == arrays.g.shape)
          expectSameSums(
            y.values, due, magnitudes: sizes, terms: test.w[0] * test.w[1] * test.w[2],
            "instruction set \(isa.rawValue), \(threads) threads")
        }
      }

      @Test("has the same gradients in image and weight", arguments: cases)
      func gradients(_ test: Case) throws {
        let arrays = Arrays(test)
        let dx = try test.byOneDNN(dnnl_backward_data, arrays)
        let dw = try test.byOneDNN(dnnl_backward_weights, arrays)
        let sizes = (
          x: try test.byOneDNN(dnnl_backward_data, arrays.magnitudes),
          w: try test.byOneDNN(dnnl_backward_weights, arrays.magnitudes)
        )
        let perImage = test.w[0] * test.w[1] * test.w[3] / test.groups
        KernelMachine.onEach { isa, threads in
          let ours = gradient(at: arrays.x, arrays.w) {
            (test.convolved($0, $1) * arrays.g).sum()
          }
          let what = "instruction set \(isa.rawValue), \(threads) threads"
          expectSameSums(
            ours.0.values, dx, magnitudes: sizes.x, terms: perImage, "image, " + what)
          expectSameSums(
            ours.1.values, dw, magnitudes: sizes.w, terms: arrays.g.count / test.w[3],
            "weight, " + what)
        }
      }

      /// Image, weight and the gradient that comes back.
      struct Arrays {
        var x, w, g: Tensor<Float>

        init(_ test: Case) {
          x = Samples.float(Shape(test.x), seed: 1)
          w = Samples.float(Shape(test.w), seed: 2)
          g = Samples.float(Shape(test.y), seed: 3)
        }

        var magnitudes: Arrays {
          var all = self
          (all.x, all.w, all.g) = (x.abs(), w.abs(), g.abs())
          return all
        }
      }
    }
  }

  /// What oneDNN answers when it cannot do what it was asked.
  struct OneDNNError: Error {
    var status: dnnl_status_t
  }

  extension Oracles.OneDNNTests.Case {
    /// The result's shape by the textbook's formula.
    var y: [Int] {
      func size(_ axis: Int, _ stride: Int, _ dilation: Int) -> Int {
        let padded = x[axis] + padding[axis - 1] + padding[axis + 1]
        return (padded - dilation * (w[axis - 1] - 1) - 1) / stride + 1
      }
      return [
        x[0], size(1, stride.height, dilation.height), size(2, stride.width, dilation.width), w[3],
      ]
    }

    func convolved(_ x: Tensor<Float>, _ w: Tensor<Float>) -> Tensor<Float> {
      x.conv2d(
        w, stride: stride,
        padding: .explicit(
          top: padding[0], left: padding[1], bottom: padding[2], right: padding[3]),
        dilation: dilation, groups: groups)
    }

    /// The array that `kind` makes of the other two, which stays NaN where oneDNN does not write.
    func byOneDNN(_ kind: dnnl_prop_kind_t, _ arrays: Oracles.OneDNNTests.Arrays) throws -> [Float]
    {
      func four(_ s: [Int]) -> (Int64, Int64, Int64, Int64) {
        (Int64(s[0]), Int64(s[1]), Int64(s[2]), Int64(s[3]))
      }
      var convolution = onednn_convolution(
        x: four(x), w: four(w), y: four(y), stride: (Int64(stride.height), Int64(stride.width)),
        dilation: (Int64(dilation.height), Int64(dilation.width)),
        before: (Int64(padding[0]), Int64(padding[1])),
        after: (Int64(padding[2]), Int64(padding[3])), groups: Int64(groups))
      var (image, weight, result) = (arrays.x.values, arrays.w.values, arrays.g.values)
      func clear(_ values: inout [Float]) { values = values.map { _ in .nan } }
      switch kind {
      case dnnl_backward_data: clear(&image)
      case dnnl_backward_weights: clear(&weight)
      default: clear(&result)
      }
      let status = onednn_convolve(&convolution, kind, &image, &weight, &result)
      guard status == dnnl_success else { throw OneDNNError(status: status) }
      switch kind {
      case dnnl_backward_data: return image
      case dnnl_backward_weights: return weight
      default: return result
      }
    }
  }
#endif
