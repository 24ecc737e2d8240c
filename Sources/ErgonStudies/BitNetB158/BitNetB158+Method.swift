import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNN
import ErgonTensor
import ErgonWorkload

extension BitNetB158 {
  /// Quantisers, gradients, integers: what the paper writes as equations.
  func method(_ settings: Settings, _ observer: Observer) throws -> [Claim] {
    [
      rounding(),
      gradients(settings),
      try packed(settings, observer),
      extremes(),
      try badInput(settings),
    ]
  }

  // MARK: Equations 1 to 3

  /// Matrices and rows whose rounding is known by hand.
  private func rounding() -> Claim {
    let huge: Float = 1e30
    let tiny = Float.leastNormalMagnitude / 64
    let (above, below) = (Float(0.5).nextUp, Float(1.5).nextDown)
    // Weights, their trits, and what the trits are multiplied with.
    let matrices: [(weights: [Float], trits: [Float], scale: Float)] = [
      // Halves of the mean go to the even 0; a mean of 1.
      ([0.5, -0.5, 1.5, -1.5], [0, 0, 1, -1], 1),
      ([above, -above, below, -below], [1, -1, 1, -1], 1),
      ([0, 0, 0, 0], [0, 0, 0, 0], 1e-5),
      ([huge, 1, -1, 0], [1, 0, 0, 0], huge / 4),
      ([tiny, -tiny, 0, tiny], [0, 0, 0, 0], 1e-5),
      ([3, -3], [1, -1], 3),
    ]
    let rows: [(values: [Float], codes: [Float], scale: Float)] = [
      ([127, 0.5, 1.5, 2.5, -0.5, -1.5], [127, 0, 2, 2, 0, -2], 1),
      ([0, 0, 0], [0, 0, 0], 1e-5 / 127),
      ([huge, 1, -huge], [127, 0, -127], huge / 127),
      ([tiny, -tiny, 0], [0, 0, 0], 1e-5 / 127),
    ]
    var wrong = 0
    for (weights, trits, scale) in matrices {
      let (values, _) = Tensor(weights, shape: [1, weights.count]).ternarized()
      wrong += zip(values.values, trits).count { !same($0, $1 * scale) }
    }
    for (values, codes, scale) in rows {
      let rounded = Tensor(values, shape: [1, values.count]).int8StraightThrough()
      wrong += zip(rounded.values, codes).count { !same($0, $1 * scale) }
    }
    let count = matrices.reduce(0) { $0 + $1.trits.count } + rows.reduce(0) { $0 + $1.codes.count }
    return Claim(
      "quantisers.golden",
      "Weights and activations are rounded as eq. 1 to 3 say: ties, zeros, an outlier, denormals; "
        + "wrong of \(count)", published: 0, ours: Double(wrong), tolerance: .absolute(0))
  }

  /// Equal but for the last bit of one multiplication.
  private func same(_ a: Float, _ b: Float) -> Bool {
    (a - b).magnitude <= 2 * b.ulp * (b == 0 ? 0 : 1)
  }

  // MARK: Straight-through gradients

