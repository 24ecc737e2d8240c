/// What can go wrong in the energy room, each as "what: where: what to do".
public enum EnergyError: Error, Sendable, Hashable, CustomStringConvertible {
  case invalidIntensity(String)
  case unknownGrid(code: String, nearest: [String])
  case noSubregion(code: String, country: String)
  case invalidParameter(name: String, value: String, expected: String)
  case unknownSource(name: String, known: [String])
  case sourceUnusable(name: String, reason: String, remedy: String?)
  case noSuchProcess(pid: Int32)
  case noSuchCgroup(path: String)
  case windowClosed(name: String)
  case malformedProfile(path: String, reason: String)
  case malformedStream(source: String, reason: String)
  case system(what: String, reason: String)

  public var description: String {
    switch self {
    case .invalidIntensity(let text):
      "carbon intensity refused: \(text): give grams of CO2e per kWh between 0 and 10000"
    case .unknownGrid(let code, let nearest):
      "unknown grid: '\(code)': give an ISO country code, 'world' or a number in g/kWh"
        + (nearest.isEmpty ? "" : "; nearest: \(nearest.joined(separator: ", "))")
    case .noSubregion(let code, let country):
      "no figure for a part of a country: '\(code)': give '\(country)' for the whole country's "
        + "average or a number in g/kWh"
    case .invalidParameter(let name, let value, let expected):
      "bad value: \(name) = '\(value)': expected \(expected)"
    case .unknownSource(let name, let known):
      "unknown energy source: '\(name)': known are \(known.joined(separator: ", "))"
    case .sourceUnusable(let name, let reason, let remedy):
      "energy source unusable: \(name): \(reason)" + (remedy.map { "; to mend it: \($0)" } ?? "")
    case .noSuchProcess(let pid): "no such process: \(pid): it may have ended; check with ps"
    case .noSuchCgroup(let path):
      "no such control group: \(path): give its path below the cgroup v2 mount"
    case .windowClosed(let name): "window closed twice: '\(name)': close it once"
    case .malformedProfile(let path, let reason):
      "calibration profile refused: \(path): \(reason); run 'ergon calibrate' again"
    case .malformedStream(let source, let reason): "meter stream refused: \(source): \(reason)"
    case .system(let what, let reason): "system call failed: \(what): \(reason)"
    }
  }
}
