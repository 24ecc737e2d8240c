/// What can go wrong in the command line itself, each as "what: where: what to do".
enum CommandError: Error, Hashable, CustomStringConvertible {
  case usage(String)
  case malformedSettings(path: String, reason: String)
  case invalidSetting(key: String, value: String, origin: String, expected: String)
  case unknownSetting(key: String, nearest: [String])
  case exposedSecret(key: String, path: String)
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  case missing(what: String, hint: String)
  /// Somebody else is at it.
  case busy(what: String, hint: String)

  var description: String {
    switch self {
    case .usage(let text): text
    case .malformedSettings(let path, let reason):
      "settings refused: \(path): \(reason); mend the file or remove it"
    case .invalidSetting(let key, let value, let origin, let expected):
      "bad setting: \(key) = '\(value)' (\(origin)): expected \(expected)"
    case .unknownSetting(let key, let nearest):
      "unknown setting: '\(key)': 'ergon config show' lists them"
        + (nearest.isEmpty ? "" : "; nearest: \(nearest.joined(separator: ", "))")
    case .exposedSecret(let key, let path):
      "secret refused: \(key) in \(path): others can read the file; "
        + "run 'chmod 600 \(path)' or set the environment variable instead"
    case .cannotRead(let path, let reason): "cannot read: \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write: \(path): \(reason)"
    case .missing(let what, let hint): "missing: \(what): \(hint)"
    case .busy(let what, let hint): "busy: \(what): \(hint)"
    }
  }

  var status: ExitStatus {
    switch self {
    case .usage, .unknownSetting: .usage
    case .malformedSettings, .invalidSetting: .configuration
    case .exposedSecret: .permission
    case .cannotRead: .inputOutput
    case .cannotWrite: .cannotCreate
    case .missing: .missingInput
    case .busy: .retry
    }
  }
}
