#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A decoder in plain loops over full-precision numbers: what ``TransformerModel`` is held against.
///
/// Ternary matrices are their trits times their scale as floats, and activations before them are
/// rounded to 8 bits and multiplied back, as in training: nothing is packed, nothing is an integer
/// product, no kernel is called. Sums are in double precision. For small models, and for a study
/// that compares greedy tokens.
///
/// ```swift
/// var reference = try ReferenceModel(openModelFile("model.gguf"))
/// let logits = reference.append(1)                              // [vocabularySize]
/// ```
///
/// - Cost: 2 operations a weight and token, one thread; 4 bytes a weight of memory.
public struct ReferenceModel {
  public let configuration: ModelConfiguration
  /// Tokens so far.
  public private(set) var length = 0

  /// Activations that share one scale of their 8-bit codes; nil for all of a token's, which is how
  /// ternary models are trained.
  private let activationBlock: Int?

  private struct Matrix {
    var rows: Int
    var columns: Int
    var values: [Float]
    var bias: [Float]?
    var isTernary: Bool
  }

  private struct Layer {
    var attentionNorm: [Float]
    var query, key, value, output: Matrix
    var queryNorm, keyNorm, attentionSubNorm: [Float]?
    var feedForwardNorm: [Float]
    var gate, up, down: Matrix
    var feedForwardSubNorm: [Float]?
    /// Keys and values so far, position by position.
    var keys: [[Float]] = []
    var values: [[Float]] = []
  }

  private let embedding: Matrix
  private let outputMatrix: Matrix
  private let outputNorm: [Float]
  private let frequencies: [Double]
  private var layers: [Layer]

  /// - Parameter activationBlock: Rounds activations in blocks of this many with scales in half
  ///   precision, as engines do that were not made for ternary models: the loss of that can be seen.
  /// - Throws: ``LMError`` for what is wrong with the file, and for an encoder.
  public init(_ file: any ModelFile, activationBlock: Int? = nil) throws(LMError) {
    precondition(
      activationBlock.map { $0 > 0 } ?? true, "reference: a block of \(activationBlock ?? 0)")
    self.activationBlock = activationBlock
    let reader = try MetadataReader(file)
    let architecture = try Architecture.find(reader)
    var configuration = try architecture.configuration(reader)
    guard !configuration.isEncoder else {
      throw .unsupported(
        source: file.source, what: "the reference of an encoder",
        mend: "open a decoder")
    }
    try configuration.readRotaryFactors(file)
    let loader = try WeightLoader(file, configuration, architecture)
    self.configuration = configuration
    frequencies = configuration.rotary.frequencies(headSize: configuration.headSize)
    func matrix(_ stem: String) throws(LMError) -> Matrix {
      let found = try loader.floats(stem + ".weight")
      let shape = loader.entry(stem + ".weight")!.shape
      let bias = loader.has(stem + ".bias") ? try loader.floats(stem + ".bias").values : nil
      return Matrix(
        rows: shape[0], columns: shape[1], values: found.values, bias: bias,
        isTernary: found.isTernary)
    }
    func vector(_ name: String) throws(LMError) -> [Float] { try loader.floats(name).values }
    func vector(_ name: String, if exists: Bool) throws(LMError) -> [Float]? {
      exists ? try vector(name) : nil
    }
    embedding = try matrix("token_embd")
    outputMatrix = loader.has("output.weight") ? try matrix("output") : embedding
    outputNorm = try vector("output_norm.weight")
    layers = []
    for index in 0..<configuration.layers {
      let blk = "blk.\(index)."
      let hasHeadNorms = configuration.hasQueryKeyNorms
      let hasSubNorms = configuration.hasSubNorms
      layers.append(
        Layer(
          attentionNorm: try vector(blk + "attn_norm.weight"), query: try matrix(blk + "attn_q"),
          key: try matrix(blk + "attn_k"), value: try matrix(blk + "attn_v"),
          output: try matrix(blk + "attn_output"),
          queryNorm: try vector(blk + "attn_q_norm.weight", if: hasHeadNorms),
          keyNorm: try vector(blk + "attn_k_norm.weight", if: hasHeadNorms),
          attentionSubNorm: try vector(blk + "attn_sub_norm.weight", if: hasSubNorms),
          feedForwardNorm: try vector(blk + "ffn_norm.weight"),
          gate: try matrix(blk + "ffn_gate"), up: try matrix(blk + "ffn_up"),
          down: try matrix(blk + "ffn_down"),
          feedForwardSubNorm: try vector(blk + "ffn_sub_norm.weight", if: hasSubNorms)))
    }
  }

  /// The logits after one more token, which sees all before it.
  public mutating func append(_ token: TokenID) -> [Float] {
    precondition(
      token >= 0 && Int(token) < configuration.vocabularySize,
      "reference: token \(token) of \(configuration.vocabularySize)")
    let hidden = configuration.hiddenSize
    var x = Array(embedding.values[Int(token) * hidden..<(Int(token) + 1) * hidden])
    for index in layers.indices { x = step(index, x) }
    length += 1
    return multiply(outputMatrix, normalize(x, outputNorm))
  }

  /// Forgets all tokens.
  public mutating func removeAll() {
    length = 0
    for index in layers.indices {
      layers[index].keys = []
      layers[index].values = []
    }
  }

