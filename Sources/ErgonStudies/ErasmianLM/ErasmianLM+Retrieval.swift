import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab

extension ErasmianLM {
  /// Bits a byte of models that only count: single tokens and runs of five.
  func ngrams(_ lab: Lab, _ tokens: StudyTokens) throws -> (unigram: Double, fiveGram: Double) {
    let bits = try lab.run("runs of tokens") { _ in
      try [1, 5].map { order in
        try NGramModel(of: tokens.inside.training, order: order)
          .perplexity(of: tokens.inside.heldOut).bitsPerByte
      }
    }.value
    return (bits[0], bits[1])
  }

  /// Checks 6 and 8: search wins on facts said once, and a large model that reads what was found
  /// costs more than the context model's own answer.
  func retrieval(
    _ lab: Lab, _ models: Contestants, _ texts: StudyTexts, _ examination: ExaminationResult,
    _ settings: Settings
  ) throws -> [Claim] {
    let index = try lab.run("search index") { _ in
      var index = BM25Index()
      for page in texts.inside.training {
        for chunk in BM25Index.chunks(of: page.text, words: 24) { index.add(chunk) }
      }
      return index
    }.value
    let (often, once) = (texts.examination.often, texts.examination.once)
    let search = { (question: ExaminationQuestion) in
      OptionScores(question.options.map { index.bestScore("\(question.familiar) \($0)") })
    }
    let searched = try [often, once].map {
      try AnswerCost.measure(lab, "search", $0) { search($0) }
    }
    // Energy is compared on facts said often, in ten runs each.
    let own = try [(often, 10), (once, 1)].map { questions, runs in
      try AnswerCost.measure(lab, "context model", questions, runs: runs) {
        try models.context.language.scores(of: $0.choice, by: .likelihood)
      }
    }
    let read = try [(often, 10), (once, 1)].map { questions, runs in
      try AnswerCost.measure(
        lab, "large model and search", Array(questions.prefix(settings.readerQuestions)),
        runs: runs
      ) { question in
        // With the question hardly longer than what the model learned to read.
        let found = index.search(question.familiar, most: 3).map { index.passages[$0.passage] }
        return try models.large.language.scores(
          of: question.asked(question.familiar, after: found), by: .likelihood)
      }
    }
    let (mine, theirs) = (own[1].result, searched[1].result)
    let percent = { (result: MultipleChoiceResult) in
      QuantityFormat.number(100 * result.accuracy) + " %"
    }
    lab.table(
      "Where search is better, and what an answer costs",
      columns: [
        .text("facts"), .text("by"), .number("right, %"), .number("mJ an answer"),
      ],
      rows: zip(["said often", "said once"], [0, 1]).flatMap { name, place in
        [own[place], searched[place], read[place]].map {
          [
            name, $0.name, QuantityFormat.number(100 * $0.result.accuracy),
            $0.mean.map { QuantityFormat.number($0 * 1000) } ?? "none",
          ]
        }
      })
    return [
      Claim(
        "search.once", "Facts said once: search answers better, in standard errors",
        published: nil, ours: theirs.deviation(above: mine), tolerance: .atLeast(1.96),
        remark: "search \(percent(theirs)), the context model \(percent(mine)), the large model "
          + "with three passages \(percent(read[1].result)); said often: "
          + "\(percent(searched[0].result)), \(percent(own[0].result)) and "
          + percent(read[0].result))
    ] + energy(lab, models, own: own[0], reader: read[0], search: searched[0])
  }
}
