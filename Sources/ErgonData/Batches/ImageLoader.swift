/// Images ready for one step of a network.
public struct ImageBatch: Sendable {
  /// Scaled pixels, shape `[count, height, width, channels]`.
  public fileprivate(set) var pixels: [Float] = []
  /// The class of each image.
  public fileprivate(set) var labels: [Int32] = []
  public let height: Int
  public let width: Int
  public let channels: Int

  /// How many images there are.
  public var count: Int { labels.count }
  /// `[count, height, width, channels]`.
  public var shape: [Int] { [count, height, width, channels] }

  init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}

/// Turns images in memory into batches for a network, epoch after epoch.
///
/// Each batch is a pure function of seed, epoch and place, whether it is prepared ahead or not.
///
/// ```swift
/// let loader = ImageLoader(
///   try MNIST.load(), batchSize: 64, seed: 7, scaling: MNIST.scaling)
/// for batch in loader.batches(epoch: 0) { step(batch.pixels, batch.labels) }   // [64, 28, 28, 1]
/// ```
///
/// - Cost: a batch is written once, into the memory of the one before it if that is no longer in
///   use.
public struct ImageLoader: Sendable {
  public let images: LabelledImages
  public let plan: BatchPlan
  public let scaling: PixelScaling
  public let augmentation: ImageAugmentation
  /// Factors and summands of one row of pixels.
  private let factors: [Float]
  private let summands: [Float]

  /// - Parameters:
  ///   - seed: What the order is shuffled by; `nil` keeps the order of the images.
  ///   - dropsLast: Whether images that fill no whole batch are left out of an epoch.
  /// - Precondition: `batchSize > 0`, and a scaling for one channel or for each.
  public init(
    _ images: LabelledImages, batchSize: Int, seed: UInt64? = nil, dropsLast: Bool = false,
    scaling: PixelScaling = .unit, augmentation: ImageAugmentation = .none
  ) {
    self.images = images
    plan = BatchPlan(
      count: images.count, batchSize: batchSize, seed: seed, dropsLast: dropsLast)
    self.scaling = scaling
    self.augmentation = augmentation
    let terms = scaling.terms(channels: images.channels)
    factors = (0..<images.width).flatMap { _ in terms.factors }
    summands = (0..<images.width).flatMap { _ in terms.summands }
  }

  /// The batches of an epoch, in order.
  ///
  /// - Parameter prefetch: How many batches another thread prepares ahead; 0 for none.
  public func batches(epoch: Int, prefetch: Int = 0) -> ImageBatches {
    ImageBatches(loader: self, epoch: epoch, prefetch: prefetch)
  }

  var emptyBatch: ImageBatch {
    ImageBatch(height: images.height, width: images.width, channels: images.channels)
  }

  /// Writes one batch into the memory of another.
  func fill(_ batch: inout ImageBatch, _ place: Int, order: [Int], epoch: Int) {
    let range = plan.range(of: place)
    let size = images.imageSize
    if batch.labels.count != range.count {
      batch.labels = Array(repeating: 0, count: range.count)
      batch.pixels = Array(repeating: 0, count: range.count * size)
    }
    // Where a moved image waits to be scaled.
    let moved = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    defer { moved.deallocate() }
    images.pixels.withUnsafeBufferPointer { all in
      batch.pixels.withUnsafeMutableBufferPointer { pixels in
        for (slot, index) in order[range].enumerated() {
          batch.labels[slot] = images.labels[index]
          var image = UnsafeBufferPointer(rebasing: all[index * size..<(index + 1) * size])
          if augmentation != .none {
            // A word of its own, lest a move go with a place in the order.
            var random = CounterRandom(
              plan.seed ?? 0, UInt64(bitPattern: Int64(epoch)), UInt64(index), 1)
            ImageMotion(augmentation, &random).apply(
              to: image, height: images.height, width: images.width, channels: images.channels,
              into: moved)
            image = UnsafeBufferPointer(moved)
          }
          scale(
            image,
            into: UnsafeMutableBufferPointer(rebasing: pixels[slot * size..<(slot + 1) * size]))
        }
      }
    }
  }

  private func scale(
    _ image: UnsafeBufferPointer<UInt8>, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    factors.withUnsafeBufferPointer { factors in
      summands.withUnsafeBufferPointer { summands in
        var start = 0
        while start < image.count {
          for column in factors.indices {
            pixels[start + column] =
              Float(image[start + column]) * factors[column] + summands[column]
          }
          start += factors.count
        }
      }
    }
  }
}

/// The batches of one epoch.
public struct ImageBatches: Sequence, Sendable {
  let loader: ImageLoader
  let epoch: Int
  let prefetch: Int

  public var underestimatedCount: Int { loader.plan.batchCount }

  public func makeIterator() -> Iterator { Iterator(self) }

  public struct Iterator: IteratorProtocol {
    private enum Source {
      case here(ImageLoader, order: [Int], epoch: Int)
      case ahead(Prefetcher<ImageBatch, Never>)
    }

    private let source: Source
    private var place = 0
    private var batch: ImageBatch

    init(_ batches: ImageBatches) {
      let (loader, epoch) = (batches.loader, batches.epoch)
      let order = loader.plan.order(epoch: epoch)
      batch = loader.emptyBatch
      if batches.prefetch > 0 {
        source = .ahead(
          Prefetcher(
            count: loader.plan.batchCount, depth: batches.prefetch, initial: batch
          ) { place, batch in
            loader.fill(&batch, place, order: order, epoch: epoch)
          })
      } else {
        source = .here(loader, order: order, epoch: epoch)
      }
    }

    public mutating func next() -> ImageBatch? {
      switch source {
      case .ahead(let prefetcher): return prefetcher.next()
      case .here(let loader, let order, let epoch):
        guard place < loader.plan.batchCount else { return nil }
        loader.fill(&batch, place, order: order, epoch: epoch)
        place += 1
        return batch
      }
    }
  }
}
