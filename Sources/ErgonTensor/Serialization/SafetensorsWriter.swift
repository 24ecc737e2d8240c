/// Writes named tensors, of one element type or several, and strings beside them.
///
/// ```swift
/// var writer = SafetensorsWriter(metadata: ["format": "ergon"])
/// writer.add("weight", w)                       // w: [784, 256]
/// try writer.write(to: "model.safetensors")
/// ```
///
/// The same tensors give the same bytes, whatever order they are added in.
public struct SafetensorsWriter: Sendable {
  /// The strings to be written beside the tensors.
  public var metadata: [String: String]
  private var items: [Item] = []
  private var names: Set<String> = []

  private struct Item: Sendable {
    let name: String
    let type: SafetensorsType
    let shape: Shape
    let read:
      @Sendable ((UnsafeRawBufferPointer) throws(SafetensorsError) -> Void)
        throws(SafetensorsError) -> Void
  }

  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor; its memory is shared, not copied, until the file is written.
  ///
  /// - Precondition: the name is not taken.
  public mutating func add<S: SafetensorsScalar>(_ name: String, _ tensor: Tensor<S>) {
    precondition(name != "__metadata__", "safetensors: '__metadata__' cannot name a tensor")
    precondition(names.insert(name).inserted, "safetensors: two tensors named '\(name)'")
    let tensor = tensor.stoppingGradient
    items.append(
      Item(name: name, type: S.safetensorsType, shape: tensor.shape) {
        sink throws(SafetensorsError) in
        try tensor.withElements { elements throws(SafetensorsError) in
          try sink(UnsafeRawBufferPointer(elements))
        }
      })
  }

  /// The content of the file.
  public func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    // Appending to an array does not throw.
    try? emit { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Writes the file; whoever reads `path` meanwhile finds the old content or the new, never half.
  ///
  /// A pipe or a device at `path` is written through and stays what it is.
  ///
  /// - Throws: ``SafetensorsError/cannotWrite(path:reason:)``, also for a folder; the file that was
  ///   at `path` is then as it was.
  public func write(to path: String) throws(SafetensorsError) {
    let draft = try FileDraft(path) { path, reason in
      SafetensorsError.cannotWrite(path: path, reason: reason)
    }
    try emit { bytes throws(SafetensorsError) in try draft.write(bytes) }
    try draft.finish()
  }

  private func emit(
    _ sink: (UnsafeRawBufferPointer) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    // Wide elements first keeps each tensor aligned with its elements.
    let ordered = items.sorted {
      $0.type.rank != $1.type.rank
        ? $0.type.rank > $1.type.rank : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    let header = Self.header(
      ordered.map { ($0.name, $0.type, Array($0.shape.lengths)) }, metadata: metadata)
    try header.withUnsafeBufferPointer { bytes throws(SafetensorsError) in
      try sink(UnsafeRawBufferPointer(bytes))
    }
    for item in ordered { try item.read(sink) }
  }

  /// The header of a file of these tensors, in their order, with its length before it, padded so
  /// that the data begin at a multiple of 8.
  package static func header(
    _ tensors: [(name: String, type: SafetensorsType, shape: [Int])], metadata: [String: String]
  ) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.quoted):\($1.quoted)" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, type, shape) in tensors {
      let lengths = shape.map(String.init).joined(separator: ",")
      let end = offset + shape.reduce(type.byteCount, *)
      fields.append(
        "\(name.quoted):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(lengths)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }
}

extension String {
  /// This text as a JSON string.
  fileprivate var quoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
