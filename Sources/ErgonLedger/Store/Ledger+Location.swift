#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension Ledger {
  /// Where the user's own ledger lies.
  ///
  /// The first of: `$ERGON_LEDGER`, `$XDG_DATA_HOME/ergon/ledger.sqlite`, on macOS
  /// `~/Library/Application Support/ergon/ledger.sqlite`, elsewhere
  /// `~/.local/share/ergon/ledger.sqlite`.
  public static var defaultPath: String { defaultPath(environment: variable) }

  static func defaultPath(environment: (String) -> String?) -> String {
    if let path = environment("ERGON_LEDGER"), !path.isEmpty { return path }
    // The XDG rules: a relative path is to be ignored.
    if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") {
      return data + "/ergon/ledger.sqlite"
    }
    let home = environment("HOME").flatMap { $0.isEmpty ? nil : $0 } ?? homeOfUser() ?? "/tmp"
    #if canImport(Darwin)
      return home + "/Library/Application Support/ergon/ledger.sqlite"
    #else
      return home + "/.local/share/ergon/ledger.sqlite"
    #endif
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func homeOfUser() -> String? {
    guard let entry = getpwuid(getuid()), let folder = entry.pointee.pw_dir else { return nil }
    return String(cString: folder)
  }
}
