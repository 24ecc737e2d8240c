public import ErgonLM
import ErgonTensor

/// Batches of questions and answers in which only the answers are learned, their end among them.
///
/// Each sequence is one answer behind all that came before it, as the model reads it when it is
/// asked; the targets of what came before are -1. Sequences are as long as the longest of their
/// batch. Every pass over the answers has an order of its own.
public struct InstructionSequences: SequenceSource, Sendable {
  /// Tokens of an example, and how many of them only lead to its answer.
  struct Row: Sendable, Equatable {
    var tokens: [TokenID]
    var question: Int
  }

  public let sequences: Int
  public let seed: UInt64
  /// Answers that did not fit the length and are left out.
  public let leftOut: Int
  let rows: [Row]

  /// Different answers there are.
  public var count: Int { rows.count }

  init(_ rows: [Row], leftOut: Int, sequences: Int, seed: UInt64) {
    self.rows = rows
    self.leftOut = leftOut
    self.sequences = sequences
    self.seed = seed
  }

  public func batch(at step: Int) -> SequenceBatch {
    let first = step * sequences
    var orders: [Int: [Int32]] = [:]
    let chosen = (first..<(first + sequences)).map { place -> Row in
      let (pass, index) = place.quotientAndRemainder(dividingBy: rows.count)
      if orders[pass] == nil { orders[pass] = order(pass) }
      return rows[Int(orders[pass]![index])]
    }
    let steps = chosen.map { $0.tokens.count - 1 }.max()!
    var inputs = [Int32](repeating: 0, count: sequences * steps)
    var targets = [Int32](repeating: -1, count: sequences * steps)
    for (index, row) in chosen.enumerated() {
      for place in 0..<(row.tokens.count - 1) {
        inputs[index * steps + place] = row.tokens[place]
        if place + 1 >= row.question { targets[index * steps + place] = row.tokens[place + 1] }
      }
    }
    return SequenceBatch(
      inputs: Tensor(inputs, shape: [sequences, steps]),
      targets: Tensor(targets, shape: [sequences, steps]))
  }

  private func order(_ pass: Int) -> [Int32] {
    var random = RandomStream(seed: seed).stream(named: "pass \(pass)")
    return Tensor<Int32>.permutation(rows.count, using: &random).values
  }
}

extension InstructionExamples {
  /// The answers as batches for a model of a tokenizer.
  ///
  /// - Parameters:
  ///   - length: The most tokens of a sequence; answers that do not fit are left out and counted.
  ///   - sequences: Of a batch.
  ///   - templateSource: How the model wants conversations written; a built-in form unless said,
  ///     which is also what it is then asked in.
  /// - Throws: ``ErgonLM/LMError`` where the template refuses a conversation or writes it in an
  ///   order that cannot be parted, where the tokenizer has no token that ends an answer, and where
  ///   no answer fits.
  public func sequences(
    of length: Int, batch sequences: Int, tokenizer: any Tokenizer, templateSource: String? = nil,
    seed: UInt64 = 0
  ) throws(LMError) -> InstructionSequences {
    precondition(
      length > 1 && sequences > 0, "InstructionExamples: \(sequences) sequences of \(length) tokens"
    )
    let format = try ChatFormat(
      tokenizer: tokenizer, templateSource: templateSource, name: "the chat template")
    guard let end = tokenizer.special.end ?? tokenizer.special.endOfGeneration.min() else {
      throw .request(
        what: "learning answers", reason: "the tokenizer has no token that ends them",
        mend: "add an end of text to it")
    }
    var rows: [InstructionSequences.Row] = []
    var leftOut = 0
    for example in examples {
      for row in try example.rows(tokenizer, format, end: end) {
        if row.tokens.count - 1 <= length { rows.append(row) } else { leftOut += 1 }
      }
    }
    guard !rows.isEmpty else {
      throw .request(
        what: "learning answers", reason: "none of \(leftOut) fits \(length) tokens",
        mend: "make the sequences longer")
    }
    return InstructionSequences(rows, leftOut: leftOut, sequences: sequences, seed: seed)
  }
}

extension InstructionExamples.Example {
  /// The answers, each behind what leads to it.
  fileprivate func rows(
    _ tokenizer: any Tokenizer, _ format: ChatFormat, end: TokenID
  ) throws(LMError) -> [InstructionSequences.Row] {
    func row(_ question: [TokenID], _ answer: [TokenID]) -> InstructionSequences.Row {
      let ends = tokenizer.special.endOfGeneration.union([end])
      // What a template writes behind the end of an answer is the next question's.
      let kept = answer.firstIndex(where: ends.contains).map { Array(answer[...$0]) }
      return InstructionSequences.Row(
        tokens: question + (kept ?? answer + [end]), question: question.count)
    }
    switch self {
    case .completion(let prompt, let completion):
      let question = tokenizer.encode(prompt, addingSpecial: true)
      return [row(question, tokenizer.encode(completion, addingSpecial: false))]
    case .conversation(let messages):
      var rows: [InstructionSequences.Row] = []
      for (index, message) in messages.enumerated()
      where index > 0 && message.role == .assistant && message.content != "" {
        let asked = Array(messages[..<index])
        let before = try format.text(asked)
        let whole = try format.text(Array(messages[...index]), addingGenerationPrompt: false)
        guard whole.utf8.starts(with: before.utf8) else {
          throw .request(
            what: "learning answers",
            reason: "the chat template writes a question otherwise once it is answered",
            mend: "use a template that writes turns one after the other")
        }
        // A line's end behind an answer is nothing that has to be said before its end.
        var answer = whole.utf8.dropFirst(before.utf8.count)
        while let last = answer.last, last == 0x0A || last == 0x20 { answer.removeLast() }
        let text = String(decoding: answer, as: UTF8.self)
        rows.append(
          row(
            try format.tokens(asked),
            tokenizer.encode(text, addingSpecial: false, parsingSpecial: true)))
      }
      return rows
    }
  }
}
