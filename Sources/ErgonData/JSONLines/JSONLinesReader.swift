#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads a file that holds one JSON value on each line, a line at a time.
///
/// Blank lines are skipped; a byte order mark and carriage returns before line ends are accepted.
///
/// ```swift
/// var reader = try JSONLinesReader<Run>(path: "runs.jsonl")
/// while let run = try reader.next() { print(run.subject) }
/// ```
///
/// - Cost: memory for one chunk and one line.
public struct JSONLinesReader<Value: Decodable>: ~Copyable {
  /// The line that was read last, from 1; 0 before the first.
  public private(set) var line = 0

  private let stream: ByteStream
  private let lineLimit: Int
  private let decoder = JSONDecoder()
  private var bytes: [UInt8] = []

  /// Opens a file.
  ///
  /// - Parameter lineLimit: The longest line to accept, in bytes.
  /// - Throws: ``DataError`` when the file cannot be opened or read.
  public init(path: String, lineLimit: Int = 1 << 26) throws(DataError) {
    try self.init(ByteStream(path: path), lineLimit)
  }

  /// Reads from memory.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - lineLimit: The longest line to accept, in bytes.
  /// - Throws: Nothing that is not thrown for a file.
  public init(
    bytes: some Collection<UInt8>, name: String = "text", lineLimit: Int = 1 << 26
  ) throws(DataError) {
    try self.init(ByteStream(bytes: bytes, name: name), lineLimit)
  }

  private init(_ stream: ByteStream, _ lineLimit: Int) throws(DataError) {
    try stream.skipByteOrderMark()
    self.stream = stream
    self.lineLimit = lineLimit
  }

  /// The next value; `nil` at the end of the file.
  ///
  /// After a malformed line the next call goes on with the line behind it, so that a caller may
  /// skip bad lines and say so.
  ///
  /// - Throws: ``DataError`` with the line number.
  public mutating func next() throws(DataError) -> Value? {
    while try stream.hasMore() {
      line += 1
      try stream.readLine(into: &bytes, row: line, limit: lineLimit)
      if bytes.allSatisfy({ $0 == 32 || $0 == 9 }) { continue }
      do {
        return try decoder.decode(Value.self, from: Data(bytes))
      } catch {
        throw .malformed(source: stream.name, row: line, column: nil, reason: Self.reason(error))
      }
    }
    return nil
  }

  /// What a decoder found wrong, in one sentence.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty ? "" : " at \(path.joined(separator: "."))"
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "the key '\(key.stringValue)' is missing\(place(context))"
    case .valueNotFound(_, let context): return "a value is null\(place(context))"
    case .typeMismatch(let type, let context): return "\(type) expected\(place(context))"
    case .dataCorrupted(let context): return "\(context.debugDescription)\(place(context))"
    @unknown default: return "\(error)"
    }
  }
}

/// Whole files of JSON lines in one call.
public enum JSONLines {
  /// All values of a file.
  ///
  /// - Throws: ``DataError`` with the line number.
  public static func read<Value: Decodable>(_: Value.Type, path: String) throws(DataError)
    -> [Value]
  {
    var reader = try JSONLinesReader<Value>(path: path)
    var values: [Value] = []
    while let value = try reader.next() { values.append(value) }
    return values
  }

  /// Writes values, one a line, in place of whatever the file held.
  ///
  /// - Throws: ``DataError`` when a value has no JSON form or the file cannot be written.
  public static func write<Value: Encodable>(_ values: some Sequence<Value>, path: String)
    throws(DataError)
  {
    var writer = try JSONLinesWriter<Value>(path: path)
    for value in values { try writer.write(value) }
    try writer.finish()
  }
}
