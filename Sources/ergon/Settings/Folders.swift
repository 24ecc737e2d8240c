#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where Ergon keeps its things, after the XDG base directory specification.
///
/// On Apple systems the same variables are followed where they are set, and `~/Library` is used
/// where they are not.
enum Folders {
  static var config: String { folder("XDG_CONFIG_HOME", linux: ".config", library: support) }
  static var data: String { folder("XDG_DATA_HOME", linux: ".local/share", library: support) }
  static var cache: String { folder("XDG_CACHE_HOME", linux: ".cache", library: "Caches") }
  static var state: String { folder("XDG_STATE_HOME", linux: ".local/state", library: "Logs") }

  /// The user's own settings file.
  static var userFile: String { config + "/config.json" }

  /// What `ergon calibrate` found out about this machine.
  static var calibration: String { data + "/calibration.json" }

  /// The nearest `.ergon.json` in a folder or above it; `nil` where there is none.
  static func projectFile(from folder: String = currentFolder) -> String? {
    var folder = folder
    while true {
      let candidate = (folder == "/" ? "" : folder) + "/.ergon.json"
      if access(candidate, F_OK) == 0 { return candidate }
      guard folder.count > 1, let slash = folder.lastIndex(of: "/") else { return nil }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
  }

  static var currentFolder: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  static var home: String {
    if let home = Terminal.environment("HOME"), home.hasPrefix("/") { return home }
    guard let entry = getpwuid(getuid()), let folder = entry.pointee.pw_dir else { return "/" }
    return String(cString: folder)
  }

  private static let support = "Application Support"

  private static func folder(_ variable: String, linux: String, library: String) -> String {
    // The specification tells to ignore a relative path.
    if let folder = Terminal.environment(variable), folder.hasPrefix("/") {
      return folder + "/ergon"
    }
    #if canImport(Darwin)
      return "\(home)/Library/\(library)/ergon"
    #else
      return "\(home)/\(linux)/ergon"
    #endif
  }
}
