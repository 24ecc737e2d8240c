import ErgonTensor

/// Writes a safetensors file tensor by tensor, in the order given; nothing but a megabyte is held in
/// memory, and until ``finish()`` the file is not there.
final class SafetensorsDraft: TensorWriter {
  private let draft: FileDraft<LMError>
  private let tensors: [TensorEntry]
  private var next = 0

  /// - Precondition: names are different, and formats are among F32, F16, BF16 and packed trits.
  init(_ path: String, tensors: [TensorEntry]) throws(LMError) {
    self.tensors = tensors
    draft = try FileDraft(path, failure: LMError.file)
    // Readers of Hugging Face's library ask for the format.
    let header = SafetensorsWriter.header(
      tensors.map { ($0.name, Self.type($0), Self.shape($0)) }, metadata: ["format": "pt"])
    try draft.write(header)
  }

  private static func type(_ tensor: TensorEntry) -> SafetensorsType {
    switch tensor.format {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    case .packedTrits: .uint8
    default: preconditionFailure("SafetensorsDraft: '\(tensor.name)' as \(tensor.format.name)")
    }
  }

  /// The axes as the file says them: packed trits are four rows in one.
  private static func shape(_ tensor: TensorEntry) -> [Int] {
    tensor.format == .packedTrits ? [tensor.shape[0] / 4, tensor.shape[1]] : tensor.shape
  }

  func write(
    _ name: String,
    _ body: (_ sink: (UnsafeRawBufferPointer) throws(LMError) -> Void) throws -> Void
  ) throws {
    precondition(
      next < tensors.count && tensors[next].name == name, "SafetensorsDraft: '\(name)' out of turn")
    let start = draft.byteCount
    try body { (bytes) throws(LMError) in try draft.write(bytes) }
    let expected = Self.shape(tensors[next]).reduce(Self.type(tensors[next]).byteCount, *)
    precondition(
      draft.byteCount - start == expected,
      "SafetensorsDraft: '\(name)' has \(draft.byteCount - start) bytes, not \(expected)")
    next += 1
  }

  func finish() throws(LMError) {
    precondition(
      next == tensors.count, "SafetensorsDraft: \(tensors.count - next) tensors are missing")
    try draft.finish()
  }
}
