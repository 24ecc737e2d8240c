public import ErgonData
import ErgonTensor
public import ErgonWorkload

/// A network that says what an image shows, with everything needed to use it again.
///
/// ```swift
/// let classifier = try ImageClassifier(.lenet, for: try MNIST.load(), scaling: MNIST.scaling)
/// try classifier.train(on: try MNIST.load(), epochs: 5)
/// try classifier.save(to: "digits.safetensors")
/// let again = try ImageClassifier(path: "digits.safetensors")
/// again.ranking(of: pixels)[0].name          // pixels: 28 * 28 bytes  ->  "7"
/// ```
public struct ImageClassifier {
  public let architecture: ImageArchitecture
  public let network: any Layer
  public let height: Int
  public let width: Int
  public let channels: Int
  public let classNames: [String]
  public let scaling: PixelScaling

  /// A new classifier with weights drawn from `seed`.
  ///
  /// - Throws: ``NNError/unfitImages(network:reason:)`` where images of this form do not fit, or a
  ///   class's name is not a line of text.
  public init(
    _ architecture: ImageArchitecture, height: Int, width: Int, channels: Int,
    classNames: [String], scaling: PixelScaling, seed: UInt64 = 0
  ) throws(NNError) {
    // A name is printed on terminals and kept as a line of text.
    let isText = { (name: String) in
      name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    }
    if let name = classNames.first(where: { !isText($0) }) {
      throw .unfitImages(
        network: architecture.rawValue,
        reason: "the class \(name.debugDescription) has a control character in its name")
    }
    var random = RandomStream(seed: seed)
    self.architecture = architecture
    self.height = height
    self.width = width
    self.channels = channels
    self.classNames = classNames
    self.scaling = scaling
    network = try architecture.network(
      height: height, width: width, channels: channels, classes: classNames.count, random: &random)
  }

  /// A new classifier for images like these.
  public init(
    _ architecture: ImageArchitecture, for images: LabelledImages, scaling: PixelScaling,
    seed: UInt64 = 0
  ) throws(NNError) {
    try self.init(
      architecture, height: images.height, width: images.width, channels: images.channels,
      classNames: images.classNames, scaling: scaling, seed: seed)
  }

  /// Makes sure that images have the form the network was made for.
  ///
  /// - Throws: ``NNError/unfitImages(network:reason:)``.
  public func checkFit(of images: LabelledImages) throws(NNError) {
    guard (images.height, images.width, images.channels) == (height, width, channels) else {
      throw .unfitImages(
        network: architecture.rawValue,
        reason: "images are \(images.height) x \(images.width) with \(images.channels) channels, "
          + "the network was made for \(height) x \(width) with \(channels)")
    }
    guard images.classNames == classNames else {
      throw .unfitImages(
        network: architecture.rawValue,
        reason: "their \(images.classNames.count) classes are not the \(classNames.count) that "
          + "the network tells apart")
    }
  }
}

// MARK: Learning and measuring

extension ImageClassifier {
  /// How ``train(on:validating:epochs:options:in:)`` goes about it; as published for LeNet-5
  /// unless said otherwise.
  public struct Recipe: Sendable {
    public enum Rule: String, Sendable, CaseIterable { case sgd, adamw }
    public var rule = Rule.sgd
    public var rate: Float = 0.01
    /// Of plain descent; AdamW has its own.
    public var momentum: Float = 0.9
    public var weightDecay: Float = 0
    public var batchSize = 64
    public var seed: UInt64 = 0
    public var augmentation = ImageAugmentation.none
    public var options = TrainingOptions()
    public var checkpoint: Checkpoint?

    public init() {}
  }

  /// Learns from labelled images: one epoch is every image once, in an order drawn from the seed.
  ///
  /// - Throws: As ``train(_:on:validating:loss:metrics:optimizer:epochs:seed:options:checkpoint:in:)``
  ///   does, and ``NNError/unfitImages(network:reason:)``.
  @discardableResult
  public func train(
    on images: LabelledImages, validating validation: LabelledImages? = nil, epochs: Int,
    recipe: Recipe = Recipe(), in context: some WorkloadContext = UnobservedContext()
  ) throws -> TrainingHistory {
    try checkFit(of: images)
    if let validation { try checkFit(of: validation) }
    let loader = ImageLoader(
      images, batchSize: recipe.batchSize, seed: recipe.seed, scaling: scaling,
      augmentation: recipe.augmentation)
    var checkpoint = recipe.checkpoint
    // Other images, classes or moves of them would be another run.
    checkpoint?.identity +=
      "\(architecture.rawValue), \(images.count) images of \(classNames), "
      + "batches of \(recipe.batchSize), \(validation?.count ?? 0) held out, \(recipe.augmentation)"
    func learn(_ network: some Layer, _ optimizer: some Optimizer) throws -> TrainingHistory {
      // Batches are prepared on another thread while this one learns.
      try ErgonNN.train(
        network, on: { Self.batches(loader.batches(epoch: $0, prefetch: 2)) },
        validating: validation.map { images in { batches(of: images) } },
        loss: { crossEntropy($0, $1) }, metrics: [.accuracy], optimizer: optimizer,
        epochs: epochs, seed: recipe.seed, options: recipe.options,
        checkpoint: checkpoint, in: context)
    }
    func learn(_ network: some Layer) throws -> TrainingHistory {
      switch recipe.rule {
      case .sgd:
        try learn(
          network,
          SGD(
            network, rate: recipe.rate, momentum: recipe.momentum,
            weightDecay: recipe.weightDecay))
      case .adamw:
        try learn(network, AdamW(network, rate: recipe.rate, weightDecay: recipe.weightDecay))
      }
    }
    return try learn(network)
  }

  /// Loss and accuracy on labelled images.
  public func evaluate(
    on images: LabelledImages, in context: some WorkloadContext = UnobservedContext()
  ) throws -> Evaluation {
    try checkFit(of: images)
    func measure(_ network: some Layer) throws -> Evaluation {
      try ErgonNN.evaluate(
        network, on: batches(of: images), loss: { crossEntropy($0, $1) }, metrics: [.accuracy],
        in: context)
    }
    return try measure(network)
  }

  /// The classes of one image, the likeliest first.
  ///
  /// - Parameter pixels: `height * width * channels` bytes.
  public func ranking(of pixels: [UInt8]) -> [(name: String, probability: Float)] {
    precondition(
      pixels.count == height * width * channels,
      "ranking: \(pixels.count) bytes for an image of \(height) x \(width) x \(channels)")
    let image = LabelledImages(
      height: height, width: width, channels: channels, pixels: pixels, labels: [0],
      classNames: classNames)
    let batch = batches(of: image).makeIterator().next()!
    let probabilities = network(batch.inputs).softmax().values
    return zip(classNames, probabilities).sorted { $0.1 > $1.1 }
      .map { (name: $0.0, probability: $0.1) }
  }

  private func batches(of images: LabelledImages) -> AnySequence<Batch<Int32>> {
    Self.batches(ImageLoader(images, batchSize: 256, scaling: scaling).batches(epoch: 0))
  }

  private static func batches(_ batches: ImageBatches) -> AnySequence<Batch<Int32>> {
    AnySequence(
      batches.lazy.map { batch in
        Batch(
          inputs: Tensor(batch.pixels, shape: Shape(batch.shape)), targets: Tensor(batch.labels))
      })
  }
}
