import CErgonKernels

extension TransformerModel {
  /// One vector of length 1 for a text.
  ///
  /// ```swift
  /// let a = try model.embed(tokenizer.encode("a cat"))               // [hiddenSize]
  /// let b = try model.embed(tokenizer.encode("a kitten"))
  /// let likeness = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }          // their cosine
  /// ```
  ///
  /// - Parameter pooling: How the tokens' states become one; nil for what the model's makers say,
  ///   else the mean of an encoder's and the last of a decoder's.
  /// - Throws: ``LMError/request(what:reason:mend:)`` for no tokens, too many, or one outside the
  ///   vocabulary; ``LMError/malformed(source:place:reason:)`` where the states are not finite.
  public func embed(_ tokens: [TokenID], pooling: Pooling? = nil) throws(LMError) -> [Float] {
    let pooling = pooling ?? configuration.pooling ?? (configuration.isEncoder ? .mean : .last)
    guard !tokens.isEmpty else {
      throw .request(
        what: "an embedding of no tokens", reason: "there is nothing to compute",
        mend: "give at least one token")
    }
    guard tokens.count <= configuration.contextLength else {
      throw .request(
        what: "an embedding of \(tokens.count) tokens",
        reason: "the model's context has \(configuration.contextLength) positions",
        mend: "cut the text into pieces")
    }
    try checkTokens(tokens)
    let cache = try makeCache(positions: tokens.count)
    let sequence = try cache.makeSequence()
    var vector: [Float]
    if configuration.isEncoder {
      vector = encode(tokens, cache, sequence, pooling)
    } else {
      let batch = TokenBatch(sequence, tokens: tokens, outputs: pooling == .last ? .last : .all)
      let states = try forward(batch, cache)
      vector = states.values.withUnsafeBufferPointer {
        Self.pool($0.baseAddress!, rows: states.count, size: states.size, pooling)
      }
    }
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length.isFinite else {
      throw .malformed(
        source: "model '\(configuration.architecture)'", place: "an embedding",
        reason: "the model's numbers are not finite here")
    }
    if length > 0 { for index in vector.indices { vector[index] /= Float(length) } }
    return vector
  }

  private func encode(
    _ tokens: [TokenID], _ cache: KeyValueCache, _ sequence: SequenceID, _ pooling: Pooling
  ) -> [Float] {
    cache.reserve(sequence, upTo: tokens.count)
    var chunk = ChunkCursor(TokenBatch(sequence, tokens: tokens, outputs: .all))
    _ = chunk.take(cache)
    var pass = EncoderPass(self, cache, rows: chunk.rows)
    pass.run()
    return Self.pool(pass.states, rows: chunk.rows, size: configuration.hiddenSize, pooling)
  }

  private static func pool(
    _ states: UnsafePointer<Float>, rows: Int, size: Int, _ pooling: Pooling
  ) -> [Float] {
    switch pooling {
    case .first: return (0..<size).map { states[$0] }
    case .last: return (0..<size).map { states[(rows - 1) * size + $0] }
    case .mean:
      return (0..<size).map { column in
        var sum = 0.0
        for row in 0..<rows { sum += Double(states[row * size + column]) }
        return Float(sum / Double(rows))
      }
    }
  }
}
