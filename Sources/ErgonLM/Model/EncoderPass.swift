import CErgonKernels

/// One text through the layers of an encoder; its states end up in ``states``.
struct EncoderPass {
  private let c: ModelConfiguration
  private let weights: ModelWeights
  private let shape: ek_kv_shape
  private let w: Workspace.Buffers
  private let span: UnsafeMutablePointer<ek_kv_span>
  private let table: Workspace.PageTable
  private let rows: Int
  private let hidden: Int
  /// The layers' input and output take turns in two buffers: LayerNorm does not work in place.
  private(set) var states: UnsafeMutablePointer<Float>
  private var spare: UnsafeMutablePointer<Float>

  /// The workspace holds the chunk's tokens, positions and span.
  init(_ model: TransformerModel, _ cache: KeyValueCache, rows: Int) {
    c = model.configuration
    weights = model.weights
    shape = cache.shape
    w = cache.workspace.buffers
    span = cache.workspace.spans
    table = cache.workspace.tables[0]
    self.rows = rows
    hidden = c.hiddenSize
    states = w.x
    spare = w.normed
  }

  mutating func run() {
    embed()
    for layer in 0..<c.layers {
      let l = weights.encoder.baseAddress! + layer
      span[0].pages = UnsafePointer(table.start + layer * table.step)
      attend(l)
      feedForward(l)
    }
  }

  private mutating func embed() {
    let token = weights.embedding
    let position = weights.positions!
    let type = weights.tokenTypes!
    for row in 0..<rows {
      let x = states + row * hidden
      ek_dense_decode(
        token.format, hidden, token.weights + Int(w.tokens[row]) * token.row_bytes, x)
      // Every text is one segment, the first kind.
      for (table, index) in [(position, row), (type, 0)] {
        ek_dense_decode(
          table.format, hidden, table.weights + index * table.row_bytes, spare + row * hidden)
        ek_binary_flat_f32(EK_ADD, hidden, x, spare + row * hidden, x)
      }
    }
    normalize(weights.embeddingNorm!)
  }

  private mutating func attend(_ l: UnsafeMutablePointer<EncoderLayer>) {
    let group = l.pointee.queryKeyValue
    let y = [w.q, w.k, w.v]
    let ldy = [c.querySize, c.keyValueSize, c.keyValueSize]
    ek_dense_linear(3, group.dense!, rows, states, hidden, false, y, ldy)
    let scale = 1 / Float(c.headSize).squareRoot()
    withUnsafePointer(to: shape) { shape in
      ek_kv_store(shape, 1, span, w.k, w.v, c.keyValueSize)
      ek_attention(
        shape, c.heads, scale, false, 1, span, w.q, c.querySize, w.attended, c.querySize)
    }
    linear(l.pointee.output, w.attended, columns: c.querySize, add: true, states, size: hidden)
    normalize(l.pointee.attentionNorm)
  }

  private mutating func feedForward(_ l: UnsafeMutablePointer<EncoderLayer>) {
    let width = c.feedForwardSize
    linear(l.pointee.up, states, columns: hidden, add: false, w.gated, size: width)
    ek_bias_activation_f32(rows, width, w.gated, nil, c.activation.kernel, w.gated)
    linear(l.pointee.down, w.gated, columns: width, add: true, states, size: hidden)
    normalize(l.pointee.outputNorm)
  }

  private func linear(
    _ group: MatrixGroup, _ x: UnsafeMutablePointer<Float>, columns: Int, add: Bool,
    _ y: UnsafeMutablePointer<Float>, size: Int
  ) {
    ek_dense_linear(1, group.dense!, rows, x, columns, add, [y], [size])
  }

  private mutating func normalize(_ norm: LayerNormWeights) {
    ek_layer_norm_f32(
      rows, hidden, c.normEpsilon, states, norm.weight, norm.bias, spare, w.moments,
      w.moments + rows)
    swap(&states, &spare)
  }
}
