/// Which file holds which tensor, as `model.safetensors.index.json` says it.
struct SafetensorsIndex {
  let fileOfTensor: [String: String]
  /// The files, each once, in the order of their names.
  var files: [String] { Set(fileOfTensor.values).sorted() }

  init(path: String) throws(SafetensorsError) {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= SafetensorsHeader.byteLimit else {
      throw .tooLarge(
        source: path, what: "an index", size: UInt64(file.bytes.count),
        limit: SafetensorsHeader.byteLimit)
    }
    do throws(JSONScanner.Fault) {
      fileOfTensor = try file.withBytes(Self.read)
    } catch {
      throw .malformed(source: path, byte: error.byte, reason: error.reason)
    }
  }

  static func read(
    _ text: UnsafeRawBufferPointer
  ) throws(JSONScanner.Fault) -> [String: String] {
    var scanner = JSONScanner(text)
    var map: [String: String]?
    try scanner.object { scanner, key, place throws(JSONScanner.Fault) in
      guard key == "weight_map" else { return try scanner.skipValue() }
      if map != nil { throw .init(byte: place, reason: "the key 'weight_map' stands twice") }
      var files: [String: String] = [:]
      try scanner.object { scanner, name, place throws(JSONScanner.Fault) in
        let file = try scanner.string()
        // A file beside the index, never one elsewhere on the reader's machine.
        guard !file.isEmpty, file != ".", file != "..", !file.utf8.contains(0x2F),
          !file.utf8.contains(0)
        else {
          throw .init(byte: place, reason: "'\(file.shortened)' is not the name of a file")
        }
        guard files.updateValue(file, forKey: name) == nil else {
          throw .init(byte: place, reason: "'\(name.shortened)' stands twice")
        }
      }
      map = files
    }
    try scanner.expectEnd()
    guard let map else { throw .init(byte: 0, reason: "there is no 'weight_map'") }
    return map
  }
}
