/// Handwritten digits: 60,000 images to learn from and 10,000 to test with, 28 x 28 grey, white on
/// black.
///
/// ```swift
/// let test = try MNIST.load(split: .test)   // pixels: [10000, 28, 28, 1]
/// ```
///
/// - Cost: 47 MB for the training images, and the time to unpack them (a fifth of a second).
/// - Reference: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to
///   document recognition", 1998.
public enum MNIST {
  public static let classNames = (0...9).map { "\($0)" }
  /// Mean and standard deviation of the training pixels, in parts of 255.
  public static let scaling = PixelScaling(mean: [0.1307], deviation: [0.3081])

  /// The images of a split.
  ///
  /// - Throws: ``DataError`` when the files are missing or damaged.
  public static func load(
    from store: DataStore = .standard, split: DataSplit = .train
  ) throws(DataError) -> LabelledImages {
    try IDX.images(DataCatalog.mnist, split, from: store, classNames: classNames)
  }
}

/// Articles of clothing in the form of ``MNIST``: as many images, of the same size.
///
/// - Reference: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for
///   benchmarking machine learning algorithms", 2017.
public enum FashionMNIST {
  public static let classNames = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]
  /// Mean and standard deviation of the training pixels, in parts of 255.
  public static let scaling = PixelScaling(mean: [0.2860], deviation: [0.3530])

  /// The images of a split.
  ///
  /// - Throws: ``DataError`` when the files are missing or damaged.
  public static func load(
    from store: DataStore = .standard, split: DataSplit = .train
  ) throws(DataError) -> LabelledImages {
    try IDX.images(DataCatalog.fashionMNIST, split, from: store, classNames: classNames)
  }
}

extension IDX {
  /// Images and labels out of the four files in which MNIST and its relatives come.
  static func images(
    _ set: DataSetDescription, _ split: DataSplit, from store: DataStore, classNames: [String]
  ) throws(DataError) -> LabelledImages {
    let first = split == .train ? 0 : 2
    return try images(
      store.locate(set.files[first], of: set), labels: store.locate(set.files[first + 1], of: set),
      classNames: classNames)
  }

  /// Grey images of one IDX file with the labels of another.
  ///
  /// ```swift
  /// let some = try IDX.images("images-idx3-ubyte.gz", labels: "labels-idx1-ubyte.gz",
  ///   classNames: FashionMNIST.classNames)
  /// ```
  ///
  /// - Throws: ``DataError`` when a file cannot be read, or the two do not belong together.
  public static func images(
    _ path: String, labels labelPath: String, classNames: [String]
  ) throws(DataError) -> LabelledImages {
    let labels = try read(path: labelPath)
    guard case .uint8(let classes) = labels.elements, labels.shape.count == 1 else {
      throw .malformedBytes(source: labelPath, offset: nil, reason: "it holds no list of bytes")
    }
    if let wrong = classes.firstIndex(where: { $0 >= classNames.count }) {
      throw .malformedBytes(
        source: labelPath, offset: nil,
        reason: "label \(wrong) is \(classes[wrong]), and there are \(classNames.count) classes")
    }
    let images = try read(path: path)
    guard case .uint8(let pixels) = images.elements, images.shape.count == 3,
      images.shape[0] == classes.count, images.shape[1] > 0, images.shape[2] > 0
    else {
      throw .malformedBytes(
        source: path, offset: nil,
        reason: "shape \(images.shape), where bytes of [\(classes.count), height, width] are due")
    }
    return LabelledImages(
      height: images.shape[1], width: images.shape[2], channels: 1, pixels: pixels,
      labels: classes.map { Int32($0) }, classNames: classNames)
  }
}
