/// Photographs of ten things: 50,000 to learn from and 10,000 to test with, 32 x 32 in colour.
///
/// ```swift
/// let train = try CIFAR10.load(split: .train)   // pixels: [50000, 32, 32, 3]
/// ```
///
/// - Cost: 154 MB for the training images, and a second to unpack them.
/// - Reference: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
public enum CIFAR10 {
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  /// Mean and standard deviation of the training pixels by channel, in parts of 255.
  public static let scaling = PixelScaling(
    mean: [0.4914, 0.4822, 0.4465], deviation: [0.2470, 0.2435, 0.2616])

  /// The images of a split, out of the one archive that holds both.
  ///
  /// - Throws: ``DataError`` when the archive is missing or damaged.
  public static func load(
    from store: DataStore = .standard, split: DataSplit = .train
  ) throws(DataError) -> LabelledImages {
    let set = DataCatalog.cifar10
    let path = try store.locate(set.files[0], of: set)
    return try images(TarReader(path: path, limit: 1 << 26), path, split)
  }

  static func images(
    _ archive: consuming TarReader, _ path: String, _ split: DataSplit
  ) throws(DataError) -> LabelledImages {
    let names =
      split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    // The archive does not promise an order.
    var parts: [String: LabelledImages] = [:]
    while parts.count < names.count, let file = try archive.next() {
      guard let name = names.first(where: { file.name.hasSuffix("/" + $0) }) else { continue }
      parts[name] = try CIFARBinary.read(bytes: file.bytes, name: "\(path): \(file.name)")
    }
    if let missing = names.first(where: { parts[$0] == nil }) {
      throw .malformedBytes(source: path, offset: nil, reason: "\(missing) is not in it")
    }
    let ordered = names.compactMap { parts[$0] }
    return LabelledImages(
      height: 32, width: 32, channels: 3, pixels: ordered.flatMap(\.pixels),
      labels: ordered.flatMap(\.labels), classNames: classNames)
  }
}
