import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonPlot

/// The models that are compared, and the texts as each of their tokenizers writes them.
struct Contestants {
  /// Of the university's own text.
  let context: ContextModel
  /// The same with ternary matrices.
  let ternary: ContextModel
  /// Of general text, of the same size.
  let general: ContextModel
  /// Of general text, four times the parameters.
  let large: ContextModel
  /// General first, then trained on the university's text.
  let continued: ContextModel

  var all: [ContextModel] { [context, ternary, general, large, continued] }
}

/// Bits a byte of a model inside the context and outside it.
struct Surprise {
  let model: ContextModel
  let inside: Double
  let outside: Double
  /// Tokens that its tokenizer makes of a byte inside.
  let tokensPerByte: Double
}

extension ErasmianLM {
  /// Check 5, first half: bits a byte of text that no model has seen.
  func surprise(
    _ lab: Lab, _ surprises: [Surprise], ngrams: (unigram: Double, fiveGram: Double)
  ) -> [Claim] {
    let (c, t, g, l, k) = (
      surprises[0], surprises[1], surprises[2], surprises[3], surprises[4]
    )
    let saved = { (other: Double, own: Double) in 100 * (1 - own / other) }
    lab.figure(
      "Bits a byte of held-out text, inside the context and outside it; less is better.",
      BarChart(
        title: "Surprise", categories: surprises.map(\.model.name), axis: Axis("Bits a byte"),
        series: [
          BarChart.Series("the university's pages", values: surprises.map(\.inside)),
          BarChart.Series("general text", values: surprises.map(\.outside)),
        ]))
    lab.table(
      "Surprise of held-out text; perplexities of different tokenizers cannot be compared",
      columns: [
        .text("model"), .number("inside, bits/byte"), .number("outside, bits/byte"),
        .number("inside, tokens/byte"),
      ],
      rows: surprises.map {
        [$0.model.name]
          + [$0.inside, $0.outside, $0.tokensPerByte].map { QuantityFormat.number($0) }
      })
    return [
      Claim(
        "inside.same", "Bits a byte saved inside the context against a general model of the size",
        published: nil, ours: saved(g.inside, c.inside), unit: "%", tolerance: .atLeast(25)),
      Claim(
        "inside.large", "Bits a byte saved inside against a general model four times as large",
        published: nil, ours: saved(l.inside, c.inside), unit: "%", tolerance: .atLeast(10)),
      Claim(
        "outside.same", "Outside the order is reversed: saved by the general model of the size",
        published: nil, ours: saved(c.outside, g.outside), unit: "%", tolerance: .atLeast(10)),
      Claim(
        "outside.large", "Outside the order is reversed: saved by the large general model",
        published: nil, ours: saved(c.outside, l.outside), unit: "%", tolerance: .atLeast(10)),
      Claim(
        "inside.ngram", "Bits a byte saved inside against a 5-gram model of the same text",
        published: nil, ours: saved(ngrams.fiveGram, c.inside), unit: "%", tolerance: .atLeast(5),
        remark: "5-gram with Kneser-Ney smoothing "
          + "\(QuantityFormat.number(ngrams.fiveGram)), single tokens "
          + "\(QuantityFormat.number(ngrams.unigram)) bits a byte"),
      Claim(
        "inside.ternary", "Bits a byte of the ternary model over those of full precision, inside",
        published: nil, ours: t.inside / c.inside, tolerance: .atMost(1.1),
        partly: .atMost(1.25)),
      Claim(
        "inside.continued",
        "Training a general model on comes near: its bits a byte over the context model's, inside",
        published: nil, ours: k.inside / c.inside, tolerance: .atMost(1.25),
        remark: "outside it has \(QuantityFormat.number(k.outside)), the context model "
          + QuantityFormat.number(c.outside)),
    ]
  }

  /// Check 5, second half: questions about facts said often, once, and never.
  func examine(_ lab: Lab, _ models: Contestants, _ texts: StudyTexts) throws -> ExaminationResult {
    let results = try lab.run("examination") { observer in
      var results: [ExaminationResult.Row] = []
      for (index, model) in models.all.enumerated() {
        results.append(
          ExaminationResult.Row(
            model: model, often: try model.answers(texts.examination.often, inAllWays: true),
            once: try model.answers(texts.examination.once),
            other: try model.answers(texts.otherExamination.often)))
        try observer.report(
          .init(completed: Double(index + 1), total: Double(models.all.count)))
      }
      return results
    }.value
    return ExaminationResult(rows: results)
  }
}

/// The examination of all models.
struct ExaminationResult {
  struct Row {
    let model: ContextModel
    let often: Answers
    let once: Answers
    let other: Answers
  }

  /// In the order of ``Contestants/all``.
  let rows: [Row]

  func claims(_ lab: Lab) -> [Claim] {
    let (context, large) = (rows[0], rows[3])
    let percent = { (share: Double) in 100 * share }
    let often = context.often.familiar
    lab.table(
      "Right answers of four options, %; guessing gives 25",
      columns: [
        .text("model"), .number("said often"), .number("said often, new words"),
        .number("said often, by letter"), .number("said once"), .number("other university"),
      ],
      rows: rows.map { row in
        [row.model.name]
          + [
            row.often.familiar, row.often.new, row.often.letters, row.once.familiar,
            row.other.familiar,
          ].map { QuantityFormat.number(percent($0.accuracy)) }
      })
    return [
      Claim(
        "exam.often",
        "Facts said at least 20 times: points more than the large general model answers rightly",
        published: nil, ours: percent(often.accuracy - large.often.familiar.accuracy),
        unit: "points", tolerance: .atLeast(10),
        remark: "\(often.correct) of \(often.total) against \(large.often.familiar.correct)"),
      Claim(
        "exam.chance",
        "Facts said often are answered better than by chance (25 %): the interval's lower end",
        published: nil, ours: percent(often.bounds.lowerBound), unit: "%",
        tolerance: .atLeast(25), remark: "\(often.correct) of \(often.total)"),
      Claim(
        "exam.words", "The same facts asked in words that no page has: the interval's lower end",
        published: nil, ours: percent(context.often.new.bounds.lowerBound), unit: "%",
        tolerance: .atLeast(25),
        remark: "\(context.often.new.correct) of \(context.often.new.total)"),
      Claim(
        "exam.frequency",
        "Facts said often are answered better than facts said once, in standard errors",
        published: nil, ours: often.deviation(above: context.once.familiar),
        tolerance: .atLeast(1.96),
        remark: "said once: \(context.once.familiar.correct) of \(context.once.familiar.total)"),
      Claim(
        "exam.outside", "Out of its context the model guesses: right answers about another house",
        published: 25, ours: percent(context.other.familiar.accuracy), unit: "%",
        tolerance: .absolute(
          percent(
            (context.other.familiar.bounds.upperBound - context.other.familiar.bounds.lowerBound)
              / 2))),
      Claim(
        "exam.refusal",
        "Its confidence tells questions inside from questions outside (area under the curve)",
        published: nil, ours: areaUnderCurve(context.often.confidence, context.other.confidence),
        tolerance: .atLeast(0.7)),
    ]
  }
}
