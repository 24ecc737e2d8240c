package import ErgonLM
import ErgonTensor

/// A model's tensors in memory, as a Hugging Face checkpoint would have them.
package final class MemoryModelFile: ModelFile {
  package let source: String
  package let kind = ModelFileKind.safetensors
  package let metadata: [String: MetadataValue]
  package let tensors: [TensorEntry]
  private let places: [String: Int]
  private let values: [Tensor<Float>]

  /// - Parameter values: Contiguous arrays by their names in a checkpoint.
  init(
    source: String, metadata: [String: MetadataValue], values: [(name: String, Tensor<Float>)]
  ) {
    self.source = source
    self.metadata = metadata
    self.values = values.map { $0.1.stoppingGradient.contiguous() }
    tensors = values.map {
      TensorEntry(name: $0.name, shape: Array($0.1.shape.lengths), format: .f32)
    }
    places = Dictionary(
      uniqueKeysWithValues: values.enumerated().map { ($0.element.name, $0.offset) })
  }

  package subscript(name: String) -> TensorEntry? { places[name].map { tensors[$0] } }

  package func bytes(of name: String) throws(LMError) -> MappedBytes {
    guard let place = places[name] else {
      throw .missing(source: source, what: "tensor '\(name)'", mend: "name one that is there")
    }
    // The array is contiguous and lives as long as this file, which the bytes keep.
    let bytes = values[place].withElements { UnsafeRawBufferPointer($0) }
    return MappedBytes(bytes, owner: self)
  }
}
