import ErgonLM
import ErgonLMTraining
import ErgonNumerics

/// What one model answered to a list of questions.
struct Answers {
  /// In the words of the pages.
  let familiar: MultipleChoiceResult
  /// In words that no page has, where that was asked.
  let new: MultipleChoiceResult
  /// By the letter of the option, as general models are examined, where that was asked.
  let letters: MultipleChoiceResult
  /// How sure the model was of its choice, question by question.
  let confidence: [Double]
}

extension ContextModel {
  func answers(_ questions: [ExaminationQuestion], inAllWays: Bool = false) throws -> Answers {
    var familiar = MultipleChoiceResult()
    var new = MultipleChoiceResult()
    var letters = MultipleChoiceResult()
    var confidence: [Double] = []
    for question in questions {
      let choice = question.choice
      let scores = try language.scores(of: choice, by: .likelihood)
      familiar.add(scores, to: choice)
      confidence.append(scores.confidence)
      guard inAllWays else { continue }
      let other = question.choiceInNewWords
      new.add(try language.scores(of: other, by: .likelihood), to: other)
      letters.add(try language.scores(of: choice, by: .letter), to: choice)
    }
    return Answers(familiar: familiar, new: new, letters: letters, confidence: confidence)
  }
}

extension MultipleChoiceResult {
  var bounds: ClosedRange<Double> { interval().map { $0.low...$0.high } ?? 0...1 }

  /// How many standard errors of the difference this lies above another, independent share.
  func deviation(above other: MultipleChoiceResult) -> Double {
    let (n, m) = (Double(max(total, 1)), Double(max(other.total, 1)))
    let pooled = Double(correct + other.correct) / (n + m)
    let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    return error > 0 ? (accuracy - other.accuracy) / error : 0
  }
}

/// The chance that a value of one kind is greater than one of another: the area under the curve of
/// a threshold between them.
func areaUnderCurve(_ positives: [Double], _ negatives: [Double]) -> Double {
  var wins = 0.0
  for positive in positives {
    for negative in negatives {
      wins += positive > negative ? 1 : positive == negative ? 0.5 : 0
    }
  }
  return wins / Double(max(positives.count * negatives.count, 1))
}
