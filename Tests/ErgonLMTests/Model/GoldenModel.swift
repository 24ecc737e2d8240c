import Foundation

@testable import ErgonLM

/// A checkpoint of Golden/models and what transformers computed with it, float32.
struct GoldenModel {
  let tokens: [TokenID]
  /// [tokens, vocabulary], or the last hidden states of an encoder.
  let logits: [Float]
  /// The input of each layer and the output of the last, [tokens, hidden] each.
  let states: [[Float]]
  let file: any ModelFile

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/models")

  init(_ name: String, config: String = "config.json") throws {
    let folder = Self.folder.appending(path: name)
    let tensors = try Self.safetensors(folder.appending(path: "model.safetensors"))
    let text = try String(contentsOf: folder.appending(path: config), encoding: .utf8)
    var metadata: [String: MetadataValue] = [:]
    func add(_ value: JSONValue, _ key: String) {
      switch value {
      case .object(let members): for (name, value) in members { add(value, "\(key).\(name)") }
      case .integer(let number): metadata[key] = .integer(Int64(number))
      case .number(let number): metadata[key] = .number(number)
      case .boolean(let flag): metadata[key] = .boolean(flag)
      case .string(let string): metadata[key] = .string(string)
      default: break
      }
    }
    add(try JSONValue(parsing: text, source: name), "config")
    file = MemoryModelFile(.safetensors, metadata, tensors)
    let golden = try Self.safetensors(folder.appending(path: "golden.safetensors"))
    logits = golden["logits"]!.floats
    tokens = golden["tokens"]!.bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self) }
    }
    states = (0..<golden.count).compactMap { golden["layer.\($0)"]?.floats }
  }

  private static func safetensors(_ url: URL) throws -> [String: MemoryModelFile.Tensor] {
    let bytes = [UInt8](try Data(contentsOf: url))
    let length = Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let header = try JSONValue(parsing: Array(bytes[8..<8 + length]), source: url.lastPathComponent)
    guard case .object(let members) = header else { return [:] }
    var tensors: [String: MemoryModelFile.Tensor] = [:]
    for (name, value) in members where name != "__metadata__" {
      guard case .object(let fields) = value, case .string(let type)? = fields["dtype"],
        case .array(let shape)? = fields["shape"],
        case .array(let offsets)? = fields["data_offsets"]
      else { continue }
      func numbers(_ values: [JSONValue]) -> [Int] {
        values.map { if case .integer(let number) = $0 { number } else { 0 } }
      }
      let range = numbers(offsets)
      let format: StorageFormat =
        switch type {
        case "BF16": .bf16
        case "F16": .f16
        case "I32": .i32
        case "U8": .packedTrits
        default: .f32
        }
      tensors[name] = .init(
        numbers(shape), format, Array(bytes[8 + length + range[0]..<8 + length + range[1]]))
    }
    return tensors
  }
}
