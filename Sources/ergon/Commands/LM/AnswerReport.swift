import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonLedger
import Foundation

/// An answer with what it cost, stage by stage.
struct AnswerReport {
  let answer: Generation.Answer
  /// What prompt and answer took; nil where no counter gave a figure.
  let promptEnergy: Figure<Joules>?
  let answerEnergy: Figure<Joules>?

  init(_ answer: Generation.Answer, _ run: Run) {
    self.answer = answer
    promptEnergy = run.stages.last { $0.name == "prompt" }?.reading.dynamic
    answerEnergy = run.stages.last { $0.name == "answer" }?.reading.dynamic
  }

  /// What one token of the answer took.
  var energyPerToken: Figure<Joules>? {
    guard let answerEnergy, answer.counts.generated > 0 else { return nil }
    return answerEnergy * (1 / Double(answer.counts.generated))
  }

  /// Prompt tokens that had to be read, a second.
  var promptRate: Double? {
    let read = answer.counts.prompt - answer.counts.reused
    return answer.promptSeconds > 0 ? Double(read) / answer.promptSeconds : nil
  }
  var answerRate: Double? {
    answer.answerSeconds > 0 ? Double(answer.counts.generated) / answer.answerSeconds : nil
  }

  /// `prompt: 5 tokens, 2 of them known · answer: 64 tokens, 812/s, 2.1 mJ a token estimated`.
  var line: String {
    let counts = answer.counts
    var prompt = "prompt: \(counts.prompt) tokens"
    if counts.reused > 0 { prompt += ", \(counts.reused) of them known" }
    if let promptRate { prompt += ", \(QuantityFormat.number(promptRate))/s" }
    var text = "answer: \(counts.generated) tokens"
    if let answerRate { text += ", \(QuantityFormat.number(answerRate))/s" }
    if let energyPerToken {
      text +=
        ", \(QuantityFormat.string(energyPerToken.interval)) a token "
        + energyPerToken.provenance.kind.rawValue
    }
    if counts.drafted > 0 { text += ", \(counts.accepted) of \(counts.drafted) guesses right" }
    return "\(prompt) · \(text)"
  }

  /// Figures that the ledger keeps beside the counts.
  static func record(_ answer: Generation.Answer, _ observer: Observer) {
    let counts = answer.counts
    observer.record("prompt tokens", Double(counts.prompt))
    observer.record("reused tokens", Double(counts.reused))
    observer.record("generated tokens", Double(counts.generated))
    if answer.answerSeconds > 0 {
      observer.record(
        "generated tokens per second", Double(counts.generated) / answer.answerSeconds,
        unit: "1/s", higherIsBetter: true)
    }
  }

  func json(_ language: LanguageModel, finish: String) -> JSONObject {
    let counts = answer.counts
    var object: JSONObject = [
      "model": .string(language.name), "text": .string(answer.text),
      "finishReason": .string(finish), "promptTokens": JSONValue(counts.prompt),
      "cachedTokens": JSONValue(counts.reused), "generatedTokens": JSONValue(counts.generated),
      "draftedTokens": JSONValue(counts.drafted), "acceptedTokens": JSONValue(counts.accepted),
      "promptS": .number(answer.promptSeconds), "answerS": .number(answer.answerSeconds),
      "promptTokensPerS": JSONValue(promptRate), "generatedTokensPerS": JSONValue(answerRate),
      "promptEnergyJ": JSONValue(promptEnergy), "answerEnergyJ": JSONValue(answerEnergy),
      "energyPerTokenJ": JSONValue(energyPerToken),
      "tokens": .array(answer.tokens.map { JSONValue($0.token) }),
    ]
    if answer.tokens.contains(where: { $0.logProbability != nil }) {
      object["logprobs"] = .array(
        answer.tokens.map { chosen in
          .object([
            "token": JSONValue(chosen.token),
            "piece": .string(language.tokenizer.piece(of: chosen.token)),
            "logprob": JSONValue(chosen.logProbability.map(Double.init)),
            "top": .array(
              chosen.alternatives.map { token, logProbability in
                .object([
                  "token": JSONValue(token),
                  "piece": .string(language.tokenizer.piece(of: token)),
                  "logprob": .number(Double(logProbability)),
                ])
              }),
          ])
        })
    }
    return object
  }

  /// One row a token: its logarithmic probability and what else was likely.
  func probabilities(_ tokenizer: any Tokenizer) -> TextTable {
    var table = TextTable(["TOKEN", .right("LOGPROB"), .flexible("LIKELIEST")])
    for chosen in answer.tokens {
      table.append([
        tokenizer.piece(of: chosen.token),
        chosen.logProbability.map { String(format: "%.4f", $0) },
        chosen.alternatives.map {
          "\(tokenizer.piece(of: $0.token)) \(String(format: "%.3f", $0.logProbability))"
        }.joined(separator: "  "),
      ])
    }
    return table
  }
}

extension Console {
  /// A piece of a stream of text, on standard output.
  ///
  /// A model may say anything, and a terminal must not obey it; a pipe gets every byte.
  static func stream(_ text: String) {
    guard Terminal.isTerminal(.output) else {
      if !text.isEmpty { write(text, to: .output) }
      return
    }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isObeyed = scalar.isControl && scalar != "\n" && scalar != "\t"
      safe.append(isObeyed ? "\u{FFFD}" : scalar)
    }
    if !safe.isEmpty { write(String(safe), to: .output) }
  }
}
