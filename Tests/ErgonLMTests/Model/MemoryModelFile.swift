import ErgonLM

/// A model file made in memory: what a test says is in it.
final class MemoryModelFile: ModelFile {
  let source = "memory"
  let kind: ModelFileKind
  let metadata: [String: MetadataValue]
  let tensors: [TensorEntry]
  private let contents: [String: Block]

  private final class Block: Sendable {
    nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

    init(_ source: [UInt8]) {
      bytes = .allocate(byteCount: max(source.count, 1), alignment: 64)
      bytes.copyBytes(from: source)
    }

    deinit { bytes.deallocate() }
  }

  struct Tensor {
    var shape: [Int]
    var format: StorageFormat
    var bytes: [UInt8]

    init(_ shape: [Int], _ values: [Float]) {
      self.init(shape, .f32, values.withUnsafeBytes { Array($0) })
    }

    init(_ shape: [Int], _ format: StorageFormat, _ bytes: [UInt8]) {
      self.shape = shape
      self.format = format
      self.bytes = bytes
    }

    var floats: [Float] {
      bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
    }
  }

  init(_ kind: ModelFileKind, _ metadata: [String: MetadataValue], _ tensors: [String: Tensor]) {
    self.kind = kind
    self.metadata = metadata
    self.tensors = tensors.sorted { $0.key < $1.key }.map {
      TensorEntry(name: $0.key, shape: $0.value.shape, format: $0.value.format)
    }
    contents = tensors.mapValues { Block($0.bytes) }
  }

  subscript(name: String) -> TensorEntry? { tensors.first { $0.name == name } }

  func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard let block = contents[name] else {
      throw .missing(source: source, what: "tensor '\(name)'", mend: "add it")
    }
    return MappedBytes(UnsafeRawBufferPointer(block.bytes), owner: block)
  }
}
