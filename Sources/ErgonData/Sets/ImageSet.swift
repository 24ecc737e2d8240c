/// A set of labelled images by its name in the catalogue.
///
/// ```swift
/// let set = try ImageSet(named: "mnist")
/// let train = try set.load(.train)           // 60,000 images of 28 x 28
/// ```
public struct ImageSet: Sendable {
  public let description: DataSetDescription
  /// What makes its pixels numbers of mean 0 and deviation 1.
  public let scaling: PixelScaling
  private let read: @Sendable (DataStore, DataSplit) throws(DataError) -> LabelledImages

  public static let all = [
    ImageSet(DataCatalog.mnist, MNIST.scaling) { store, split throws(DataError) in
      try MNIST.load(from: store, split: split)
    },
    ImageSet(DataCatalog.fashionMNIST, FashionMNIST.scaling) { store, split throws(DataError) in
      try FashionMNIST.load(from: store, split: split)
    },
    ImageSet(DataCatalog.cifar10, CIFAR10.scaling) { store, split throws(DataError) in
      try CIFAR10.load(from: store, split: split)
    },
  ]

  private init(
    _ description: DataSetDescription, _ scaling: PixelScaling,
    _ read: @escaping @Sendable (DataStore, DataSplit) throws(DataError) -> LabelledImages
  ) {
    self.description = description
    self.scaling = scaling
    self.read = read
  }

  /// - Throws: `DataError/unknownDataSet` for a name that no set of images has.
  public init(named name: String) throws(DataError) {
    guard let set = Self.all.first(where: { $0.description.name == name }) else {
      throw .unknownDataSet(name: name, known: Self.all.map(\.description.name))
    }
    self = set
  }

  /// The images of a split.
  ///
  /// - Throws: ``DataError`` when the files are missing or damaged.
  public func load(
    _ split: DataSplit, from store: DataStore = .standard
  ) throws(DataError) -> LabelledImages {
    try read(store, split)
  }
}
