#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
import CErgonKernels

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
    var byteCount: Int { shape.count * type.byteCount }
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
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw .cannotWrite(path: path, reason: "it is a folder; name a file")
      }
      return try writeThrough(path)
    }
    let temporary = "\(path).\(getpid()).\(ek_next_id()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(temporary) }
    do throws(SafetensorsError) {
      defer { close(descriptor) }
      try emit { bytes throws(SafetensorsError) in
        try Self.write(bytes, to: descriptor, path: temporary)
      }
      guard fsync(descriptor) == 0 else { throw Self.failure(temporary) }
      guard rename(temporary, path) == 0 else { throw Self.failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    Self.syncFolder(of: path)
  }

  /// Writes into what cannot be replaced.
  private func writeThrough(_ path: String) throws(SafetensorsError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
    defer { close(descriptor) }
    try emit { bytes throws(SafetensorsError) in
      try Self.write(bytes, to: descriptor, path: path)
    }
  }

  private func emit(
    _ sink: (UnsafeRawBufferPointer) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    // Wide elements first keeps each tensor aligned with its elements.
    let ordered = items.sorted {
      $0.type.rank != $1.type.rank
        ? $0.type.rank > $1.type.rank : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    try header(ordered).withUnsafeBufferPointer { bytes throws(SafetensorsError) in
      try sink(UnsafeRawBufferPointer(bytes))
    }
    for item in ordered { try item.read(sink) }
  }

  /// The header with its length before it, padded so that the data begin at a multiple of 8.
  private func header(_ ordered: [Item]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.quoted):\($1.quoted)" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for item in ordered {
      let lengths = item.shape.lengths.map(String.init).joined(separator: ",")
      let end = offset + item.byteCount
      fields.append(
        "\(item.name.quoted):{\"dtype\":\"\(item.type.rawValue)\",\"shape\":[\(lengths)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }

  // MARK: The file system

  private static func failure(_ path: String) -> SafetensorsError {
    .cannotWrite(path: path, reason: MappedFile.reason(errno))
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws(SafetensorsError) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Makes the new name last; a system that cannot do this for folders has written the file anyway.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
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
