import Foundation

@testable import ErgonLM

/// A checkpoint of Golden/models and what transformers computed with it, float32.
struct GoldenModel {
  let file: any ModelFile
  let tokens: [TokenID]
  /// [tokens, vocabulary], or the last hidden states of an encoder.
  let logits: [Float]
  /// The input of each layer and the output of the last, [tokens, hidden] each.
  let states: [[Float]]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/models")

  init(_ name: String) throws {
    let path = Self.folder.appending(path: name).path
    file = try openModelFile(path)
    let golden = try openModelFile(path + "/golden.safetensors")
    func numbers<T>(_ name: String, _ type: T.Type) throws -> [T] {
      let bytes = try golden.bytes(of: name).bytes
      return stride(from: 0, to: bytes.count, by: 4).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: type)
      }
    }
    tokens = try numbers("tokens", TokenID.self)
    logits = try numbers("logits", Float.self)
    states = try (0..<golden.tensors.count - 2).map { try numbers("layer.\($0)", Float.self) }
  }

  /// The checkpoint with other metadata or tensors.
  func changed(
    _ change: (inout [String: MetadataValue], inout [String: MemoryModelFile.Tensor]) throws -> Void
  ) throws -> MemoryModelFile {
    var metadata = file.metadata
    var tensors: [String: MemoryModelFile.Tensor] = [:]
    for entry in file.tensors {
      let bytes = Array(try file.bytes(of: entry.name).bytes)
      tensors[entry.name] = .init(entry.shape, entry.format, bytes)
    }
    try change(&metadata, &tensors)
    return MemoryModelFile(.safetensors, metadata, tensors)
  }
}
