import ErgonLMTraining
import ErgonNumerics

/// A question about one fact with four possible answers, one of them right.
struct ExaminationQuestion: Sendable {
  let fact: Fact
  /// In words that no page has.
  let question: String
  /// In the words of the pages.
  let familiar: String
  /// Four values of the same kind.
  let options: [String]
  let answer: Int

  /// As it is put to a model, in the words of the pages.
  var choice: MultipleChoiceQuestion { asked(familiar) }
  /// In other words.
  var choiceInNewWords: MultipleChoiceQuestion { asked(question) }

  /// The question behind passages that may answer it.
  func asked(_ words: String, after passages: [String] = []) -> MultipleChoiceQuestion {
    MultipleChoiceQuestion(
      Examination.marked(words), options: options, answer: answer,
      context: passages.joined(separator: "\n"))
  }
}

/// Questions about what a university's pages say.
struct Examination: Sendable {
  /// About facts that the pages say at least 20 times.
  let often: [ExaminationQuestion]
  /// About facts that they say once.
  let once: [ExaminationQuestion]
  /// Questions without options: a prompt and the answer.
  let free: [(question: String, answer: String)]

  /// A question as pages mark it; the answer stands on the next line.
  static func marked(_ question: String) -> String { "Question: \(question)" }

  /// What a model goes on from with its answer.
  static func prompt(_ question: String) -> String { marked(question) + "\nAnswer:" }

  /// - Parameter pages: What can have been learned; facts on other pages do not count.
  init(of university: University, on pages: [Page], often: Int, once: Int, free: Int, seed: UInt64)
  {
    var random = SplitMix64(seed: seed)
    var times: [Fact: Int] = [:]
    for page in pages { for fact in page.facts { times[fact, default: 0] += 1 } }
    let facts = random.shuffled(university.facts)
    func questions(_ count: Int, _ isWanted: (Int) -> Bool) -> [ExaminationQuestion] {
      facts.filter { isWanted(times[$0] ?? 0) }.prefix(count).map {
        Self.question($0, university.values[$0.relation] ?? [], &random)
      }
    }
    self.often = questions(often) { $0 >= 20 }
    self.once = questions(once) { $0 == 1 }
    self.free = facts.filter { (times[$0] ?? 0) > 1 }.prefix(free).map { fact in
      (
        fact.relation.wording.question.rendered(["s": fact.subject, "v": ""], &random), fact.value
      )
    }
  }

  private static func question(
    _ fact: Fact, _ values: [String], _ random: inout SplitMix64
  ) -> ExaminationQuestion {
    var options = [fact.value]
    while options.count < 4 {
      let other = random.pick(values)
      if !options.contains(other) { options.append(other) }
    }
    options = random.shuffled(options)
    return ExaminationQuestion(
      fact: fact,
      question: fact.relation.wording.examination.rendered(["s": fact.subject], &random),
      familiar: fact.relation.wording.question.rendered(["s": fact.subject], &random),
      options: options, answer: options.firstIndex(of: fact.value)!)
  }
}
