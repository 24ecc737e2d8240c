import Foundation

extension Console {
  /// Refuses a file that could not be written, before hours of work are spent on what goes in it.
  ///
  /// - Throws: ``CommandError/cannotWrite(path:reason:)``.
  static func checkFolder(ofFile path: String) throws {
    // A file that is there decides itself: it may be a device in a folder that takes no files.
    if access(path, W_OK) == 0 { return }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    if access(folder, W_OK | X_OK) != 0 {
      throw CommandError.cannotWrite(
        path: path, reason: "\(String(cString: strerror(errno))); check the folder and its mode")
    }
  }
}
