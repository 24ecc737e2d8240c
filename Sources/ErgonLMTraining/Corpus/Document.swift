/// A text and where it comes from.
public struct Document: Sendable, Hashable {
  /// The file, and the record in it where it has several: `"pages/faq.html"`, `"theses.jsonl:12"`.
  public var source: String
  public var text: String

  public init(source: String, text: String) {
    self.source = source
    self.text = text
  }
}

/// How files become documents, and how much of them is acceptable.
public struct CorpusOptions: Sendable, Hashable {
  /// The key of a JSON line, or the column of a CSV file, that holds the text.
  public var field = "text"
  /// Cuts files of plain text into documents of at least so many bytes, each up to the next empty
  /// line; nil leaves a file one document.
  ///
  /// A corpus of few long files needs it, as whole documents are held out.
  public var sectionBytes: Int?
  /// What stands between the documents of a plain text, for example `"<|endoftext|>"`.
  public var separator: String?
  /// The longest document, in bytes; plain text is cut where it is longer, at the end of a line if
  /// there is one, and a longer record is left out.
  public var documentLimit = 1 << 26
  /// The most files.
  public var fileLimit = 1 << 20
  /// Folders within folders.
  public var depthLimit = 64

  public init() {}
}
