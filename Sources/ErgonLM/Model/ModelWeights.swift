import CErgonKernels

/// Matrices that multiply the same tokens: all ternary or all dense.
struct MatrixGroup {
  var count: Int
  var ternary: UnsafeMutablePointer<ek_ternary_matrix>?
  var dense: UnsafeMutablePointer<ek_dense_matrix>?
}

/// Weight and bias of a LayerNorm.
struct LayerNormWeights {
  var weight: UnsafePointer<Float>
  var bias: UnsafePointer<Float>
}

/// A layer of Llama's shape.
struct DecoderLayer {
  var attentionNorm: UnsafePointer<Float>
  var queryKeyValue: MatrixGroup
  var queryNorm: UnsafePointer<Float>?
  var keyNorm: UnsafePointer<Float>?
  var attentionSubNorm: UnsafePointer<Float>?
  var output: MatrixGroup
  var feedForwardNorm: UnsafePointer<Float>
  var gateUp: MatrixGroup
  var feedForwardSubNorm: UnsafePointer<Float>?
  var down: MatrixGroup
}

/// A layer of BERT's shape.
struct EncoderLayer {
  var queryKeyValue: MatrixGroup
  var output: MatrixGroup
  var attentionNorm: LayerNormWeights
  var up: MatrixGroup
  var down: MatrixGroup
  var outputNorm: LayerNormWeights
}

/// A model's numbers as the kernels take them, and what keeps the memory they stand in.
///
/// Dense matrices stay where the file is mapped; ternary ones are packed anew, all in one block.
final class ModelWeights: @unchecked Sendable {
  fileprivate(set) var embedding: ek_dense_matrix
  fileprivate(set) var outputMatrix: ek_dense_matrix
  fileprivate(set) var outputNorm: UnsafePointer<Float>?
  fileprivate(set) var decoder: UnsafeMutableBufferPointer<DecoderLayer>
  fileprivate(set) var encoder: UnsafeMutableBufferPointer<EncoderLayer>
  /// Of an encoder: what its input is made of besides the tokens.
  fileprivate(set) var positions: ek_dense_matrix?
  fileprivate(set) var tokenTypes: ek_dense_matrix?
  fileprivate(set) var embeddingNorm: LayerNormWeights?
  /// Bytes of the layers' matrices, which each token reads.
  let layerBytes: Int
  /// What the matrices are kept in.
  let memory: WeightMemory

  fileprivate init(_ loader: WeightLoader) throws(LMError) {
    let c = loader.configuration
    embedding = try loader.dense("token_embd.weight")
    outputMatrix = embedding
    decoder = UnsafeMutableBufferPointer(start: nil, count: 0)
    encoder = UnsafeMutableBufferPointer(start: nil, count: 0)
    if c.isEncoder {
      positions = try loader.dense("position_embd.weight")
      tokenTypes = try loader.dense("token_types.weight")
      embeddingNorm = try loader.layerNorm("token_embd_norm")
      encoder = loader.memory.buffer(of: c.layers)
      for layer in 0..<c.layers { try loader.fill(&encoder, layer) }
    } else {
      if loader.has("output.weight") { outputMatrix = try loader.dense("output.weight") }
      outputNorm = try loader.vector("output_norm.weight")
      decoder = loader.memory.buffer(of: c.layers)
      for layer in 0..<c.layers { try loader.fill(&decoder, layer) }
    }
    layerBytes = loader.layerBytes
    memory = loader.memory
  }

  static func load(
    _ file: any ModelFile, _ configuration: ModelConfiguration, _ architecture: Architecture,
    report: (Int) throws -> Void
  ) throws -> ModelWeights {
    let loader = try WeightLoader(file, configuration, architecture)
    try loader.packTernary(report)
    return try ModelWeights(loader)
  }
}

/// Memory of a model's own, and the mappings it points into.
final class WeightMemory: @unchecked Sendable {
  private var blocks: [(start: UnsafeMutableRawPointer, bytes: Int)] = []
  private(set) var owners: [any AnyObject & Sendable] = []

  deinit {
    for block in blocks { ek_deallocate(block.start, block.bytes) }
    owners = []
    // What a model held is worth giving back at once, not keeping for the next that asks.
    ek_memory_trim()
  }

  /// 64-byte aligned memory that lives as long as the model.
  func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let start = ek_allocate(bytes)
    blocks.append((start, bytes))
    return start
  }

  func buffer<T>(of count: Int) -> UnsafeMutableBufferPointer<T> {
    let start = allocate(max(1, count) * MemoryLayout<T>.stride).bindMemory(
      to: T.self, capacity: count)
    return UnsafeMutableBufferPointer(start: start, count: count)
  }

  func keep(_ owner: any AnyObject & Sendable) {
    if let last = owners.last, last === owner { return }
    owners.append(owner)
  }
}

extension WeightLoader {
  fileprivate func fill(
    _ layers: inout UnsafeMutableBufferPointer<DecoderLayer>, _ layer: Int
  ) throws(LMError) {
    let blk = "blk.\(layer)."
    let made = DecoderLayer(
      attentionNorm: try vector(blk + "attn_norm.weight"),
      queryKeyValue: try group([blk + "attn_q", blk + "attn_k", blk + "attn_v"]),
      queryNorm: configuration.hasQueryKeyNorms ? try vector(blk + "attn_q_norm.weight") : nil,
      keyNorm: configuration.hasQueryKeyNorms ? try vector(blk + "attn_k_norm.weight") : nil,
      attentionSubNorm: configuration.hasSubNorms
        ? try vector(blk + "attn_sub_norm.weight") : nil,
      output: try group([blk + "attn_output"]),
      feedForwardNorm: try vector(blk + "ffn_norm.weight"),
      gateUp: try group([blk + "ffn_gate", blk + "ffn_up"]),
      feedForwardSubNorm: configuration.hasSubNorms
        ? try vector(blk + "ffn_sub_norm.weight") : nil,
      down: try group([blk + "ffn_down"]))
    layers.initializeElement(at: layer, to: made)
  }

  fileprivate func fill(
    _ layers: inout UnsafeMutableBufferPointer<EncoderLayer>, _ layer: Int
  ) throws(LMError) {
    let blk = "blk.\(layer)."
    let made = EncoderLayer(
      queryKeyValue: try group([blk + "attn_q", blk + "attn_k", blk + "attn_v"]),
      output: try group([blk + "attn_output"]),
      attentionNorm: try layerNorm(blk + "attn_output_norm"),
      up: try group([blk + "ffn_up"]),
      down: try group([blk + "ffn_down"]),
      outputNorm: try layerNorm(blk + "layer_output_norm"))
    layers.initializeElement(at: layer, to: made)
  }
}
