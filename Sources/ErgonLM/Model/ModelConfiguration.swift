import CErgonKernels

/// Everything that the computation of a model needs to know besides its weights, from a file's
/// metadata alone.
///
/// ```swift
/// let configuration = try ModelConfiguration(openModelFile("model.gguf"))
/// configuration.layers                                          // 30
/// configuration.heads / configuration.keyValueHeads             // 4 queries share a key
/// ```
public struct ModelConfiguration: Sendable, Equatable {
  /// As GGUF names it: `"llama"`, `"bitnet-b1.58"`, `"qwen2"`, `"qwen3"`, `"bert"`.
  public var architecture: String
  public var vocabularySize: Int
  /// Positions that the model was made for.
  public var contextLength: Int
  public var hiddenSize: Int
  public var layers: Int
  public var feedForwardSize: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var headSize: Int
  public var normEpsilon: Float
  public var rotary: RotaryOptions
  /// Of the gate, or of the only feed-forward matrix of an encoder.
  public var activation: Activation
  /// Norms before the attention's output matrix and before the feed-forward's last, as BitNet has.
  public var hasSubNorms = false
  /// Norms of each head's queries and keys, as Qwen3 has.
  public var hasQueryKeyNorms = false
  /// Biases of queries, keys and values, as Qwen2 has.
  public var hasProjectionBiases = false
  /// Every token sees every other, norms come after, positions are embedded: BERT.
  public var isEncoder = false
  /// Kinds of segments an encoder embeds.
  public var tokenTypes = 0
  /// Matrices stored in full precision are what training keeps: they are rounded to -1, 0 and 1
  /// times their mean magnitude.
  public var roundsToTernary = false
  /// How the model's makers make one vector of a text's tokens, where they say so.
  public var pooling: Pooling?

  /// Numbers in one token's queries.
  public var querySize: Int { heads * headSize }
  /// Numbers in one token's keys, and in its values.
  public var keyValueSize: Int { keyValueHeads * headSize }
}

/// What is applied to the feed-forward's gate.
public enum Activation: String, Sendable, Hashable {
  case silu, gelu, relu
  case geluTanh = "gelu_tanh"
  case squaredRelu = "relu2"

  var kernel: ek_activation {
    switch self {
    case .silu: EK_ACTIVATE_SILU
    case .gelu: EK_ACTIVATE_GELU
    case .geluTanh: EK_ACTIVATE_GELU_TANH
    case .relu: EK_ACTIVATE_RELU
    case .squaredRelu: EK_ACTIVATE_SQUARED_RELU
    }
  }

  /// By the name that Hugging Face's configurations use.
  init?(huggingFace name: String) {
    switch name {
    case "silu", "swish": self = .silu
    case "gelu": self = .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .geluTanh
    case "relu": self = .relu
    case "relu2", "relu_squared": self = .squaredRelu
    default: return nil
    }
  }
}

/// How positions turn queries and keys.
public struct RotaryOptions: Sendable, Equatable {
  /// Which numbers of a head turn together.
  public enum Pairing: Sendable, Hashable {
    /// Neighbours, (2i, 2i + 1).
    case interleaved
    /// One of each half, (i, i + size / 2).
    case halves
  }

  /// How a model reaches past the positions it was first trained on.
  public enum Scaling: Sendable, Equatable {
    case none
    /// All positions divided by a factor.
    case linear(factor: Double)
    /// Slow turns divided by a factor, fast ones kept, a ramp between.
    case llama3(factor: Double, low: Double, high: Double, original: Int)
    /// The same by dimension, and all turned vectors made longer by `attention`.
    case yarn(factor: Double, original: Int, fast: Double, slow: Double, attention: Double)
    /// Each frequency divided by its own factor, which the file has in a tensor.
    case divided([Float])
  }

  public var base: Double
  public var pairing: Pairing
  public var scaling: Scaling

  public init(base: Double = 10_000, pairing: Pairing = .halves, scaling: Scaling = .none) {
    self.base = base
    self.pairing = pairing
    self.scaling = scaling
  }
}

/// How one vector is made of the hidden states of a text's tokens.
public enum Pooling: String, Sendable, Hashable, CaseIterable {
  /// Their mean.
  case mean
  /// The first one's, which is the classifier token's in BERT.
  case first
  /// The last one's.
  case last
}
