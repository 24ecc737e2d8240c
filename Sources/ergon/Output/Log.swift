import Logging
import Synchronization

/// The program's log, for those who look for a fault; silent and unbuilt for everybody else.
enum Log {
  private static let isOn = Atomic(false)

  /// Turns the log on where `-vv` or `ERGON_LOG` asks for it.
  ///
  /// `ERGON_LOG` holds a level (`debug`), or a level and a form (`debug,json`).
  static func start(verbosity: Int, environment: String? = Terminal.environment("ERGON_LOG")) {
    guard verbosity > 1 || environment != nil else { return }
    let words = (environment ?? "").lowercased().split(separator: ",").map(String.init)
    let level = words.lazy.compactMap(Logger.Level.init(rawValue:)).first ?? .debug
    let form: LogForm = words.contains("json") ? .json : .text
    LoggingSystem.bootstrap { StandardErrorLogHandler(label: $0, level: level, form: form) }
    isOn.store(true, ordering: .relaxed)
  }

  /// A line about the command line's own doings.
  static func debug(_ message: @autoclosure () -> Logger.Message) {
    guard isOn.load(ordering: .relaxed) else { return }
    Logger(label: "ergon").debug(message())
  }
}

enum LogForm: Sendable { case text, json }

/// Writes log lines to standard error, as text or as JSON lines.
struct StandardErrorLogHandler: LogHandler {
  let label: String
  var metadata = Logger.Metadata()
  var logLevel: Logger.Level
  let form: LogForm

  init(label: String, level: Logger.Level, form: LogForm) {
    self.label = label
    logLevel = level
    self.form = form
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, explicit in explicit }
    Console.write(
      line(level: event.level, message: "\(event.message)", metadata: all) + "\n", to: .error)
  }

  func line(level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
    switch form {
    case .text:
      let details = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
      return "\(label) \(level): \(message)\(details.joined())".terminalSafe
    case .json:
      var object: [String: JSONValue] = [
        "level": .string(level.rawValue), "label": .string(label), "message": .string(message),
      ]
      for (key, value) in metadata { object["meta.\(key)"] = .string("\(value)") }
      return JSONValue.object(JSONObject(object)).text(indentation: nil)
    }
  }
}
