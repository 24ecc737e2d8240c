import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonPlot

/// What answers cost and how many are right.
struct AnswerCost {
  let name: String
  /// Joules an answer, run by run; empty where the meter has no figure.
  let joules: [Double]
  let result: MultipleChoiceResult

  var mean: Double? { joules.isEmpty ? nil : joules.reduce(0, +) / Double(joules.count) }

  /// Answers questions, in as many runs as there shall be figures of what an answer costs.
  ///
  /// - Parameter scores: What is made of each option.
  static func measure(
    _ lab: Lab, _ name: String, _ questions: [ExaminationQuestion], runs: Int = 1,
    _ scores: (ExaminationQuestion) throws -> OptionScores
  ) throws -> AnswerCost {
    var joules: [Double] = []
    var result = MultipleChoiceResult()
    let windows = min(runs, questions.count)
    for window in 0..<windows {
      let part = questions[
        window * questions.count / windows..<(window + 1) * questions.count / windows]
      let observed = try lab.run("answers: \(name)") { _ in
        for question in part { result.add(try scores(question), to: question.choice) }
      }
      if let spent = observed.run.joules { joules.append(spent / Double(part.count)) }
    }
    return AnswerCost(name: name, joules: joules, result: result)
  }
}

extension ErasmianLM {
  /// Check 8: what training and answers cost, and after how many answers the model has paid.
  func energy(
    _ lab: Lab, _ models: Contestants, own: AnswerCost, reader: AnswerCost, search: AnswerCost
  ) -> [Claim] {
    lab.table(
      "What the models took to train",
      columns: [
        .text("model"), .number("parameters"), .number("tokens"), .number("J"),
        .number("J/10⁶ tokens"), .number("pJ/operation"),
      ],
      rows: models.all.map { model in
        let perToken = model.joules.map { $0 / Double(model.tokens) }
        return [
          model.name, String(model.parameters), String(model.tokens), text(model.joules),
          text(perToken.map { $0 * 1e6 }),
          text(perToken.map { $0 / (6 * Double(model.parameters)) * 1e12 }),
        ]
      })
    lab.table(
      "What an answer costs",
      columns: [.text("by"), .number("mJ"), .number("right, %"), .number("questions")],
      rows: [own, reader, search].map {
        [
          $0.name, text($0.mean.map { $0 * 1000 }), text(100 * $0.result.accuracy),
          String($0.result.total),
        ]
      })
    let (small, large) = (models.context, models.large)
    var claims = [
      Claim(
        "energy.training",
        "Joules a token of the large model, from 6 operations a parameter and the small model's "
          + "joules an operation, over those measured", published: 1,
        ours: ratio(of: small, to: large), tolerance: .factor(1.25), partly: .factor(2)),
      Claim(
        "energy.reader",
        "Joules of an answer that the large model reads out of three passages, over the context "
          + "model's",
        published: nil, ours: reader.mean.flatMap { reader in own.mean.map { reader / $0 } },
        tolerance: .atLeast(3)),
    ]
    let breakEven = small.joules.flatMap { founding in
      BreakEven(
        founding: founding, own: own.joules, other: Array(reader.joules.prefix(own.joules.count)))
    }
    claims.append(
      Claim(
        "energy.breakeven", "Answers after which training the context model has paid",
        published: nil, ours: breakEven?.queries,
        spread: breakEven?.interval.flatMap { $0.upperBound.isFinite ? $0 : nil },
        unit: "answers", tolerance: .atLeast(1),
        remark: "against the large model reading three passages; its own training is not counted"))
    return claims
  }

  private func ratio(of small: ContextModel, to large: ContextModel) -> Double? {
    guard let a = small.joules, let b = large.joules, b > 0 else { return nil }
    let perOperation = a / (6 * Double(small.parameters) * Double(small.tokens))
    return perOperation * 6 * Double(large.parameters) * Double(large.tokens) / b
  }

  private func text(_ value: Double?) -> String {
    value.map { QuantityFormat.number($0) } ?? "none"
  }
}
