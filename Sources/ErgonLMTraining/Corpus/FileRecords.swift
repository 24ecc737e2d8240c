import ErgonData
import ErgonLM
import ErgonTensor

/// The raw texts of one file, one after the other; damage is counted and never fatal.
protocol FileRecords: AnyObject {
  /// The next text's bytes and where in the file it stands; nil at the end.
  func next() -> (bytes: [UInt8], place: Int)?
  /// Records that could not be read.
  var malformed: Int { get }
  /// Why the rest of the file could not be read.
  var failure: String? { get }
}

/// The documents of a text file: the whole of it, sections, or what stands between separators.
final class TextRecords: FileRecords {
  private let file: MappedFile
  private let options: CorpusOptions
  private let separator: [UInt8]
  private var position = 0
  private var count = 0

  let malformed = 0
  let failure: String? = nil

  init(_ file: MappedFile, _ options: CorpusOptions) {
    self.file = file
    self.options = options
    separator = Array((options.separator ?? "").utf8)
  }

  func next() -> (bytes: [UInt8], place: Int)? {
    file.withBytes { bytes in
      guard position < bytes.count else { return nil }
      let (end, following) = cut(bytes)
      defer { position = following }
      count += 1
      return (Array(bytes[position..<end]), count)
    }
  }

  /// Where the document at hand ends, and where the next one begins.
  private func cut(_ bytes: UnsafeRawBufferPointer) -> (Int, Int) {
    let limit = min(bytes.count, position + options.documentLimit)
    if let first = separator.first {
      var place = position
      while place < limit {
        if bytes[place] == first && bytes[place...].starts(with: separator) {
          return (place, place + separator.count)
        }
        place += 1
      }
    } else if let section = options.sectionBytes {
      var place = position + max(1, section)
      while place < limit {
        if bytes[place - 1] == 0x0A && bytes[place] == 0x0A { return (place + 1, place + 1) }
        place += 1
      }
    }
    if limit == bytes.count { return (limit, limit) }
    // Too long for one document: at the end of a line, or at least of a character.
    var end = limit
    while end > position && bytes[end - 1] != 0x0A { end -= 1 }
    if end > position { return (end, end) }
    end = limit
    while end > max(position + 1, limit - 3) && bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return (end, end)
  }
}

/// One text a line, under a key of the object that stands there.
final class JSONLineRecords: FileRecords {
  private let file: MappedFile
  private let options: CorpusOptions
  private var position = 0
  private var line = 0

  private(set) var malformed = 0
  let failure: String? = nil

  init(_ file: MappedFile, _ options: CorpusOptions) {
    self.file = file
    self.options = options
  }

  func next() -> (bytes: [UInt8], place: Int)? {
    while let bytes = nextLine() {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      // The reader of JSON takes no ill-formed UTF-8; what is repaired here is counted there.
      let valid = String(validating: bytes, as: UTF8.self).map { Array($0.utf8) }
      let value = try? JSONValue(
        parsing: valid ?? Array(String(decoding: bytes, as: UTF8.self).utf8), source: "line")
      guard bytes.count <= options.documentLimit, let text = value?[options.field]?.stringValue
      else {
        malformed += 1
        continue
      }
      return (Array(text.utf8), line)
    }
    return nil
  }

  /// A line, but no more of it than shows that it is too long.
  private func nextLine() -> [UInt8]? {
    file.withBytes { bytes in
      guard position < bytes.count else { return nil }
      if position == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
      let rest = bytes[position...]
      let end = rest.firstIndex(of: 0x0A) ?? bytes.count
      defer { position = end + 1 }
      line += 1
      return Array(rest[position..<end].prefix(options.documentLimit + 1))
    }
  }
}

/// The texts of a column.
final class CSVRecords: FileRecords {
  private var reader: CSVReader
  private let options: CorpusOptions

  let malformed = 0
  private(set) var failure: String?

  init(_ path: String, separator: Character, _ options: CorpusOptions) throws {
    self.options = options
    reader = try CSVReader(
      path: path,
      format: CSVFormat(
        separator: separator, fieldLimit: options.documentLimit,
        rowLimit: 2 * options.documentLimit))
    try reader.requireColumns([options.field])
  }

  func next() -> (bytes: [UInt8], place: Int)? {
    if failure != nil { return nil }
    do {
      guard let row = try reader.next(), let text = row[options.field] else { return nil }
      return (Array(text.utf8), row.number)
    } catch {
      failure = "\(error)"
      return nil
    }
  }
}
