import ErgonTensor

/// How the projections of a made-up model are stored; embedding and head are F16.
public enum SyntheticWeights: String, Sendable, Hashable, CaseIterable {
  case ternary, f32, f16, q8_0, q4_0

  var format: StorageFormat {
    switch self {
    case .ternary: .i2_S
    case .f32: .f32
    case .f16: .f16
    case .q8_0: .q8_0
    case .q4_0: .q4_0
    }
  }
}

/// A model file in memory whose weights are drawn at random: as large and as fast as a real one,
/// and without a word to say.
///
/// ```swift
/// let file = SyntheticModel(.b2, weights: .ternary)
/// let model = try TransformerModel(file, options: LoadOptions(), in: UnobservedContext())
/// ```
///
/// Half of the ternary weights are 0.
///
/// - Cost: the bytes of the weights, some tenths of a second a gigabyte.
public struct SyntheticModel: ModelFile {
  public let source: String
  public var kind: ModelFileKind { .gguf }
  public let metadata: [String: MetadataValue]
  public let tensors: [TensorEntry]
  private let places: [String: (index: Int, range: Range<Int>)]
  private let memory: Memory

  /// - Parameter contextLength: Tokens that the model says it can read.
  public init(
    _ shape: SyntheticShape, weights: SyntheticWeights, contextLength: Int = 4096, seed: UInt64 = 1
  ) {
    source = "synthetic \(shape.name) \(weights.rawValue)"
    metadata = Self.metadata(shape, weights, contextLength)
    tensors = Self.tensors(shape, weights.format)
    var places: [String: (index: Int, range: Range<Int>)] = [:]
    var end = 0
    for (index, tensor) in tensors.enumerated() {
      let size = Self.bytes(of: tensor)
      places[tensor.name] = (index, end..<(end + size))
      end += (size + 63) / 64 * 64
    }
    self.places = places
    memory = Memory(end)
    for (index, tensor) in tensors.enumerated() {
      let range = places[tensor.name]!.range
      memory.fill(range, as: tensor, seed: seed &+ UInt64(index) << 32)
    }
  }

  public subscript(name: String) -> TensorEntry? { places[name].map { tensors[$0.index] } }

