public import ErgonEnergy
public import ErgonLedger

/// What can go wrong in the lab, each as "what: where: what to do".
public enum LabError: Error, Sendable, Hashable, CustomStringConvertible {
  case emptyCommand
  case commandNotFound(name: String)
  case commandNotExecutable(path: String, reason: String)
  case commandNotStarted(path: String, reason: String)
  case noSuchProcess(pid: Int32)
  case invalidPlan(String)
  case energy(EnergyError)
  case ledger(LedgerError)
  case unknownStudy(name: String, known: [String])
  case unknownSetting(study: String, name: String, known: [String])
  case invalidSetting(study: String, name: String, value: String, expected: String)
  case malformedStudy(name: String, reason: String)

  public var description: String {
    switch self {
    case .emptyCommand: "no command: nothing to run: write it behind '--'"
    case .commandNotFound(let name):
      "command not found: \(name): check the spelling, or give its path"
    case .commandNotExecutable(let path, let reason):
      "command cannot be executed: \(path): \(reason); check its permissions with ls -l"
    case .commandNotStarted(let path, let reason): "command did not start: \(path): \(reason)"
    case .noSuchProcess(let pid): "no such process: \(pid): it may have ended; check with ps"
    case .invalidPlan(let reason): "nothing was run: \(reason)"
    case .energy(let error): error.description
    case .ledger(let error): error.description
    case .unknownStudy(let name, let known):
      "unknown study: '\(name)': known are \(known.joined(separator: ", "))"
    case .unknownSetting(let study, let name, let known):
      "unknown setting: \(study): '\(name)': known are \(known.joined(separator: ", "))"
    case .invalidSetting(let study, let name, let value, let expected):
      "bad setting: \(study): \(name) = '\(value)': expected \(expected)"
    case .malformedStudy(let name, let reason):
      "study is badly made: \(name): \(reason); mend its source"
    }
  }

  /// The exit code a shell would give: 127 for a command that is not there, 126 for one that
  /// cannot be executed; `nil` where shells have no custom.
  public var shellExitCode: Int32? {
    switch self {
    case .commandNotFound: 127
    case .commandNotExecutable, .commandNotStarted: 126
    default: nil
    }
  }
}
