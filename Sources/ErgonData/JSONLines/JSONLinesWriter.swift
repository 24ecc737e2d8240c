#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes one JSON value a line, keys in a fixed order.
///
/// A new file appears under its name only when ``finish()`` is called; with `mode: .append` values
/// are put behind those that are there.
///
/// ```swift
/// var writer = try JSONLinesWriter<Run>(path: "runs.jsonl")
/// try writer.write(run)
/// try writer.finish()
/// ```
public struct JSONLinesWriter<Value: Encodable>: ~Copyable {
  private var file: OutputFile
  private let encoder = JSONEncoder()

  /// Opens a file.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public init(path: String, mode: WriteMode = .replace) throws(DataError) {
    file = try OutputFile(path: path, mode: mode)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// Writes one value.
  ///
  /// - Throws: ``DataError/notEncodable(what:reason:)`` for a value without a JSON form (NaN), and
  ///   ``DataError/cannotWrite(path:reason:)``.
  public mutating func write(_ value: Value) throws(DataError) {
    let data: Data
    do {
      data = try encoder.encode(value)
    } catch EncodingError.invalidValue(_, let context) {
      throw .notEncodable(what: "\(Value.self)", reason: context.debugDescription)
    } catch {
      throw .notEncodable(what: "\(Value.self)", reason: "\(error)")
    }
    try file.write(data)
    try file.write(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// Completes the file and puts it in its place.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public consuming func finish() throws(DataError) { try file.finish() }
}
