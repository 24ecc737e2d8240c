/// How a program ended.
public enum Termination: Sendable, Hashable, Codable {
  /// By itself, with this code.
  case exit(Int32)
  /// By a signal.
  case signal(Int32)

  /// What a shell would report: the code, or 128 and the signal's number.
  public var exitCode: Int32 {
    switch self {
    case .exit(let code): code
    case .signal(let number): 128 + number
    }
  }
}
