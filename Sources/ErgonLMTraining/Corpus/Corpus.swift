public import ErgonLM
import ErgonTensor

/// The texts of files and folders, one document at a time, however large they are together.
///
/// It reads plain text (`txt`, `text`, `md`, `markdown`, `tex`), pages (`html`, `htm`; tags, scripts
/// and styles are taken out), JSON lines (`jsonl`, `ndjson`) and tables (`csv`, `tsv`). Files named
/// one by one are read as plain text where their kind is another. Texts come as valid UTF-8 in NFC.
///
/// ```swift
/// let corpus = try Corpus(["theses", "faq.jsonl"])
/// let survey = try corpus.survey(heldOut: 0.02, seed: 0)
/// for document in survey.documents(.training) { train(on: document.text) }
/// ```
public struct Corpus: Sendable {
  /// A file and how it is read.
  struct File: Sendable {
    let path: String
    let kind: Kind?
  }

  enum Kind: Sendable, Hashable {
    case text, html, jsonLines, commas, tabs

    init?(_ path: String) {
      switch path.split(separator: ".").last?.lowercased() {
      case "txt", "text", "md", "markdown", "tex": self = .text
      case "html", "htm": self = .html
      case "jsonl", "ndjson": self = .jsonLines
      case "csv": self = .commas
      case "tsv": self = .tabs
      default: return nil
      }
    }
  }

  public let options: CorpusOptions
  let files: [File]
  /// Links and other things in the folders that are no files.
  let skipped: [String]

  /// Finds the files; none is opened yet.
  ///
  /// - Parameter paths: Files and folders; hidden files in folders are left out and links not
  ///   followed.
  /// - Throws: ``ErgonLM/LMError`` where a path is not there or holds more than the options allow.
  public init(_ paths: [String], options: CorpusOptions = CorpusOptions()) throws(LMError) {
    self.options = options
    var files: [File] = []
    var walk = FolderWalk()
    for path in paths {
      walk.files = []
      try walk.add(path, options)
      files += walk.files.map { file in
        File(path: file, kind: Kind(file) ?? (file == path ? .text : nil))
      }
    }
    self.files = files
    skipped = walk.skipped
  }

  /// Paths of all files, also of those that are of no kind that is read.
  public var paths: [String] { files.map(\.path) }

  /// Opens a file; nil and why where it is not read.
  func records(of file: File) -> (records: (any FileRecords)?, reason: String?) {
    guard let kind = file.kind else { return (nil, "a kind of file that is not read") }
    do {
      let mapped = try mapFile(file.path)
      let isBinary = mapped.withBytes { CleanText.isBinary($0) }
      if isBinary { return (nil, Self.binary) }
      switch kind {
      case .text: return (TextRecords(mapped, options), nil)
      case .html:
        var whole = options
        (whole.sectionBytes, whole.separator) = (nil, nil)
        return (TextRecords(mapped, whole), nil)
      case .jsonLines: return (JSONLineRecords(mapped, options), nil)
      case .commas: return (try CSVRecords(file.path, separator: ",", options), nil)
      case .tabs: return (try CSVRecords(file.path, separator: "\t", options), nil)
      }
    } catch {
      return (nil, "\(error)")
    }
  }

  static let binary = "binary"

  /// A record's text as it is learned from.
  func clean(_ bytes: [UInt8], of file: File) -> CleanText {
    CleanText(file.kind == .html ? HTMLText.text(of: bytes) : bytes)
  }
}
