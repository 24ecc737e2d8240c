public import ErgonLM
public import ErgonNumerics
import RealModule

/// A question with options, one of which is right.
public struct MultipleChoiceQuestion: Sendable, Hashable {
  public var question: String
  public var options: [String]
  /// The right one's place.
  public var answer: Int
  /// What stands before the question: passages that were found for it.
  public var context: String

  /// - Precondition: the answer is one of 2 to 26 options.
  public init(_ question: String, options: [String], answer: Int, context: String = "") {
    precondition(
      (2...26).contains(options.count) && options.indices.contains(answer),
      "MultipleChoiceQuestion: answer \(answer) of \(options.count) options")
    self.question = question
    self.options = options
    self.answer = answer
    self.context = context
  }
}

/// How much a model makes of each option.
public struct OptionScores: Sendable, Hashable {
  public var scores: [Double]

  /// - Precondition: there is one.
  public init(_ scores: [Double]) {
    precondition(!scores.isEmpty, "OptionScores: no option")
    self.scores = scores
  }

  /// The option of the greatest score, the first where several are equal.
  public var choice: Int { scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 } }

  /// The choice's share of all options' e to the power of their scores: how sure the model is.
  public var confidence: Double {
    let greatest = scores[choice]
    return 1 / scores.reduce(0) { $0 + .exp($1 - greatest) }
  }
}

/// How many questions were answered rightly.
public struct MultipleChoiceResult: Sendable, Hashable {
  public private(set) var correct = 0
  public private(set) var total = 0
  /// Questions that guessing would get right.
  private var expected = 0.0

  public init() {}

  public mutating func add(_ scores: OptionScores, to question: MultipleChoiceQuestion) {
    precondition(
      scores.scores.count == question.options.count,
      "MultipleChoiceResult: \(scores.scores.count) scores of \(question.options.count) options")
    total += 1
    if scores.choice == question.answer { correct += 1 }
    expected += 1 / Double(question.options.count)
  }

  public var accuracy: Double { Double(correct) / Double(max(total, 1)) }
  /// The accuracy of guessing.
  public var chance: Double { expected / Double(max(total, 1)) }

  /// Wilson's interval of the accuracy; nil without questions.
  public func interval(confidence: Double = 0.95) -> ConfidenceInterval? {
    .ofProportion(correct, of: total, confidence: confidence)
  }
}

/// How a model says which option it takes.
public enum MultipleChoiceScoring: Sendable, Hashable, CaseIterable {
  /// The options stand in the prompt; the logarithm of the probability of each one's letter behind
  /// `Answer:`, which orders them as the letters' logits do.
  case letter
  /// The logarithm of each option's probability behind `Answer:`, divided by its bytes, so that long
  /// ones are not at a disadvantage.
  case likelihood
}

extension LanguageModel {
  /// What a model makes of a question's options.
  ///
  /// - Throws: ``LMError`` where question and options are longer than the context.
  public func scores(
    of question: MultipleChoiceQuestion, by scoring: MultipleChoiceScoring
  ) throws(LMError) -> OptionScores {
    let context = question.context.isEmpty ? "" : question.context + "\n\n"
    switch scoring {
    case .letter:
      let letters = question.options.indices.map { letter($0) }
      let list = zip(letters, question.options).map { "\($0). \($1)\n" }.joined()
      let prompt = "\(context)\(question.question)\n\(list)Answer:"
      let tokens = tokenizer.encode(prompt)
      let answers = letters.map { continuation(of: prompt, tokens, by: " \($0)") }
      return OptionScores(try model.logLikelihoods(of: answers, after: tokens))
    case .likelihood:
      let prompt = "\(context)\(question.question)\nAnswer:"
      let tokens = tokenizer.encode(prompt)
      let options = question.options.map { continuation(of: prompt, tokens, by: " " + $0) }
      let likelihoods = try model.logLikelihoods(of: options, after: tokens)
      return OptionScores(
        zip(likelihoods, question.options).map { $0 / Double($1.utf8.count + 1) })
    }
  }

  private func letter(_ option: Int) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(option)))
  }

  /// The tokens that a text adds to those of a prompt.
  ///
  /// Where the prompt's last tokens become others with the text behind them, the text's own.
  private func continuation(
    of prompt: String, _ tokens: [TokenID], by text: String
  ) -> [TokenID] {
    let joined = tokenizer.encode(prompt + text)
    if joined.count > tokens.count && joined.starts(with: tokens) {
      return Array(joined[tokens.count...])
    }
    return tokenizer.encode(text, addingSpecial: false)
  }
}
