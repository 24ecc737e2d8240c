import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonPlot

extension BitNetB158 {
  /// Models whose arithmetic the paper estimates for 512 tokens, and by what factor it is smaller.
  private static let published: [(name: String, width: Int, feedForward: Int, ratio: Double)] = [
    ("1.3B", 2048, 5460, 18.6), ("3B", 2560, 6912, 21.7), ("7B", 4096, 11008, 29.1),
    ("13B", 5120, 13824, 32.9), ("70B", 8192, 22016, 41.2),
  ]

  /// The arithmetic by a table of operations.
  func arithmetic() -> [Claim] {
    [
      Claim(
        "energy.products",
        "The arithmetic of a matrix product takes 71.4 times less energy at 7 nm", published: 71.4,
        ours: OperationEnergy.nanometres7.productRatio, tolerance: .relative(0.001),
        remark: "a half-precision product and sum against a sum of bytes; at 45 nm "
          + QuantityFormat.number(OperationEnergy.nanometres45.productRatio))
    ]
      + Self.published.map { model in
        // The ratio does not depend on the number of layers.
        let shape = ModelConfiguration.decoder(
          vocabulary: 32000, context: 512, width: model.width, layers: 1, heads: model.width / 128,
          feedForward: model.feedForward, activation: .silu)
        return Claim(
          "energy.token.\(model.name)",
          "and all of a token's at \(model.name), behind 512 others", published: model.ratio,
          ours: TokenArithmetic(shape, context: 512).ratio(.nanometres7),
          tolerance: .relative(0.02),
          remark: "width \(model.width), gated part \(model.feedForward); attention in half "
            + "precision; the head left out. The paper prints neither formula nor shapes: both are "
            + "those that fit its figures, so that this is a reconstruction and no test of them")
      }
  }

  /// What the machine draws, and that bytes explain it and not arithmetic.
  func measured(_ lab: Lab, _ settings: Settings) throws -> [Claim] {
    let shape = Timing.shapes.first { $0.millions == settings.timed }!.shape
    let timed = BitNetCPP.Settings(
      timedPrompt: 128, timedAnswer: 32, repeats: settings.repeats, seed: settings.seed)
    let timings = try [SyntheticWeights.f32, .f16, .ternary].map {
      try Timing.one(lab, timed, shape, $0)
    }
    let (single, half, ternary) = (timings[0], timings[1], timings[2])
    tabulate(lab, shape, timings)
    guard let ofSingle = single.answerJoules, let ofHalf = half.answerJoules,
      let ofTernary = ternary.answerJoules, ofTernary > 0, ofHalf > 0
    else {
      return [
        .notComparable(
          "energy.measured", "A token of a ternary model takes less energy than in half precision",
          published: nil, because: "nothing on this machine gave a figure")
      ]
    }
    func bytes(_ a: Timing, _ b: Timing) -> Double {
      Double(a.answer.bytes) / Double(b.answer.bytes)
    }
    let note =
      ternary.isEstimated
      ? "joules are estimated from processor time, for want of a counter"
      : "joules by the machine's counters"
    return [
      Claim(
        "energy.measured",
        "Measured, a token of a ternary model of \(shape.name) takes less energy than in half "
          + "precision, and far from 71.4 times less", published: nil, ours: ofHalf / ofTernary,
        tolerance: .between(1, 35), remark: note),
      Claim(
        "energy.bytes",
        "The saving is explained by the bytes that a token moves: its part of their ratio",
        published: nil, ours: ofHalf / ofTernary / bytes(half, ternary),
        tolerance: .between(0.5, 1.15),
        remark: "\(QuantityFormat.number(bytes(half, ternary))) times fewer bytes; \(note)"),
      Claim(
        "energy.bytes.single",
        "and so is that of half against single precision", published: nil,
        ours: ofSingle / ofHalf / bytes(single, half), tolerance: .between(0.5, 1.15),
        remark: "\(QuantityFormat.number(bytes(single, half))) times fewer bytes; \(note)"),
    ]
  }

  private func tabulate(_ lab: Lab, _ shape: SyntheticShape, _ timings: [Timing]) {
    let arithmetic = TokenArithmetic(
      .decoder(
        vocabulary: shape.vocabulary, width: shape.hidden, layers: shape.layers, heads: shape.heads,
        keyValueHeads: shape.keyValueHeads, feedForward: shape.feedForward), context: 16,
      includesHead: true)
    lab.table(
      "A generated token of the \(shape.name) model: what it moves, what it takes, and what a "
        + "table of operations says of its arithmetic alone.",
      columns: [
        .text("weights"), .number("MB/token"), .number("tokens/s"), .number("mJ/token"),
        .number("arithmetic at 7 nm, mJ/token"),
      ],
      rows: timings.map { timing in
        [
          timing.weights.rawValue,
          QuantityFormat.number(
            Double(timing.answer.bytes) / Double(timing.answer.test.generatedTokens) / 1e6),
          QuantityFormat.number(timing.answer.tokensPerSecond),
          timing.answerJoules.map { QuantityFormat.number($0 * 1000) } ?? "none",
          timing.weights == .f32
            ? ""
            : QuantityFormat.number(
              arithmetic.picojoules(isTernary: timing.weights == .ternary, .nanometres7) * 1e-9),
        ]
      })
    lab.figure(
      "Joules of a generated token.",
      BarChart(
        title: "Energy of a token, \(shape.name)", categories: timings.map(\.weights.rawValue),
        axis: Axis("Energy", unit: .joules),
        series: [BarChart.Series("measured", values: timings.map(\.answerJoules))]))
  }
}
