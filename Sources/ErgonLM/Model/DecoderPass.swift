import CErgonKernels

/// One chunk of tokens through the layers of a decoder.
///
/// The loop over layers is plain C calls on pointers: nothing in it counts references or allocates.
struct DecoderPass {
  private let c: ModelConfiguration
  private let weights: ModelWeights
  private let shape: ek_kv_shape
  private let w: Workspace.Buffers
  private let span: UnsafeMutablePointer<ek_kv_span>
  private let tables: UnsafeMutablePointer<Workspace.PageTable>
  private let cosine: UnsafePointer<Float>
  private let sine: UnsafePointer<Float>
  private var rows: Int
  private var spans: Int
  private let epsilon: Float
  private let hidden: Int

  init(_ model: TransformerModel, _ cache: KeyValueCache, rows: Int, spans: Int) {
    c = model.configuration
    weights = model.weights
    shape = cache.shape
    w = cache.workspace.buffers
    span = cache.workspace.spans
    tables = cache.workspace.tables
    cosine = cache.workspace.rotary.cosine
    sine = cache.workspace.rotary.sine
    self.rows = rows
    self.spans = spans
    epsilon = c.normEpsilon
    hidden = c.hiddenSize
  }

  /// Runs all layers and leaves the states that the chunk's spans want, one after the other, at the
  /// start of the residual stream.
  ///
  /// - Returns: How many there are.
  mutating func run(_ chunk: ChunkCursor) -> Int {
    embed()
    for layer in 0..<c.layers {
      store(layer)
      if layer == c.layers - 1 { keepOutputs(of: chunk) }
      if rows == 0 { break }
      attend(layer)
      feedForward(layer)
    }
    return rows
  }

  /// Goes on with those tokens only whose states are wanted: past the last keys and values nothing
  /// needs the others.
  private mutating func keepOutputs(of chunk: ChunkCursor) {
    var kept = 0
    var keptSpans = 0
    for index in 0..<spans {
      let wanted = chunk.outputRows(index, span)
      if wanted.isEmpty { continue }
      if kept != wanted.lowerBound {
        (w.x + kept * hidden).update(
          from: w.x + wanted.lowerBound * hidden, count: wanted.count * hidden)
        (w.q + kept * c.querySize).update(
          from: w.q + wanted.lowerBound * c.querySize, count: wanted.count * c.querySize)
      }
      let whole = span[index]
      span[keptSpans] = ek_kv_span(
        pages: whole.pages, first_position: whole.first_position + wanted.lowerBound - whole.row,
        tokens: wanted.count, row: kept)
      kept += wanted.count
      keptSpans += 1
    }
    rows = kept
    spans = keptSpans
  }

  private func embed() {
    let table = weights.embedding
    for row in 0..<rows {
      ek_dense_decode(
        table.format, hidden, table.weights + Int(w.tokens[row]) * table.row_bytes,
        w.x + row * hidden)
    }
  }

  /// Queries, keys and values, turned by their positions; keys and values into the cache.
  func store(_ layer: Int) {
    let l = weights.decoder.baseAddress! + layer
    for index in 0..<spans {
      let table = tables[index]
      span[index].pages = UnsafePointer(table.start + layer * table.step)
    }
    project(
      w.x, columns: hidden, norm: l.pointee.attentionNorm, l.pointee.queryKeyValue, add: false,
      (w.q, w.k, w.v), (c.querySize, c.keyValueSize, c.keyValueSize))
    if let norm = l.pointee.queryNorm {
      ek_rms_norm_rows(
        rows * c.heads, c.headSize, epsilon, w.q, c.headSize, norm, w.q, c.headSize)
    }
    if let norm = l.pointee.keyNorm {
      ek_rms_norm_rows(
        rows * c.keyValueHeads, c.headSize, epsilon, w.k, c.headSize, norm, w.k, c.headSize)
    }
    let interleaved = c.rotary.pairing == .interleaved
    ek_rotary_f32(
      rows, c.heads, c.headSize, interleaved, false, w.positions, cosine, sine,
      w.q, w.q)
    ek_rotary_f32(
      rows, c.keyValueHeads, c.headSize, interleaved, false, w.positions, cosine,
      sine, w.k, w.k)
    withUnsafePointer(to: shape) { shape in
      ek_kv_store(shape, spans, span, w.k, w.v, c.keyValueSize)
    }
  }

  /// Attention over the cache, added to the residual stream.
  func attend(_ layer: Int) {
    let l = weights.decoder.baseAddress! + layer
    let scale = 1 / Float(c.headSize).squareRoot()
    withUnsafePointer(to: shape) { shape in
      ek_attention(
        shape, c.heads, scale, true, spans, span, w.q, c.querySize, w.attended, c.querySize)
    }
    project(
      w.attended, columns: c.querySize, norm: l.pointee.attentionSubNorm, l.pointee.output,
      add: true, (w.x, w.x, w.x), (hidden, hidden, hidden))
  }

  /// The gated feed-forward, added to the residual stream.
  func feedForward(_ layer: Int) {
    let l = weights.decoder.baseAddress! + layer
    let group = l.pointee.gateUp
    let width = c.feedForwardSize
    if let ternary = group.ternary {
      var tokens = quantize(w.x, columns: hidden, norm: l.pointee.feedForwardNorm)
      ek_ternary_gated(ternary, ternary + 1, c.activation.kernel, &tokens, w.gated, width)
    } else {
      ek_rms_norm_rows(
        rows, hidden, epsilon, w.x, hidden, l.pointee.feedForwardNorm, w.normed, hidden)
      let dense = group.dense!
      ek_dense_gated(
        dense, dense + 1, c.activation.kernel, rows, w.normed, hidden, w.gated, width)
    }
    project(
      w.gated, columns: width, norm: l.pointee.feedForwardSubNorm, l.pointee.down, add: true,
      (w.x, w.x, w.x), (hidden, hidden, hidden))
  }

  /// A group's matrices times rows of `x`, normed first where there is a norm.
  private func project(
    _ x: UnsafeMutablePointer<Float>, columns: Int, norm: UnsafePointer<Float>?,
    _ group: MatrixGroup, add: Bool,
    _ outputs: (
      UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    ), _ sizes: (Int, Int, Int)
  ) {
    withUnsafePointer(to: outputs) { outputs in
      withUnsafePointer(to: sizes) { sizes in
        let y = UnsafeRawPointer(outputs).assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
        let ldy = UnsafeRawPointer(sizes).assumingMemoryBound(to: Int.self)
        if let ternary = group.ternary {
          var tokens = quantize(x, columns: columns, norm: norm)
          ek_ternary_linear(group.count, ternary, &tokens, add, y, ldy)
          return
        }
        var input = x
        if let norm {
          ek_rms_norm_rows(rows, columns, epsilon, x, columns, norm, w.normed, columns)
          input = w.normed
        }
        ek_dense_linear(group.count, group.dense!, rows, input, columns, add, y, ldy)
      }
    }
  }

  private func quantize(
    _ x: UnsafeMutablePointer<Float>, columns: Int, norm: UnsafePointer<Float>?
  ) -> ek_int8_tokens {
    var tokens = w.int8Tokens(rows, columns: columns)
    if let norm {
      ek_rms_norm_quantize(epsilon, x, columns, norm, &tokens)
    } else {
      ek_quantize_tokens(x, columns, &tokens)
    }
    return tokens
  }
}
