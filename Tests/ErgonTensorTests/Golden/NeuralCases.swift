import ErgonTensor

extension GoldenCase {
  static var products: [GoldenCase] {
    [
      GoldenCase("product/matrices") { $0["a"].matmul($0["b"]) },
      GoldenCase("product/batched") { $0["a"].matmul($0["b"]) },
      GoldenCase("product/broadcast") { $0["a"].matmul($0["b"]) },
      GoldenCase("product/vector") { $0["a"].matmul($0["b"]) },
      GoldenCase("product/transposed") { $0["a"].transposed().matmul($0["b"].transposed()) },
    ]
      + Activation.allCases.map { activation in
        GoldenCase("linear/\(activation)") {
          $0["x"].linear($0["w"], bias: $0["b"], activation: activation)
        }
      }
  }

  static var convolutions: [GoldenCase] {
    [
      GoldenCase("conv2d/plain") { $0["x"].conv2d($0["w"], bias: $0["b"]) },
      GoldenCase("conv2d/padded") { $0["x"].conv2d($0["w"], bias: $0["b"], padding: .same) },
      GoldenCase("conv2d/strided") {
        $0["x"].conv2d(
          $0["w"], stride: Extent(height: 2, width: 3),
          padding: .symmetric(Extent(height: 1, width: 0)))
      },
      GoldenCase("conv2d/dilated") {
        $0["x"].conv2d(
          $0["w"], bias: $0["b"], padding: .symmetric(1), dilation: Extent(height: 2, width: 1))
      },
      GoldenCase("conv2d/grouped") {
        $0["x"].conv2d($0["w"], bias: $0["b"], padding: .symmetric(1), groups: 2)
      },
      GoldenCase("conv2d/depthwise") {
        $0["x"].conv2d($0["w"], bias: $0["b"], padding: .symmetric(1), groups: 3)
      },
      GoldenCase("conv2d/pointwise") { $0["x"].conv2d($0["w"], bias: $0["b"]) },
      GoldenCase("conv2d/large") {
        $0["x"].conv2d($0["w"], bias: $0["b"], padding: .symmetric(2))
      },
      GoldenCase("conv2d/relu") { $0["x"].conv2d($0["w"], bias: $0["b"], activation: .relu) },
      GoldenCase("conv1d/strided") {
        $0["x"].conv1d($0["w"], bias: $0["b"], stride: 2, padding: .symmetric(1))
      },
      GoldenCase("transposedConv2d/plain") {
        $0["x"].transposedConv2d($0["w"], bias: $0["b"], stride: 2)
      },
      GoldenCase("transposedConv2d/padded") {
        $0["x"].transposedConv2d($0["w"], stride: 2, padding: .symmetric(1), extra: 1)
      },
      GoldenCase("transposedConv2d/grouped") {
        $0["x"].transposedConv2d($0["w"], bias: $0["b"], groups: 2)
      },
      GoldenCase("transposedConv2d/dilated") { $0["x"].transposedConv2d($0["w"], dilation: 2) },
    ]
  }

  static var images: [GoldenCase] {
    [
      GoldenCase("pool/max") { $0["x"].maxPool2d(2) },
      GoldenCase("pool/maxPadded") { $0["x"].maxPool2d(3, stride: 2, padding: .symmetric(1)) },
      GoldenCase("pool/average") { $0["x"].averagePool2d(3, stride: 2) },
      GoldenCase("pool/averagePadded") {
        $0["x"].averagePool2d(3, stride: 2, padding: .symmetric(1))
      },
      GoldenCase("pool/averageCounted") {
        $0["x"].averagePool2d(3, stride: 2, padding: .symmetric(1), countsPadding: true)
      },
      GoldenCase("pool/globalAverage") { $0["x"].globalAveragePool2d() },
      GoldenCase("pool/adaptive") {
        $0["x"].adaptiveAveragePool2d(to: Extent(height: 3, width: 4))
      },
      GoldenCase("resize/nearest") { $0["x"].resized2d(to: Extent(height: 7, width: 3), .nearest) },
      GoldenCase("resize/bilinear") { $0["x"].resized2d(to: Extent(height: 7, width: 3)) },
      GoldenCase("resize/alignedCorners") {
        $0["x"].resized2d(to: Extent(height: 6, width: 9), .bilinear(alignCorners: true))
      },
    ]
  }

  static var normalizations: [GoldenCase] {
    [
      GoldenCase("norm/batch") { $0["x"].batchNorm(weight: $0["w"], bias: $0["b"]).output },
      GoldenCase("norm/batchInference") {
        $0["x"].batchNorm(
          mean: $0.constant("mean"), variance: $0.constant("variance"), weight: $0["w"],
          bias: $0["b"])
      },
      GoldenCase("norm/group") { $0["x"].groupNorm(groups: 2, weight: $0["w"], bias: $0["b"]) },
      GoldenCase("norm/instance") { $0["x"].instanceNorm(weight: $0["w"], bias: $0["b"]) },
      GoldenCase("norm/layer") { $0["x"].layerNorm(weight: $0["w"], bias: $0["b"]) },
      GoldenCase("norm/rms") { $0["x"].rmsNorm(weight: $0["w"]) },
    ]
  }

  static var losses: [GoldenCase] {
    [
      GoldenCase("loss/crossEntropy") { crossEntropy($0["x"], $0.places("labels")) },
      GoldenCase("loss/smoothed") { crossEntropy($0["x"], $0.places("labels"), smoothing: 0.1) },
      GoldenCase("loss/weighted") {
        crossEntropy($0["x"], $0.places("labels"), weights: $0.constant("weights"))
      },
      GoldenCase("loss/summed") { crossEntropy($0["x"], $0.places("labels"), reduction: .sum) },
      GoldenCase("loss/each") { crossEntropy($0["x"], $0.places("labels"), reduction: .none) },
      GoldenCase("loss/binary") { binaryCrossEntropy($0["x"], $0.constant("targets")) },
      GoldenCase("loss/binaryWeighted") {
        binaryCrossEntropy(
          $0["x"], $0.constant("targets"), positiveWeight: $0.constant("weights"))
      },
    ]
  }

  static var attention: [GoldenCase] {
    [
      GoldenCase("attention/full") { scaledDotProductAttention($0["q"], $0["k"], $0["v"]) },
      GoldenCase("attention/causal") {
        scaledDotProductAttention($0["q"], $0["k"], $0["v"], isCausal: true)
      },
      GoldenCase("attention/scaled") {
        scaledDotProductAttention($0["q"], $0["k"], $0["v"], scale: 0.3)
      },
      GoldenCase("attention/masked") {
        scaledDotProductAttention($0["q"], $0["k"], $0["v"], mask: $0.mask("mask"))
      },
      GoldenCase("attention/grouped") {
        scaledDotProductAttention($0["q"], $0["k"], $0["v"], isCausal: true)
      },
      GoldenCase("attention/rotary") {
        $0["x"].rotaryEmbedding(RotaryTable(size: 6, positions: 4))
      },
      GoldenCase("attention/rotaryInterleaved") {
        $0["x"].rotaryEmbedding(RotaryTable(size: 6, positions: 4), interleaved: true)
      },
    ]
  }
}
