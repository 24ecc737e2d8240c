/// Rows of measures, each with the number of its class.
///
/// ```swift
/// let iris = try LabelledTable.load(DataCatalog.iris)
/// iris.values.count   // 150 * 4, in the order [row, column]
/// ```
public struct LabelledTable: Sendable {
  public let columns: Int
  /// All measures, shape `[count, columns]`.
  public let values: [Float]
  /// The class of each row, an index into ``classNames``.
  public let labels: [Int32]
  public let classNames: [String]

  /// How many rows there are.
  public var count: Int { labels.count }

  /// One of the small tables of the catalogue: `iris`, `wine` or `breast-cancer`.
  ///
  /// - Throws: ``DataError`` when the file is missing or malformed.
  public static func load(
    _ set: DataSetDescription, from store: DataStore = .standard
  ) throws(DataError) -> LabelledTable {
    let path = try store.locate(set.files[0], of: set)
    return try read(bytes: BinaryFile.read(path, limit: 1 << 26), name: path)
  }

  /// Reads comma-separated measures with a class number behind them.
  ///
  /// The first row has the numbers of rows and measures, and then the names of the classes.
  static func read(bytes: [UInt8], name: String) throws(DataError) -> LabelledTable {
    // The first row has a width of its own, which a reader of tables would not take.
    let headerEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    let plain = CSVFormat(hasHeader: false)
    var header = try CSVReader(bytes: bytes[..<headerEnd], name: name, format: plain)
    guard let names = try header.next()?.fields, names.count > 2, let count = Int(names[0]),
      let columns = Int(names[1]), count > 0, columns > 0, columns <= plain.columnLimit
    else {
      throw .malformed(
        source: name, row: 1, column: nil,
        reason: "numbers of rows and measures, and names, are due")
    }
    let classNames = Array(names[2...])
    var reader = try CSVReader(bytes: bytes[headerEnd...].dropFirst(), name: name, format: plain)
    var (values, labels): ([Float], [Int32]) = ([], [])
    while let row = try reader.next() {
      guard row.count == columns + 1 else {
        throw .malformed(
          source: name, row: row.number + 1, column: nil,
          reason: "\(row.count) fields where \(columns + 1) are due")
      }
      for column in 0..<columns { values.append(Float(try row.number(at: column) ?? .nan)) }
      labels.append(try row.label(at: columns, below: classNames.count, in: name))
    }
    guard labels.count == count else {
      throw .malformed(
        source: name, row: 1, column: 1, reason: "it states \(count) rows and has \(labels.count)")
    }
    return LabelledTable(columns: columns, values: values, labels: labels, classNames: classNames)
  }
}

extension CSVRow {
  /// The class number in a column.
  func label(at column: Int, below bound: Int, in source: String) throws(DataError) -> Int32 {
    guard let label = Int32(self[column]), label >= 0, label < bound else {
      throw .malformed(
        source: source, row: number, column: column + 1,
        reason: "'\(self[column].prefix(40))' is no class of 0..<\(bound)")
    }
    return label
  }
}
