import CErgonKernels

extension TransformerModel {
  /// Runs the next tokens of sequences and puts their keys and values into the cache.
  ///
  /// Any number of tokens; long ones are computed in parts of at most 512 with bounded memory.
  ///
  /// - Returns: The final, normed hidden states that the spans ask for, in their order.
  /// - Throws: ``LMError/request(what:reason:mend:)`` for an empty batch, a sequence that is named
  ///   twice or not there, a token outside the vocabulary, more tokens than the cache has positions
  ///   for; ``LMError/malformed(source:place:reason:)`` where states are not finite. The cache is
  ///   then as it was.
  public func forward(
    _ batch: TokenBatch, _ cache: KeyValueCache
  ) throws(LMError) -> HiddenStates {
    precondition(
      cache.layers == configuration.layers && cache.format == keyValueFormat
        && cache.shape.kv_heads == configuration.keyValueHeads
        && cache.shape.head_dim == configuration.headSize
        && cache.workspace.hidden == configuration.hiddenSize,
      "forward: the cache is another model's")
    guard !configuration.isEncoder else {
      throw .request(
        what: "next tokens of an encoder", reason: "'\(configuration.architecture)' has none",
        mend: "ask it for embeddings, or open a decoder")
    }
    try check(batch, cache)
    var outputs = 0
    for span in batch.spans {
      cache.reserve(span.sequence, upTo: cache.length(span.sequence) + span.tokens.count)
      outputs += span.outputCount
    }
    var states = HiddenStates(count: outputs, size: configuration.hiddenSize)
    states.values.withUnsafeMutableBufferPointer { values in
      var chunks = ChunkCursor(batch)
      var done = 0
      while chunks.take(cache) {
        var pass = DecoderPass(self, cache, rows: chunks.rows, spans: chunks.spans)
        let wanted = pass.run(chunks)
        if wanted == 0 { continue }
        let size = configuration.hiddenSize
        ek_rms_norm_rows(
          wanted, size, configuration.normEpsilon, cache.workspace.buffers.x, size,
          weights.outputNorm!, values.baseAddress! + done * size, size)
        done += wanted
      }
    }
    try checkFinite(states, batch)
    for span in batch.spans {
      cache.grow(span.sequence, to: cache.length(span.sequence) + span.tokens.count)
    }
    return states
  }

  private func check(_ batch: TokenBatch, _ cache: KeyValueCache) throws(LMError) {
    guard !batch.spans.isEmpty else {
      throw .request(
        what: "an empty batch", reason: "there is nothing to compute",
        mend: "give at least one token")
    }
    for (index, span) in batch.spans.enumerated() {
      guard cache.contains(span.sequence) else {
        throw .request(
          what: "sequence \(span.sequence)", reason: "the cache has no such sequence",
          mend: "make it with makeSequence or fork")
      }
      guard !batch.spans[..<index].contains(where: { $0.sequence == span.sequence }) else {
        throw .request(
          what: "sequence \(span.sequence)", reason: "it stands twice in a batch",
          mend: "give its tokens in one span")
      }
      guard !span.tokens.isEmpty else {
        throw .request(
          what: "a span without tokens", reason: "there is nothing to compute",
          mend: "give at least one token for each sequence")
      }
      let length = cache.length(span.sequence)
      guard span.tokens.count <= cache.capacity - length else {
        throw .request(
          what: "\(span.tokens.count) tokens after \(length)",
          reason: "the context has \(cache.capacity) positions",
          mend: "shorten the text, or make the context longer")
      }
      try checkTokens(span.tokens)
    }
  }

  func checkTokens(_ tokens: [TokenID]) throws(LMError) {
    for token in tokens where token < 0 || Int(token) >= configuration.vocabularySize {
      throw .request(
        what: "token \(token)",
        reason: "the vocabulary has \(configuration.vocabularySize) tokens",
        mend: "encode the text with this model's tokenizer")
    }
  }

  private func checkFinite(_ states: HiddenStates, _ batch: TokenBatch) throws(LMError) {
    // A sum of zeros unless there is a NaN or an infinity: one pass without a branch.
    var sum: SIMD8<Float> = .zero
    states.values.withUnsafeBytes { bytes in
      let whole = bytes.count / 32
      for index in 0..<whole {
        sum += bytes.loadUnaligned(fromByteOffset: 32 * index, as: SIMD8<Float>.self) * 0
      }
      for offset in stride(from: 32 * whole, to: bytes.count, by: 4) {
        sum[0] += bytes.loadUnaligned(fromByteOffset: offset, as: Float.self) * 0
      }
    }
    if sum.sum() == 0 { return }
    var row = 0
    for span in batch.spans {
      let first = span.tokens.count - span.outputCount
      for offset in 0..<span.outputCount {
        let values = states.values[row * states.size..<(row + 1) * states.size]
        if !values.allSatisfy(\.isFinite) {
          throw .malformed(
            source: "model '\(configuration.architecture)'",
            place: "token \(span.tokens[first + offset]) of sequence \(span.sequence)",
            reason: "the model's numbers are not finite here")
        }
        row += 1
      }
    }
  }
}

/// Cuts a batch into chunks that the workspace holds, and writes them into it.
struct ChunkCursor {
  private let batch: TokenBatch
  private var span = 0
  private var offset = 0
  /// Of the chunk taken last.
  private(set) var rows = 0
  private(set) var spans = 0
  private var firstSpan = 0
  private var lastIsWhole = true

  init(_ batch: TokenBatch) { self.batch = batch }

  /// Takes the next tokens; false where there are none left.
  mutating func take(_ cache: KeyValueCache) -> Bool {
    let w = cache.workspace
    guard span < batch.spans.count else { return false }
    var room = w.mostRows
    var wanted = 0
    var most = 0
    for index in span..<batch.spans.count where wanted < room {
      wanted += batch.spans[index].tokens.count - (index == span ? offset : 0)
    }
    w.reserve(rows: min(wanted, room))
    w.reserve(spans: batch.spans.count - span)
    rows = 0
    spans = 0
    firstSpan = span
    while span < batch.spans.count, room > 0 {
      let tokens = batch.spans[span].tokens
      let count = min(room, tokens.count - offset)
      let start = cache.length(batch.spans[span].sequence) + offset
      let pages = cache.pages(of: batch.spans[span].sequence)
      w.tables[spans] = Workspace.PageTable(start: pages.table, step: pages.step)
      w.spans[spans] = ek_kv_span(
        pages: UnsafePointer(pages.table), first_position: start, tokens: count, row: rows)
      for index in 0..<count {
        w.buffers.tokens[rows + index] = tokens[offset + index]
        w.buffers.positions[rows + index] = Int32(truncatingIfNeeded: start + index)
      }
      most = max(most, start + count)
      rows += count
      spans += 1
      room -= count
      lastIsWhole = offset + count == tokens.count
      if lastIsWhole {
        span += 1
        offset = 0
      } else {
        offset += count
      }
    }
    w.rotary.reserve(most)
    return true
  }

  /// Rows of the chunk's span whose states are wanted; `placed` are the chunk's spans.
  func outputRows(_ index: Int, _ placed: UnsafePointer<ek_kv_span>) -> Range<Int> {
    let placed = placed[index]
    let end = placed.row + placed.tokens
    switch batch.spans[firstSpan + index].outputs {
    case .all: return placed.row..<end
    case .last: return index + 1 < spans || lastIsWhole ? end - 1..<end : end..<end
    case .none: return end..<end
    }
  }
}