  /// The likeliest tokens after a prompt, one after the other, the lowest where two are equal.
  public mutating func greedy(_ prompt: [TokenID], count: Int) -> [TokenID] {
    removeAll()
    var logits: [Float] = []
    for token in prompt { logits = append(token) }
    var chosen: [TokenID] = []
    while chosen.count < count {
      var best = 0
      for (token, logit) in logits.enumerated() where logit > logits[best] { best = token }
      chosen.append(TokenID(best))
      if chosen.count < count { logits = append(TokenID(best)) }
    }
    return chosen
  }

  /// One layer at the next position; its output from its input.
  private mutating func step(_ index: Int, _ input: [Float]) -> [Float] {
    let c = configuration
    let layer = layers[index]
    let normed = normalize(input, layer.attentionNorm)
    var query = multiply(layer.query, normed)
    var key = multiply(layer.key, normed)
    turn(&query, layer.queryNorm)
    turn(&key, layer.keyNorm)
    layers[index].keys.append(key)
    layers[index].values.append(multiply(layer.value, normed))
    var attended: [Float] = []
    for head in 0..<c.heads {
      attended += attend(
        index, Array(query[head * c.headSize..<(head + 1) * c.headSize]),
        from: head / (c.heads / c.keyValueHeads) * c.headSize)
    }
    if let norm = layer.attentionSubNorm { attended = normalize(attended, norm) }
    let middle = add(input, multiply(layer.output, attended))
    let second = normalize(middle, layer.feedForwardNorm)
    var gated = zip(multiply(layer.gate, second), multiply(layer.up, second)).map {
      activate($0) * $1
    }
    if let norm = layer.feedForwardSubNorm { gated = normalize(gated, norm) }
    return add(middle, multiply(layer.down, gated))
  }

  private func attend(_ index: Int, _ query: [Float], from start: Int) -> [Float] {
    let scale = 1 / Double(query.count).squareRoot()
    var scores = layers[index].keys.map { key in
      var sum = 0.0
      for (i, q) in query.enumerated() { sum += Double(q) * Double(key[start + i]) }
      return sum * scale
    }
    let greatest = scores.max()!
    scores = scores.map { exp($0 - greatest) }
    let total = scores.reduce(0, +)
    return query.indices.map { i in
      var sum = 0.0
      for (score, value) in zip(scores, layers[index].values) {
        sum += score * Double(value[start + i])
      }
      return Float(sum / total)
    }
  }

  /// Norms each head where there is a norm, then turns it by its position.
  private func turn(_ x: inout [Float], _ norm: [Float]?) {
    let size = configuration.headSize
    for start in stride(from: 0, to: x.count, by: size) {
      var head = Array(x[start..<start + size])
      if let norm { head = normalize(head, norm) }
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Double(length) * frequency
        let cosine = cos(angle) * configuration.rotary.turnedLength
        let sine = sin(angle) * configuration.rotary.turnedLength
        let isInterleaved = configuration.rotary.pairing == .interleaved
        let i = isInterleaved ? 2 * pair : pair
        let j = isInterleaved ? 2 * pair + 1 : pair + size / 2
        x[start + i] = Float(Double(head[i]) * cosine - Double(head[j]) * sine)
        x[start + j] = Float(Double(head[j]) * cosine + Double(head[i]) * sine)
      }
    }
  }

  private func normalize(_ x: [Float], _ weight: [Float]) -> [Float] {
    let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    let factor = 1 / (squares / Double(x.count) + Double(configuration.normEpsilon)).squareRoot()
    return zip(x, weight).map { Float(Double($0) * factor) * $1 }
  }

  /// 127 steps to each side of zero for the token's greatest number, and back.
  private func roundToInt8(_ x: [Float]) -> [Float] {
    guard let activationBlock else {
      let scale = 127 / max(x.reduce(0) { max($0, abs($1)) }, 1e-5)
      return x.map { min(max(($0 * scale).rounded(.toNearestOrEven), -128), 127) / scale }
    }
    return stride(from: 0, to: x.count, by: activationBlock).flatMap { start in
      let block = x[start..<min(start + activationBlock, x.count)]
      let step = block.reduce(0) { max($0, abs($1)) } / 127
      if step == 0 { return [Float](block) }
      // Rounded to the 11 bits of half precision (Veltkamp's splitting).
      let spread = step * 8193
      let kept = spread - (spread - step)
      return block.map { ($0 / step).rounded(.toNearestOrEven) * kept }
    }
  }

  private func multiply(_ matrix: Matrix, _ x: [Float]) -> [Float] {
    let x = matrix.isTernary ? roundToInt8(x) : x
    return (0..<matrix.rows).map { row in
      var sum = 0.0
      matrix.values.withUnsafeBufferPointer { values in
        for column in 0..<matrix.columns {
          sum += Double(values[row * matrix.columns + column]) * Double(x[column])
        }
      }
      return Float(sum + Double(matrix.bias?[row] ?? 0))
    }
  }

  private func add(_ x: [Float], _ y: [Float]) -> [Float] { zip(x, y).map { $0 + $1 } }

  private func activate(_ x: Float) -> Float {
    let x = Double(x)
    switch configuration.activation {
    case .silu: return Float(x / (1 + exp(-x)))
    case .gelu: return Float(0.5 * x * (1 + erf(x / 2.0.squareRoot())))
    case .geluTanh:
      return Float(0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
    case .relu: return Float(max(x, 0))
    case .squaredRelu: return Float(max(x, 0) * max(x, 0))
    }
  }
}
