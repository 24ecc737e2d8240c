/// Reading of the binary version of CIFAR-10 and CIFAR-100.
///
/// Each record is one or two label bytes and three planes of 32 x 32 bytes: red, green, blue. The
/// planes are woven into pixels of three channels.
///
/// ```swift
/// let images = try CIFARBinary.read(path: "data_batch_1.bin")   // pixels: [10000, 32, 32, 3]
/// ```
///
/// - Reference: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
public enum CIFARBinary {
  /// Which of the two sets, and which of its labels.
  public enum Kind: Sendable, Hashable, CaseIterable {
    case ten
    /// The hundred classes of CIFAR-100.
    case hundredFine
    /// Its twenty superclasses.
    case hundredCoarse

    var labelBytes: Int { self == .ten ? 1 : 2 }
    var labelOffset: Int { self == .hundredFine ? 1 : 0 }
    var classNames: [String] {
      switch self {
      case .ten: CIFAR10.classNames
      case .hundredFine: (0..<100).map { "\($0)" }
      case .hundredCoarse: (0..<20).map { "\($0)" }
      }
    }
  }

  /// The images of a file.
  ///
  /// - Parameter limit: The largest file to accept, in bytes.
  /// - Throws: ``DataError`` when the file cannot be read, is malformed or too large.
  public static func read(
    path: String, kind: Kind = .ten, limit: Int = 1 << 30
  ) throws(DataError) -> LabelledImages {
    try read(bytes: BinaryFile.read(path, limit: limit), name: path, kind: kind)
  }

  /// The images of a file that lies in memory.
  ///
  /// - Parameter name: What errors call the source.
  /// - Throws: ``DataError`` for bytes that are no whole records, or a label out of range.
  public static func read(
    bytes: [UInt8], name: String = "CIFAR data", kind: Kind = .ten
  ) throws(DataError) -> LabelledImages {
    let plane = 32 * 32
    let record = kind.labelBytes + 3 * plane
    guard !bytes.isEmpty, bytes.count % record == 0 else {
      throw .malformedBytes(
        source: name, offset: nil,
        reason: "\(bytes.count) bytes are no whole records of \(record); fetch it again")
    }
    let count = bytes.count / record
    let classNames = kind.classNames
    var labels: [Int32] = []
    for index in 0..<count {
      let label = bytes[index * record + kind.labelOffset]
      guard label < classNames.count else {
        throw .malformedBytes(
          source: name, offset: index * record,
          reason: "label \(label), and there are \(classNames.count) classes")
      }
      labels.append(Int32(label))
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3 * plane) { pixels, initialised in
      bytes.withUnsafeBufferPointer { bytes in
        for index in 0..<count {
          let (source, target) = (index * record + kind.labelBytes, index * 3 * plane)
          for place in 0..<plane {
            pixels[target + 3 * place] = bytes[source + place]
            pixels[target + 3 * place + 1] = bytes[source + plane + place]
            pixels[target + 3 * place + 2] = bytes[source + 2 * plane + place]
          }
        }
      }
      initialised = count * 3 * plane
    }
    return LabelledImages(
      height: 32, width: 32, channels: 3, pixels: pixels, labels: labels, classNames: classNames)
  }
}
