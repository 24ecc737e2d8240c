/// A report in one file: no script, nothing loaded from elsewhere, fit to print and to mail.
///
/// ```swift
/// let page = HTMLPage(title: "Compression", sections: [
///   .init("Result", [
///     .paragraph("gzip needs half the energy."),
///     .figure(chart, caption: "Energy of five runs each."),
///     .table(.init(columns: [.text("program"), .number("J")], rows: [["gzip", "12.5"]])),
///   ])
/// ])
/// let file = page.render()
/// ```
///
/// All text is escaped. The page forbids, by its own content security policy, everything except
/// its one stylesheet.
public struct HTMLPage: Sendable {
  public var title: String
  /// One or two sentences below the title.
  public var subtitle: String?
  /// The language of the text, as BCP 47 names it.
  public var language: String
  public var sections: [Section]
  /// Small print at the end: version, date, command.
  public var footer: String?

  public init(
    title: String, subtitle: String? = nil, language: String = "en", sections: [Section] = [],
    footer: String? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.sections = sections
    self.footer = footer
  }

  /// A part of the page with its heading.
  public struct Section: Sendable {
    /// `nil` for a part without a heading, such as the summary at the top.
    public var heading: String?
    public var blocks: [Block]

    public init(_ heading: String? = nil, _ blocks: [Block]) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// A piece of a section.
  public enum Block: Sendable {
    /// A smaller heading inside the section.
    case heading(String)
    case paragraph(String)
    /// A paragraph that must not be overlooked.
    case note(String)
    case list([String])
    /// Lines to be typed or as a machine wrote them.
    case code(String)
    /// Names and their values.
    case facts([Fact])
    case table(Table)
    case figure(any Chart, caption: String? = nil)
    /// A verdict in large type with its explanation.
    case verdict(Badge, String)
  }

  /// A name and its value.
  public struct Fact: Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A word that judges, with a sign so that colour is not alone.
  public struct Badge: Sendable, Hashable {
    public var text: String
    public var tone: Tone

    public init(_ text: String, _ tone: Tone) {
      self.text = text
      self.tone = tone
    }
  }

  /// What a badge says about its subject.
  public enum Tone: String, Sendable, Hashable, CaseIterable {
    case good, partly, bad, neutral

    var sign: String {
      switch self {
      case .good: "✓"
      case .partly: "◐"
      case .bad: "✗"
      case .neutral: "–"
      }
    }
  }

  /// Rows and columns.
  public struct Table: Sendable {
    public var columns: [Column]
    /// As many cells in each row as there are columns; missing ones are empty.
    public var rows: [[Cell]]
    public var caption: String?

    public init(columns: [Column], rows: [[Cell]], caption: String? = nil) {
      self.columns = columns
      self.rows = rows
      self.caption = caption
    }
  }

  /// A column's name and how its cells are set.
  public struct Column: Sendable {
    public var name: String
    public var isNumeric: Bool
    /// Whether a cell stays on one line, as a date should.
    public var isUnbroken = false

    /// Words, from the left.
    public static func text(_ name: String) -> Column { Column(name: name, isNumeric: false) }
    /// Words that stay on one line.
    public static func unbroken(_ name: String) -> Column {
      Column(name: name, isNumeric: false, isUnbroken: true)
    }
    /// Numbers, to the right, digits below digits.
    public static func number(_ name: String) -> Column { Column(name: name, isNumeric: true) }
  }

  /// What stands in one place of a table.
  public enum Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    case text(String)
    case badge(Badge)

    public init(stringLiteral value: String) { self = .text(value) }

    /// A text that is not a literal.
    public init(_ text: String) { self = .text(text) }
  }
}
