/// What is done with series of different lengths.
public enum UnequalLengths: Sendable, Hashable {
  /// They are refused.
  case refused
  /// Shorter ones are filled up behind their end.
  case padded(with: Float)
}

/// Labelled time series of one or more dimensions, read from a `.ts` file.
///
/// ```swift
/// let motions = try TimeSeriesSet(path: "BasicMotions_TRAIN.ts")
/// motions.shape        // [40, 100, 6]: series, time, dimension
/// motions.classNames   // ["Standing", "Running", "Walking", "Badminton"]
/// ```
///
/// - Reference: A. Bagnall and others, "The UEA multivariate time series classification archive",
///   2018, and the format's description at timeseriesclassification.com.
public struct TimeSeriesSet: Sendable {
  /// What the file calls the problem.
  public let name: String
  public let dimensions: Int
  /// Length of each series in the file, before padding.
  public let lengths: [Int]
  /// All values, shape `[count, length, dimensions]`; NaN where one is missing.
  public let values: [Float]
  /// The class of each series, an index into ``classNames``; empty for a file without classes.
  public let labels: [Int32]
  public let classNames: [String]
  /// The number behind each series of a regression problem; empty otherwise.
  public let targets: [Float]

  /// How many series there are.
  public var count: Int { lengths.count }
  /// Steps of the longest series, and after padding of every one.
  public var length: Int { lengths.max() ?? 0 }
  /// `[count, length, dimensions]`.
  public var shape: [Int] { [count, length, dimensions] }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - unequal: What to do with series of different lengths.
  ///   - limit: The most values to hold.
  /// - Throws: ``DataError`` with the line for whatever breaks the format.
  public init(
    path: String, unequal: UnequalLengths = .refused, limit: Int = 1 << 29
  ) throws(DataError) {
    var parser = TimeSeriesParser(try ByteStream(path: path), limit: limit)
    self = try parser.read(unequal)
  }

  /// Reads a file that lies in memory.
  ///
  /// - Parameter name: What errors call the source.
  /// - Throws: ``DataError``, as for a file.
  public init(
    bytes: some Collection<UInt8>, name: String = "time series",
    unequal: UnequalLengths = .refused, limit: Int = 1 << 29
  ) throws(DataError) {
    var parser = TimeSeriesParser(ByteStream(bytes: bytes, name: name), limit: limit)
    self = try parser.read(unequal)
  }

  init(
    name: String, dimensions: Int, lengths: [Int], values: [Float], labels: [Int32],
    classNames: [String], targets: [Float]
  ) {
    self.name = name
    self.dimensions = dimensions
    self.lengths = lengths
    self.values = values
    self.labels = labels
    self.classNames = classNames
    self.targets = targets
  }
}