  /// `dL/dw = x'ᵀ dL/dy` with rounded inputs, `dL/dx = dL/dy w'ᵀ` with rounded weights.
  private func gradients(_ settings: Settings) -> Claim {
    var random = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)))
    let x = Tensor<Float>.normal([7, 48], using: &random)
    let weight = Tensor<Float>.normal([48, 33], using: &random)
    let outer = Tensor<Float>.normal([7, 33], using: &random)
    let layer = TernaryLinear(weight: weight)
    let (_, found) = valueAndGradient(at: x, weight) { x, weight in
      layer.weight = weight
      return (layer(x, .inference) * outer).sum()
    }
    let forInput = outer.matmul(weight.ternarized().values.transposed())
    let forWeight = x.int8StraightThrough().transposed().matmul(outer)
    let distance = max(
      distance(found.0, from: forInput), distance(found.1, from: forWeight))
    return Claim(
      "gradients",
      "Gradients pass the rounding unchanged, use the rounded factor, and reach weights beyond the "
        + "mean: greatest distance from the closed form", published: 0, ours: distance,
      tolerance: .atMost(1e-6))
  }

  /// Greatest difference, as a share of the greatest magnitude.
  private func distance(_ a: Tensor<Float>, from b: Tensor<Float>) -> Double {
    let greatest = b.values.reduce(0) { max($0, $1.magnitude) }
    return Double(zip(a.values, b.values).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / greatest)
  }

  // MARK: Integers

  /// The layer as it learns, in floats, against the packed trits and integers that serve it.
  private func packed(_ settings: Settings, _ observer: Observer) throws -> Claim {
    var random = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)) &+ 1)
    var greatest = 0.0
    let shapes = [(48, 33), (256, 704), (1000, 130), (2560, 64)]
    for (index, (columns, rows)) in shapes.enumerated() {
      let x = Tensor<Float>.normal([5, columns], using: &random)
      let weight = Tensor<Float>.normal([columns, rows], using: &random)
      let learned = TernaryLinear(weight: weight)(x, .inference)
      let (values, scale) = weight.transposed().contiguous().ternarized()
      let matrix = TernaryMatrix(
        trits: values.values.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, rows: rows, columns: columns,
        scale: 1 / scale)
      let served = Tensor(matrix.multiply(x.values), shape: [5, rows])
      greatest = max(greatest, distance(served, from: learned))
      try observer.report(
        WorkloadProgress(completed: Double(index + 1), total: Double(shapes.count)))
    }
    return Claim(
      "integers.layer",
      "Packed trits and 8-bit integers give what the layer learned with: greatest distance",
      published: 0, ours: greatest, tolerance: .atMost(1e-5))
  }

  /// The longest sum that the paper's models have, of the largest numbers.
  private func extremes() -> Claim {
    let columns = 12800
    var wrong = 0
    for sign: Int8 in [-1, 1] {
      for layout in TernaryMatrix.Layout.allCases {
        let matrix = TernaryMatrix(
          trits: [Int8](repeating: sign, count: columns * 3), rows: 3, columns: columns, scale: 1,
          layout: layout)
        for code: Int8 in [-127, 127] {
          let sums = matrix.product(codes: [Int8](repeating: code, count: columns))
          wrong += sums.count { $0 != Int32(columns) * Int32(code) * Int32(sign) }
        }
      }
    }
    return Claim(
      "integers.extremes",
      "Sums of \(columns) products of ±127 and ±1 are exact in every layout: wrong sums",
      published: 0, ours: Double(wrong), tolerance: .absolute(0),
      remark: "every layout and odd sizes: study bitnet-cpp, exact.integers")
  }

  // MARK: Bad input

  /// What must be refused by a typed error and not computed with.
  private func badInput(_ settings: Settings) throws -> Claim {
    var settings = settings
    settings.generated = true
    settings.sequences = 2
    settings.length = 16
    let text = try ByteText(settings)
    var noticed = 0
    let spoilt: [Float] = [.nan, .infinity, -.infinity]
    for value in spoilt {
      var random = RandomStream(seed: 1)
      let network = DecoderNetwork(
        configuration(width: 16, isTernary: true, settings), random: &random)
      let weight = network.layers[1].up.weight
      network.layers[1].up.weight = Tensor(
        [value] + weight.values.dropFirst(), shape: weight.shape)
      do {
        try pretrain(network, on: text, settings: .ternary(steps: 1))
      } catch NNError.diverged { noticed += 1 }
      // The file in memory is what is served and written.
      do { _ = try DecoderNetwork(network.modelFile()) } catch is LMError { noticed += 1 }
    }
    return Claim(
      "bad-input",
      "Weights that are no numbers are refused by name: in training and when a model is opened",
      published: Double(2 * spoilt.count), ours: Double(noticed), tolerance: .absolute(0),
      remark: "packed code 3, shapes and empty batches: tests of ErgonLM and ErgonLMTraining")
  }
}
