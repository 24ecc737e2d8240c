/// Whole texts as files.
public enum TextFile {
  /// Writes a text in place of whatever the file held; it appears when complete, and not before.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public static func write(_ text: String, to path: String) throws(DataError) {
    var file = try OutputFile(path: path, mode: .replace)
    try file.write(text.utf8)
    try file.finish()
  }
}
