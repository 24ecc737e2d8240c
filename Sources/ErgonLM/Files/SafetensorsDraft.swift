/// Writes a safetensors file tensor by tensor, in the order given; nothing but a megabyte is held in
/// memory, and until ``finish()`` the file is not there.
final class SafetensorsDraft: TensorWriter {
  private let draft: FileDraft
  private let tensors: [TensorEntry]
  private var next = 0

  /// - Precondition: names are different, and formats are among F32, F16, BF16 and packed trits.
  init(_ path: String, tensors: [TensorEntry]) throws(LMError) {
    self.tensors = tensors
    draft = try FileDraft(path)
    // Readers of Hugging Face's library ask for the format.
    var header: JSONObject = JSONObject()
    header["__metadata__"] = ["format": "pt"]
    var offset = 0
    for tensor in tensors {
      let end = offset + Self.byteCount(tensor)
      header[tensor.name] = [
        "dtype": .string(Self.type(tensor)),
        "shape": .array(Self.shape(tensor).map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      offset = end
    }
    var text = Array(JSONValue.object(header).serialized().utf8)
    // Tensors begin at a multiple of 8.
    text += repeatElement(0x20, count: (8 - text.count % 8) % 8)
    try withUnsafeBytes(of: UInt64(text.count).littleEndian) { (bytes) throws(LMError) in
      try draft.write(bytes)
    }
    try draft.write(text)
  }

  private static func type(_ tensor: TensorEntry) -> String {
    tensor.format == .packedTrits ? StorageFormat.u8.name : tensor.format.name
  }

  /// The axes as the file says them: packed trits are four rows in one.
  private static func shape(_ tensor: TensorEntry) -> [Int] {
    tensor.format == .packedTrits ? [tensor.shape[0] / 4, tensor.shape[1]] : tensor.shape
  }

  private static func byteCount(_ tensor: TensorEntry) -> Int {
    guard [.f32, .f16, .bf16, .packedTrits].contains(tensor.format),
      let count = tensor.format.byteCount(of: tensor.shape)
    else {
      preconditionFailure(
        "SafetensorsDraft: '\(tensor.name)' \(tensor.shape) as \(tensor.format.name)")
    }
    return count
  }

  func write(
    _ name: String,
    _ body: (_ sink: (UnsafeRawBufferPointer) throws(LMError) -> Void) throws -> Void
  ) throws {
    precondition(
      next < tensors.count && tensors[next].name == name, "SafetensorsDraft: '\(name)' out of turn")
    let start = draft.byteCount
    try body { (bytes) throws(LMError) in try draft.write(bytes) }
    let expected = Self.byteCount(tensors[next])
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
