import ErgonData
public import ErgonTensor

// One safetensors file holds the weights under their names, which any reader of the format can
// use, and in its metadata what the network is and how an image is made ready for it.
extension ImageClassifier {
  private enum Key {
    static let format = "ergon.format"
    static let architecture = "ergon.architecture"
    static let size = "ergon.image"
    static let classes = "ergon.classes"
    static let mean = "ergon.pixel-mean"
    static let deviation = "ergon.pixel-deviation"
  }
  private static let format = "image-classifier/1"

  /// Writes the classifier to a safetensors file, whole or not at all.
  public func save(to path: String) throws(SafetensorsError) {
    let list = { (numbers: [Float]) in numbers.map { "\($0)" }.joined(separator: " ") }
    var writer = SafetensorsWriter(metadata: [
      Key.format: Self.format, Key.architecture: architecture.rawValue,
      Key.size: "\(height) \(width) \(channels)",
      Key.classes: classNames.joined(separator: "\n"),
      Key.mean: list(scaling.mean), Key.deviation: list(scaling.deviation),
    ])
    for (name, array) in network.stateDictionary().sorted(by: { $0.key < $1.key }) {
      writer.add(name, array)
    }
    try writer.write(to: path)
  }

  /// Reads a classifier that ``save(to:)`` wrote.
  ///
  /// - Throws: `SafetensorsError` for a file that is none; ``NNError/notAClassifier(path:reason:)``
  ///   and ``NNError/stateMismatch(missing:unexpected:shapes:)`` for one that holds something else.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    func text(_ key: String) throws(NNError) -> String {
      guard let text = file.metadata[key] else {
        throw .notAClassifier(path: path, reason: "its metadata has no '\(key)'")
      }
      return text
    }
    func numbers<N: LosslessStringConvertible>(_ key: String) throws(NNError) -> [N] {
      let words = try text(key).split(separator: " ")
      let numbers = words.compactMap { N(String($0)) }
      guard numbers.count == words.count, !numbers.isEmpty else {
        throw .notAClassifier(path: path, reason: "'\(key)' is not a list of numbers")
      }
      return numbers
    }
    let format = try text(Key.format)
    guard format == Self.format else {
      throw NNError.notAClassifier(path: path, reason: "its format is '\(format)'")
    }
    let name = try text(Key.architecture)
    guard let architecture = ImageArchitecture(rawValue: name) else {
      throw NNError.notAClassifier(path: path, reason: "no network is called '\(name)'")
    }
    let size: [Int] = try numbers(Key.size)
    let mean: [Float] = try numbers(Key.mean)
    let deviation: [Float] = try numbers(Key.deviation)
    let classes = try text(Key.classes).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { String($0) }
    // Sizes of a hostile file must not make a network that no memory holds.
    guard size.count == 3, size.allSatisfy({ (1...1024).contains($0) }), [1, 3].contains(size[2]),
      classes.count <= 65_536,
      mean.count == deviation.count, mean.count == 1 || mean.count == size[2],
      deviation.allSatisfy({ $0 > 0 && $0.isFinite }), mean.allSatisfy(\.isFinite)
    else {
      throw NNError.notAClassifier(path: path, reason: "its image size or scaling cannot be")
    }
    let bytes = file.entries.reduce(0) { $0 + $1.range.count }
    guard architecture != .mlp || size.reduce(1, *) <= bytes / 1024 else {
      throw NNError.notAClassifier(path: path, reason: "its weights are too few for its images")
    }
    try self.init(
      architecture, height: size[0], width: size[1], channels: size[2], classNames: classes,
      scaling: PixelScaling(mean: mean, deviation: deviation))
    var state: [String: Tensor<Float>] = [:]
    for entry in file.entries { state[entry.name] = try file.tensor(entry.name) }
    guard state.values.allSatisfy({ $0.withElements { $0.allSatisfy(\.isFinite) } }) else {
      throw NNError.notAClassifier(path: path, reason: "some of its weights are not finite numbers")
    }
    try network.load(state)
  }
}
