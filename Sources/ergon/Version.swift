import ErgonLedger

/// What this program is.
enum Version {
  /// The release, after Semantic Versioning.
  static let number = ErgonPackage.version

  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown architecture"
    #endif
  }

  static var system: String {
    #if os(Linux)
      "Linux"
    #elseif os(macOS)
      "macOS"
    #else
      "unknown system"
    #endif
  }

  /// `0.1.0 (x86_64, Linux)`.
  static var text: String { "\(number) (\(architecture), \(system))" }
}
