/// Handwritten digits small enough for a test: 1,797 grey images of 8 x 8 in 17 levels.
///
/// ```swift
/// let digits = try Digits.load()   // pixels: [1797, 8, 8, 1], from 0 to 16
/// ```
///
/// - Reference: E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI Machine
///   Learning Repository, 1998.
public enum Digits {
  public static let classNames = (0...9).map { "\($0)" }
  /// Levels to 0...1.
  public static let scaling = PixelScaling(mean: [0], deviation: [16 / 255])

  /// All images; the set has no split of its own.
  ///
  /// - Throws: ``DataError`` when the file is missing or malformed.
  public static func load(from store: DataStore = .standard) throws(DataError) -> LabelledImages {
    let set = DataCatalog.digits
    let path = try store.locate(set.files[0], of: set)
    return try read(bytes: Gzip.inflate(path: path, limit: 1 << 24), name: path)
  }

  static func read(bytes: [UInt8], name: String) throws(DataError) -> LabelledImages {
    var reader = try CSVReader(bytes: bytes, name: name, format: CSVFormat(hasHeader: false))
    var (pixels, labels): ([UInt8], [Int32]) = ([], [])
    while let row = try reader.next() {
      guard row.count == 65 else {
        throw .malformed(
          source: name, row: row.number, column: nil, reason: "\(row.count) fields where 65 are due"
        )
      }
      for column in 0..<64 {
        guard let level = UInt8(row[column]), level <= 16 else {
          throw .malformed(
            source: name, row: row.number, column: column + 1,
            reason: "'\(row[column].prefix(40))' is no level from 0 to 16")
        }
        pixels.append(level)
      }
      labels.append(try row.label(at: 64, below: 10, in: name))
    }
    return LabelledImages(
      height: 8, width: 8, channels: 1, pixels: pixels, labels: labels, classNames: classNames)
  }
}
