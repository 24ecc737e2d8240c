public import ErgonLM

extension TransformerModel {
  /// Tokens of a prompt that are computed together.
  private static var chunk: Int { 256 }

  /// The logits of the token after some others.
  ///
  /// - Throws: ``LMError`` for tokens outside the vocabulary, or more than the context holds.
  public func logits(after tokens: [TokenID]) throws(LMError) -> [Float] {
    let cache = try makeCache(positions: tokens.count)
    let hidden = try read(tokens, cache.makeSequence(), cache)
    return logits(of: hidden)[0]
  }

  /// The logarithm of the probability that the tokens after some others are these, for several
  /// ways to go on.
  ///
  /// - Throws: ``LMError`` for tokens outside the vocabulary, or more than the context holds.
  /// - Precondition: there are tokens before, and in each continuation.
  /// - Cost: the tokens before are computed once.
  public func logLikelihoods(
    of continuations: [[TokenID]], after tokens: [TokenID]
  ) throws(LMError) -> [Double] {
    precondition(
      !tokens.isEmpty && continuations.allSatisfy { !$0.isEmpty },
      "logLikelihoods: nothing after \(tokens.count) tokens, or nothing before")
    let longest = continuations.map(\.count).max() ?? 0
    let cache = try makeCache(
      positions: tokens.count + max(longest - 1, 0), sequences: 2)
    let prompt = try cache.makeSequence()
    let first = logits(of: try read(tokens, prompt, cache))[0]
    var sums: [Double] = []
    for continuation in continuations {
      var sum = -LanguageModel.surprise(of: continuation[0], in: first[...])
      if continuation.count > 1 {
        let sequence = try cache.fork(prompt, keeping: tokens.count)
        defer { cache.remove(sequence) }
        let batch = TokenBatch(sequence, tokens: continuation.dropLast(), outputs: .all)
        for (row, token) in zip(logits(of: try forward(batch, cache)), continuation.dropFirst()) {
          sum -= LanguageModel.surprise(of: token, in: row[...])
        }
      }
      sums.append(sum)
    }
    return sums
  }

  /// Takes tokens in and gives the state after the last.
  private func read(
    _ tokens: [TokenID], _ sequence: SequenceID, _ cache: KeyValueCache
  ) throws(LMError) -> HiddenStates {
    var first = 0
    while first + Self.chunk < tokens.count {
      let part = Array(tokens[first..<first + Self.chunk])
      _ = try forward(TokenBatch(sequence, tokens: part, outputs: .none), cache)
      first += Self.chunk
    }
    return try forward(TokenBatch(sequence, tokens: Array(tokens[first...])), cache)
  }

  /// All logits of each state.
  private func logits(of hidden: HiddenStates) -> [[Float]] {
    (0..<hidden.count).map { row in
      [Float](unsafeUninitializedCapacity: head.vocabularySize) { buffer, count in
        hidden.withRow(row) { head.logits(1, $0, into: buffer.baseAddress!) }
        count = head.vocabularySize
      }
    }
  }
}
