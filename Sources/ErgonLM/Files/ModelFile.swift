/// A tensor in a model file.
public struct TensorEntry: Sendable, Hashable {
  /// The name in the file.
  public let name: String
  /// The axes, outermost first.
  ///
  /// A matrix is `[rows, columns]`, its columns contiguous; GGUF writes the axes the other way round.
  public let shape: [Int]
  public let format: StorageFormat

  public init(name: String, shape: [Int], format: StorageFormat) {
    self.name = name
    self.shape = shape
    self.format = format
  }

  public var count: Int { shape.reduce(1, *) }
  /// Rows and columns of the tensor read as a matrix: the last axis and all before it.
  public var rows: Int { count / Swift.max(columns, 1) }
  public var columns: Int { shape.last ?? 1 }
}

/// Tensors by name and what is said of them, whatever the file: GGUF, safetensors (a file, an index
/// or a Hugging Face folder) or llama2.c.
///
/// ```swift
/// let file = try openModelFile("model.gguf")
/// file["token_embd.weight"]?.shape                    // [128256, 2560]
/// file.metadata["general.architecture"]               // .string("bitnet-b1.58")
/// ```
public protocol ModelFile: Sendable {
  /// The path as the caller gave it, for errors.
  var source: String { get }
  var kind: ModelFileKind { get }
  /// GGUF's keys as they are; of a Hugging Face folder its `config.json`, nested keys joined by
  /// dots under `config.`; of a llama2.c file its seven numbers as GGUF keys of `llama`.
  var metadata: [String: MetadataValue] { get }
  var tensors: [TensorEntry] { get }
  subscript(name: String) -> TensorEntry? { get }
  /// The bytes of a tensor as they stand in the file, in place.
  ///
  /// For I2_S with the scale that follows. Whoever keeps the pointer keeps the owner, too.
  func bytes(of name: String) throws(LMError) -> MappedBytes
}

public enum ModelFileKind: String, Sendable, Hashable {
  case gguf, safetensors
  case llama2c = "llama2.c"
}

/// Bytes in a mapped file, and what keeps the mapping.
public struct MappedBytes: @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer
  public let owner: any AnyObject & Sendable

  public init(_ bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    self.bytes = bytes
    self.owner = owner
  }
}
