extension TransformerModel {
  /// The likeliest tokens after a prompt, one after the other, the lowest where two are equal.
  ///
  /// Without tokenizer, options or end: what comparisons of models need.
  ///
  /// - Throws: ``LMError`` where the tokens are none of the vocabulary or exceed the context.
  public func greedy(_ prompt: [TokenID], count: Int) throws(LMError) -> [TokenID] {
    let cache = try makeCache(positions: prompt.count + count)
    let sequence = try cache.makeSequence()
    var chosen: [TokenID] = []
    var next = prompt
    while chosen.count < count {
      let hidden = try forward(TokenBatch(sequence, tokens: next, outputs: .last), cache)
      next = greedy(hidden)
      chosen += next
    }
    return chosen
  }

  /// The likeliest token of each position.
  func greedy(_ hidden: HiddenStates) -> [TokenID] {
    let shared = SharedLogits(hidden, head)
    return (0..<hidden.count).map { row in
      hidden.withRow(row) {
        (shared?[row] ?? head).logits($0, demand: .greatest(1), mask: nil, including: [])
      }.likeliest!
    }
  }
}
