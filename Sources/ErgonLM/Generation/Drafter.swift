/// Guesses the tokens that come next, and as many as have lately been worth it.
final class Drafter {
  enum Source {
    case lookup(ngram: Int)
    case model(DraftModel)
  }

  private let source: Source
  private let maximum: Int
  /// Doubled when all were right, else cut to what was: a wrong guess costs its part of a pass.
  private var length: Int

  init(_ source: Source, maximum: Int) {
    self.source = source
    self.maximum = maximum
    length = min(4, maximum)
  }

  func isOf(_ language: LanguageModel, _ maximum: Int) -> Bool {
    guard case .model(let draft) = source else { return false }
    return draft.language === language && self.maximum == max(1, maximum)
  }

  /// Tokens that may follow, `answer` being what will choose them.
  func guess(
    after tokens: [TokenID], as answer: AnswerState, atMost room: Int
  ) throws(LMError) -> [TokenID] {
    let count = min(length, room)
    guard count > 0 else { return [] }
    switch source {
    case .lookup(let ngram): return Self.continuation(of: tokens, ngram: ngram, atMost: count)
    case .model(let draft): return try draft.guess(after: tokens, as: answer, atMost: count)
    }
  }

  func learn(accepted: Int, of drafted: Int) {
    length = accepted == drafted ? min(2 * length, maximum) : max(1, accepted)
  }

  /// What followed the latest earlier occurrence of the last tokens, of as many of them as occur.
  static func continuation(of tokens: [TokenID], ngram: Int, atMost count: Int) -> [TokenID] {
    for length in stride(from: min(ngram, tokens.count - 1), to: 0, by: -1) {
      let end = tokens.count - length
      let last = tokens[end...]
      var start = end - 1
      while start >= 0 {
        if tokens[start..<(start + length)].elementsEqual(last) {
          return Array(tokens[(start + length)...].prefix(count))
        }
        start -= 1
      }
    }
    return []
  }
}

/// A small model that guesses what a large one will say.
final class DraftModel {
  let language: LanguageModel
  private let cache: KeyValueCache
  private let sequence: SequenceID
  private var cached: [TokenID] = []
  private let contextLength: Int

  /// - Throws: ``LMError/request(what:reason:mend:)`` where the vocabularies differ.
  init(_ language: LanguageModel, for large: LanguageModel, context: Int) throws(LMError) {
    let (own, other) = (language.tokenizer, large.tokenizer)
    guard own.vocabularySize == other.vocabularySize,
      (0..<own.vocabularySize).allSatisfy({
        own.piece(of: TokenID($0)) == other.piece(of: TokenID($0))
      })
    else {
      throw .request(
        what: "speculation",
        reason: "the draft model's vocabulary is not the model's "
          + "(\(own.vocabularySize) and \(other.vocabularySize) tokens)",
        mend: "take a small model of the same family")
    }
    self.language = language
    contextLength = min(context, language.contextLength)
    cache = try language.model.makeCache(positions: contextLength)
    sequence = try cache.makeSequence()
  }

  /// Chooses as `answer` would, with a copy of its random numbers: where the two models agree, so do
  /// the choices.
  func guess(
    after tokens: [TokenID], as answer: AnswerState, atMost count: Int
  ) throws(LMError) -> [TokenID] {
    var answer = answer
    var guesses: [TokenID] = []
    var text = tokens
    let head = language.model.head
    while guesses.count < count, text.count < contextLength {
      let common = min(zip(cached, text).prefix { $0 == $1 }.count, text.count - 1)
      cache.truncate(sequence, to: common)
      cached.removeLast(cached.count - common)
      let rest = Array(text[common...])
      let hidden = try language.model.forward(
        TokenBatch(sequence, tokens: rest, outputs: .last), cache)
      cached = text
      let token = try hidden.withRow(0) { row throws(LMError) in
        try answer.guess(row, head: head)
      }
      guard let token else { break }
      guesses.append(token)
      text.append(token)
    }
    return guesses
  }
}
