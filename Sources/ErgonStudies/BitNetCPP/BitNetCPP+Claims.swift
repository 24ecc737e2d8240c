import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonPlot

extension BitNetCPP {
  /// Tokens a second of the paper's two-thread table on an i7-13700H: F16, ternary.
  private static let tokensPerSecond: [String: (f16: Double, ternary: Double)] = [
    "125M": (119.84, 316.35), "350M": (41.57, 137.68), "700M": (18.56, 80.13),
    "2.5B": (6.95, 29.41),
  ]

  /// How much faster ternary weights are, and that it is more for larger models.
  func speed(_ lab: Lab, _ timings: [Timing]) -> [Claim] {
    let sizes = Timing.shapes.map(\.shape.name).filter { name in
      timings.contains { $0.shape.name == name }
    }
    var claims: [Claim] = []
    var ratios: [Double] = []
    for size in sizes {
      guard let f16 = timings.first(size, .f16), let ternary = timings.first(size, .ternary),
        let paper = Self.tokensPerSecond[size]
      else { continue }
      let ratio = ternary.answer.tokensPerSecond / f16.answer.tokensPerSecond
      ratios.append(ratio)
      claims.append(
        Claim(
          "speed.\(size)", "Decoding \(size) with ternary weights against F16 (two threads, i7)",
          published: paper.ternary / paper.f16, ours: ratio,
          spread: spread(ternary.answer, f16.answer), tolerance: .factor(1.5),
          remark: "F16 by our own kernels on this machine's threads, head in F16 in both"))
      claims.append(
        Claim(
          "bytes.\(size)", "The gain in speed at \(size) is that in bytes read, or less",
          published: nil,
          ours: ratio / (Double(f16.answer.bytes) / Double(ternary.answer.bytes)),
          tolerance: .between(0.5, 1.15)))
    }
    claims.append(
      Claim.holds(
        "speed.grows", "The gain grows with the model",
        zip(ratios, ratios.dropFirst()).allSatisfy { $0 < $1 },
        remark: ratios.map { String(describing: ($0 * 100).rounded() / 100) }.joined(
          separator: ", ")
      ))
    lab.figure(
      "Tokens a second while decoding.",
      bars("Decoding", sizes, "Tokens a second", timings) { $0.answer.tokensPerSecond })
    lab.figure(
      "Tokens a second while a prompt is read.",
      bars("Reading a prompt", sizes, "Tokens a second", timings) { $0.prompt.tokensPerSecond })
    return claims
  }

  /// Joules a token against full precision, and that they fall as the time does.
  func energy(_ lab: Lab, _ timings: [Timing]) -> [Claim] {
    let sizes = Timing.shapes.map(\.shape.name).filter { name in
      timings.contains { $0.shape.name == name }
    }
    var claims: [Claim] = []
    let paper = ["700M": 71.9]
    for size in sizes {
      guard let f16 = timings.first(size, .f16), let ternary = timings.first(size, .ternary),
        let dear = f16.answerJoules, let cheap = ternary.answerJoules, dear > 0
      else { continue }
      let saved = 100 * (1 - cheap / dear)
      claims.append(
        Claim(
          "energy.\(size)", "Energy of a generated token saved against F16 at \(size)",
          published: paper[size], ours: saved, unit: "%",
          tolerance: paper[size] == nil ? .between(40, 100) : .absolute(15),
          remark: ternary.isEstimated
            ? "joules are estimated from processor time: the share is one of processor time" : nil))
      let time = ternary.answer.medianSeconds / f16.answer.medianSeconds
      claims.append(
        Claim(
          "energy.time.\(size)", "Energy falls at least as fast as time at \(size)",
          published: nil, ours: cheap / dear / time, tolerance: .atMost(1.1)))
    }
    lab.figure(
      "Joules of a generated token.",
      bars("Energy of a token", sizes, "Joules a token", timings) { $0.answerJoules })
    lab.table(
      "Cost of a token by format",
      columns: [
        .text("model"), .text("weights"), .number("prompt, tokens/s"),
        .number("answer, tokens/s"), .number("prompt, mJ/token"), .number("answer, mJ/token"),
        .number("answer, MB/token"),
      ],
      rows: timings.map { timing in
        [
          timing.shape.name, timing.weights.rawValue, text(timing.prompt.tokensPerSecond),
          text(timing.answer.tokensPerSecond), text(timing.promptJoules.map { $0 * 1000 }),
          text(timing.answerJoules.map { $0 * 1000 }),
          text(Double(timing.answer.bytes) / Double(timing.answer.test.generatedTokens) / 1e6),
        ]
      })
    return claims
  }

  private func text(_ value: Double?) -> String {
    value.map { QuantityFormat.number($0) } ?? "none"
  }

  /// The ratio's extremes over the repeats.
  private func spread(_ a: InferenceSpeed, _ b: InferenceSpeed) -> ClosedRange<Double>? {
    guard let fast = a.seconds.min(), let slow = a.seconds.max(), let fastB = b.seconds.min(),
      let slowB = b.seconds.max()
    else { return nil }
    return fastB / slow...slowB / fast
  }

  private func bars(
    _ title: String, _ sizes: [String], _ axis: String, _ timings: [Timing],
    _ value: (Timing) -> Double?
  ) -> BarChart {
    BarChart(
      title: title, categories: sizes, axis: Axis(axis),
      series: SyntheticWeights.allCases.compactMap { weights in
        let values = sizes.map { timings.first($0, weights).flatMap(value) }
        return values.allSatisfy { $0 == nil }
          ? nil : BarChart.Series(weights.rawValue, values: values)
      })
  }
}

extension [Timing] {
  fileprivate func first(_ size: String, _ weights: SyntheticWeights) -> Timing? {
    first { $0.shape.name == size && $0.weights == weights }
  }
}