  public func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard let place = places[name] else {
      throw .missing(source: source, what: "tensor '\(name)'", mend: "name one that is there")
    }
    return MappedBytes(UnsafeRawBufferPointer(rebasing: memory.bytes[place.range]), owner: memory)
  }

  private static func metadata(
    _ shape: SyntheticShape, _ weights: SyntheticWeights, _ contextLength: Int
  ) -> [String: MetadataValue] {
    let architecture = weights == .ternary ? "bitnet-b1.58" : "llama"
    var metadata: [String: MetadataValue] = ["general.architecture": .string(architecture)]
    for (key, value) in [
      ("context_length", contextLength), ("embedding_length", shape.hidden),
      ("block_count", shape.layers), ("feed_forward_length", shape.feedForward),
      ("attention.head_count", shape.heads), ("attention.head_count_kv", shape.keyValueHeads),
      ("rope.dimension_count", shape.hidden / shape.heads), ("vocab_size", shape.vocabulary),
    ] { metadata["\(architecture).\(key)"] = .unsigned(UInt64(value)) }
    metadata["\(architecture).attention.layer_norm_rms_epsilon"] = .number(1e-5)
    metadata["\(architecture).rope.freq_base"] = .number(500_000)
    return metadata
  }

  private static func tensors(_ shape: SyntheticShape, _ format: StorageFormat) -> [TensorEntry] {
    let narrow = shape.hidden / shape.heads * shape.keyValueHeads
    var tensors = [
      TensorEntry(
        name: "token_embd.weight", shape: [shape.vocabulary, shape.hidden], format: .f16),
      TensorEntry(name: "output_norm.weight", shape: [shape.hidden], format: .f32),
    ]
    for layer in 0..<shape.layers {
      for (name, rows, columns) in [
        ("attn_q", shape.hidden, shape.hidden), ("attn_k", narrow, shape.hidden),
        ("attn_v", narrow, shape.hidden), ("attn_output", shape.hidden, shape.hidden),
        ("ffn_gate", shape.feedForward, shape.hidden), ("ffn_up", shape.feedForward, shape.hidden),
        ("ffn_down", shape.hidden, shape.feedForward),
      ] {
        tensors.append(
          TensorEntry(name: "blk.\(layer).\(name).weight", shape: [rows, columns], format: format))
      }
      var norms = [("attn_norm", shape.hidden), ("ffn_norm", shape.hidden)]
      if format == .i2_S {
        norms += [("attn_sub_norm", shape.hidden), ("ffn_sub_norm", shape.feedForward)]
      }
      for (name, size) in norms {
        tensors.append(
          TensorEntry(name: "blk.\(layer).\(name).weight", shape: [size], format: .f32))
      }
    }
    return tensors
  }

  private static func bytes(of tensor: TensorEntry) -> Int {
    let block = tensor.format.block
    // I2_S has its scale, in a line of 32 bytes, behind the codes.
    return tensor.count / block.weights * block.bytes + (tensor.format == .i2_S ? 32 : 0)
  }

  /// Bytes that nobody writes to once they are filled.
  private final class Memory: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    private let base: UnsafeMutableRawBufferPointer

    init(_ count: Int) {
      base = .allocate(byteCount: count, alignment: 64)
      bytes = UnsafeRawBufferPointer(base)
    }

    deinit { base.deallocate() }

    func fill(_ range: Range<Int>, as tensor: TensorEntry, seed: UInt64) {
      let place = UnsafeMutableRawBufferPointer(rebasing: base[range])
      switch tensor.format {
      case .f32 where tensor.shape.count == 1:
        place.bindMemory(to: Float.self).update(repeating: 1)
      case .f32:
        // As for half precision below.
        Self.draw(place, seed) { $0 & 0x807F_FFFF_807F_FFFF | 0x3D00_0000_3D00_0000 }
      case .i2_S:
        let codes = place.count - 32
        // Of a pair's four values 3 is none of a trit's codes and becomes 1, which is 0.
        Self.draw(UnsafeMutableRawBufferPointer(rebasing: place[..<codes]), seed) { word in
          word & ~(word & (word & 0x5555_5555_5555_5555) << 1)
        }
        UnsafeMutableRawBufferPointer(rebasing: place[codes...])
          .initializeMemory(as: UInt8.self, repeating: 0)
        place.storeBytes(of: 0.02, toByteOffset: codes, as: Float.self)
      case .f16:
        // Sign and mantissa at random, the exponent -5: magnitudes of 1/32 to 1/16.
        Self.draw(place, seed) { $0 & 0x83FF_83FF_83FF_83FF | 0x2800_2800_2800_2800 }
      default:
        Self.draw(place, seed) { $0 }
        let size = tensor.format.block.bytes
        for block in stride(from: 0, to: place.count, by: size) {
          // The scale of a block, about 0.002.
          place.storeBytes(of: 0x1800, toByteOffset: block, as: UInt16.self)
        }
      }
    }

    /// Random words, each made into what its place may hold.
    private static func draw(
      _ place: UnsafeMutableRawBufferPointer, _ seed: UInt64, _ fit: (UInt64) -> UInt64
    ) {
      let piece = 1 << 20
      parallelLoop((place.count + piece - 1) / piece) { range in
        for index in range {
          var state = seed &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03
          let end = min((index + 1) * piece, place.count)
          for offset in stride(from: index * piece, to: end, by: 8) {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            word = fit(word ^ word >> 31)
            withUnsafeBytes(of: &word) {
              place.baseAddress!.advanced(by: offset)
                .copyMemory(from: $0.baseAddress!, byteCount: min(8, end - offset))
            }
          }
        }
      }
    }
  }
}
