/// A table for people: columns that line up in any script, plain text where nobody watches.
///
/// ```swift
/// var table = TextTable(["RUN", .right("ENERGY"), .flexible("SUBJECT")])
/// table.append(["01J9X3", "12.3 J ±5 %", "gzip -9 corpus.tar"])
/// console.print(table)
/// ```
///
/// On a terminal that is too narrow the flexible columns wrap; in a pipe every row is one line, so
/// that `grep` and `awk` find whole rows.
struct TextTable {
  struct Column: ExpressibleByStringLiteral {
    enum Alignment { case left, right }
    var title: String
    var alignment: Alignment
    /// May be narrowed and wrapped when the terminal is too narrow.
    var isFlexible: Bool

    init(_ title: String, alignment: Alignment = .left, isFlexible: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
    }

    init(stringLiteral title: String) { self.init(title) }
    /// Numbers stand right, so that their digits line up.
    static func right(_ title: String) -> Column { Column(title, alignment: .right) }
    /// Prose that may wrap.
    static func flexible(_ title: String) -> Column { Column(title, isFlexible: true) }
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; `nil` is shown as a dash, since absent is not zero.
  ///
  /// - Precondition: one cell a column.
  mutating func append(_ cells: [String?]) {
    precondition(
      cells.count == columns.count,
      "TextTable: \(cells.count) cells for \(columns.count) columns")
    rows.append(cells.map { ($0 ?? "-").terminalSafe })
  }

  /// The table as lines without trailing space.
  ///
  /// - Parameters:
  ///   - width: Cells of the terminal; `nil` never wraps.
  ///   - style: How the header is marked.
  func lines(width: Int? = nil, style: TextStyle = .plain) -> [String] {
    let widths = columnWidths(within: width)
    let hasHeader = columns.contains { !$0.title.isEmpty }
    let header = hasHeader ? [style.bold(line(columns.map(\.title), widths: widths))] : []
    return header
      + rows.flatMap { row in
        let cells = zip(row.indices, row).map { index, cell in
          columns[index].isFlexible ? cell.wrapped(toWidth: widths[index]) : [cell]
        }
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { level in
          line(cells.map { level < $0.count ? $0[level] : "" }, widths: widths)
        }
      }
  }

  private static let gap = 2
  private static let narrowestFlexible = 16

  private func columnWidths(within limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].displayWidth) }
    }
    guard let limit else { return widths }
    // Take what is missing from the widest flexible column, one cell at a time.
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - limit
    while excess > 0,
      let widest = columns.indices.filter({
        columns[$0].isFlexible && widths[$0] > Self.narrowestFlexible
      }).max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.displayWidth))
      text += columns[index].alignment == .right ? padding + cell : cell + padding
      if index < cells.count - 1 { text += String(repeating: " ", count: Self.gap) }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
