import Testing

@testable import ErgonLM

@Suite("Safetensors models")
struct SafetensorsModelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
    little(UInt64(header.utf8.count)) + Array(header.utf8) + data
  }

  private let packed = #"""
    {"w.weight_scale":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
    "w.weight":{"dtype":"U8","shape":[2,3],"data_offsets":[4,10]}}
    """#

  @Test("a folder is read with its configuration, nested keys under dots")
  func configuration() throws {
    _ = try folder.write(file(packed, little(Float(2)) + [1, 2, 3, 4, 5, 6]), "model.safetensors")
    _ = try folder.write(
      #"{"model_type": "bitnet", "rms_norm_eps": 1e-5, "hidden_size": 8, "none": null, "#
        + #""quantization_config": {"linear_class": "autobitlinear"}, "eos_token_id": [1, 2]}"#,
      "config.json")
    for path in [folder.path, folder.path + "/", folder.path + "/model.safetensors"] {
      let model = try openModelFile(path)
      #expect(model.kind == .safetensors)
      #expect(
        model.metadata == [
          "config.model_type": .string("bitnet"), "config.rms_norm_eps": .number(1e-5),
          "config.hidden_size": .integer(8), "config.eos_token_id": .integers([1, 2]),
          "config.quantization_config.linear_class": .string("autobitlinear"),
        ])
      // Four rows a byte.
      #expect(
        model["w.weight"] == TensorEntry(name: "w.weight", shape: [8, 3], format: .packedTrits))
      #expect(try Array(model.bytes(of: "w.weight").bytes) == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("several files under an index are one model")
  func index() throws {
    let one = #"{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}"#
    let two = #"{"b":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#
    _ = try folder.write(file(one, [1, 2]), "model-1.safetensors")
    _ = try folder.write(file(two, [3, 4]), "model-2.safetensors")
    _ = try folder.write(
      #"{"metadata": {}, "weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#,
      "model.safetensors.index.json")
    let model = try openModelFile(folder.path)
    #expect(model.tensors.map(\.format) == [.bf16, .f16])
    #expect(try Array(model.bytes(of: "b").bytes) == [3, 4])
  }

  @Test("faults of the files are faults of the model")
  func faults() throws {
    #expect(throws: LMError.self) { try openModelFile(folder.path) }
    _ = try folder.write(file(packed, []), "model.safetensors")
    #expect(throws: LMError.self) { try openModelFile(folder.path) }
    _ = try folder.write(file(packed, [UInt8](repeating: 0, count: 10)), "model.safetensors")
    _ = try folder.write("[1, 2]", "config.json")
    #expect(throws: LMError.self) { try openModelFile(folder.path) }
  }

  @Test("types that hold no weights by themselves are refused where they are read, not before")
  func otherTypes() throws {
    let header = #"""
      {"mask":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},
      "ids":{"dtype":"U16","shape":[2],"data_offsets":[2,6]},
      "bytes":{"dtype":"U8","shape":[2],"data_offsets":[6,8]},
      "eight":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[8,10]},
      "w":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]}}
      """#
    let model = try openModelFile(
      folder.write(
        file(
          header, [1, 0] + little(UInt16(7)) + little(UInt16(300)) + [5, 255, 9, 9, 0x80, 0x3F]),
        "model.safetensors"))
    func numbers(_ name: String) throws -> [Float] {
      let rows = try WeightRows(model[name]!, in: model)
      var values = [Float](repeating: -1, count: rows.columns)
      try values.withUnsafeMutableBufferPointer { try rows.read(0..<1, into: $0.baseAddress!) }
      return values
    }
    #expect(try numbers("w") == [1] && numbers("mask") == [1, 0])
    #expect(try numbers("ids") == [7, 300] && numbers("bytes") == [5, 255])
    do {
      _ = try numbers("eight")
      Issue.record("read")
    } catch let error as LMError {
      #expect("\(error)".contains("'eight' of F8_E4M3"))
    }
  }
}
