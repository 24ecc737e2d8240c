import ErgonTensor

/// A mapped llama2.c checkpoint, version 0: seven numbers, then floats in a fixed order.
///
/// Its tensors go by GGUF's names of a Llama, which pairs neighbours in rotary positions as well.
final class LlamaTwoFile: ModelFile {
  let source: String
  let kind = ModelFileKind.llama2c
  let metadata: [String: MetadataValue]
  let tensors: [TensorEntry]

  private let mapped: MappedFile
  private let places: [String: (index: Int, start: Int)]

  /// The seven numbers.
  private struct Header {
    let hidden, feedForward, layers, heads, keyValueHeads, vocabulary, context: Int
    let hasClassifier: Bool

    var headSize: Int { hidden / heads }
    static let byteCount = 28

    /// Nil where they describe no model.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count >= Self.byteCount else { return nil }
      let fields = (0..<7).map {
        Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)))
      }
      (hidden, feedForward, layers) = (fields[0], fields[1], fields[2])
      (heads, keyValueHeads, context) = (fields[3], fields[4], fields[6])
      (vocabulary, hasClassifier) = (abs(fields[5]), fields[5] < 0)
      guard (1...1 << 20).contains(hidden), (1...1 << 22).contains(feedForward),
        (1...4096).contains(layers), (1...hidden).contains(heads), hidden % heads == 0,
        (1...heads).contains(keyValueHeads), heads % keyValueHeads == 0, headSize % 2 == 0,
        (1...1 << 24).contains(vocabulary), (1...1 << 24).contains(context)
      else { return nil }
    }

    /// Every tensor in the file's order; those without a name are skipped by readers.
    func walk(_ body: (String?, [Int]) -> Void) {
      func layered(_ name: String, _ shape: [Int]) {
        for layer in 0..<layers { body("blk.\(layer).\(name).weight", shape) }
      }
      let keyValues = keyValueHeads * headSize
      body("token_embd.weight", [vocabulary, hidden])
      layered("attn_norm", [hidden])
      layered("attn_q", [hidden, hidden])
      layered("attn_k", [keyValues, hidden])
      layered("attn_v", [keyValues, hidden])
      layered("attn_output", [hidden, hidden])
      layered("ffn_norm", [hidden])
      layered("ffn_gate", [feedForward, hidden])
      layered("ffn_down", [hidden, feedForward])
      layered("ffn_up", [feedForward, hidden])
      body("output_norm.weight", [hidden])
      // Cosines and sines of the rotary positions.
      body(nil, [context, headSize])
      if hasClassifier { body("output.weight", [vocabulary, hidden]) }
    }

    var fileSize: Int {
      var size = Self.byteCount
      walk { size += $1.reduce(4, *) }
      return size
    }
  }

  /// Whether seven numbers stand there that describe a model; the format has no mark of its own.
  static func looksLikeOne(_ bytes: UnsafeRawBufferPointer) -> Bool { Header(bytes) != nil }

  init(_ mapped: MappedFile, source: String) throws(LMError) {
    guard let header = Header(mapped.bytes) else {
      throw .malformed(source: source, place: "byte 0", reason: "its seven numbers are no model's")
    }
    let size = header.fileSize
    guard mapped.bytes.count == size else {
      throw .malformed(
        source: source, place: "byte \(min(size, mapped.bytes.count))",
        reason: "read as llama2.c its header asks for \(size) bytes, it has \(mapped.bytes.count)")
    }
    var tensors: [TensorEntry] = []
    var places: [String: (index: Int, start: Int)] = [:]
    var start = Header.byteCount
    header.walk { name, shape in
      if let name {
        places[name] = (tensors.count, start)
        tensors.append(TensorEntry(name: name, shape: shape, format: .f32))
      }
      start += shape.reduce(4, *)
    }
    self.mapped = mapped
    self.source = source
    self.tensors = tensors
    self.places = places
    metadata = Self.metadata(header)
  }

  private static func metadata(_ header: Header) -> [String: MetadataValue] {
    let numbers = [
      "vocab_size": header.vocabulary, "context_length": header.context,
      "embedding_length": header.hidden, "block_count": header.layers,
      "feed_forward_length": header.feedForward, "attention.head_count": header.heads,
      "attention.head_count_kv": header.keyValueHeads, "rope.dimension_count": header.headSize,
    ]
    var metadata: [String: MetadataValue] = [
      "general.architecture": .string("llama"),
      "llama.attention.layer_norm_rms_epsilon": .number(1e-5),
      "llama.rope.freq_base": .number(10_000),
    ]
    for (key, number) in numbers { metadata["llama." + key] = .unsigned(UInt64(number)) }
    return metadata
  }

  subscript(name: String) -> TensorEntry? { places[name].map { tensors[$0.index] } }

  func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard let place = places[name] else { throw noTensor(name) }
    let count = tensors[place.index].count * 4
    return MappedBytes(
      UnsafeRawBufferPointer(rebasing: mapped.bytes[place.start..<place.start + count]),
      owner: mapped)
  }
}
