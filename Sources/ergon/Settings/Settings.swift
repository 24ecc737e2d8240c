import Configuration
import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What holds for this call: flag, then environment, then the project's file, then the user's
/// file, then the default.
///
/// ```swift
/// let settings = try Settings.load(flags: [.grid: "FR"])
/// settings[.grid]?.origin                     // .flag
/// ```
struct Settings: Sendable {
  /// Who said it.
  enum Origin: Sendable, Hashable, CustomStringConvertible {
    case flag
    case environment(String)
    case projectFile(String)
    case userFile(String)
    case fallback

    var description: String {
      switch self {
      case .flag: "flag"
      case .environment(let name): "environment \(name)"
      case .projectFile(let path): "project file \(path)"
      case .userFile(let path): "user file \(path)"
      case .fallback: "default"
      }
    }

    var path: String? {
      switch self {
      case .projectFile(let path), .userFile(let path): path
      default: nil
      }
    }
  }

  /// A setting's text and who said it.
  struct Value: Sendable, Hashable {
    var text: String
    var origin: Origin
  }

  private(set) var values: [SettingKey: Value] = [:]

  subscript(key: SettingKey) -> Value? { values[key] }

  /// Reads all layers.
  ///
  /// - Throws: ``CommandError/malformedSettings(path:reason:)`` for a file that is not a JSON
  ///   object, ``CommandError/exposedSecret(key:path:)`` for a secret others can read.
  /// - Cost: one `access` per parent folder; JSON is only touched where there is a file.
  static func load(
    flags: [SettingKey: String] = [:], environment: [String: String] = processEnvironment(),
    projectFile: String? = Folders.projectFile(), userFile: String? = Folders.userFile
  ) throws -> Settings {
    var layers: [Layer] = [
      Layer(
        prefix: ["ergon"], secretsAreSafe: true, origin: { .environment($0.environmentName) },
        snapshot: EnvironmentVariablesProvider(environmentVariables: environment).snapshot())
    ]
    if let projectFile, let layer = try Layer(file: projectFile, as: { .projectFile($0) }) {
      layers.append(layer)
    }
    if let userFile, userFile != projectFile,
      let layer = try Layer(file: userFile, as: { .userFile($0) })
    {
      layers.append(layer)
    }
    var settings = Settings()
    for key in SettingKey.allCases {
      if let text = flags[key] {
        settings.values[key] = Value(text: text, origin: .flag)
      } else if let value = try layers.lazy.compactMap({ try $0.value(key) }).first {
        settings.values[key] = value
      } else if let text = key.fallback {
        settings.values[key] = Value(text: text, origin: .fallback)
      }
    }
    return settings
  }

  /// The variables that concern Ergon.
  static func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    for key in SettingKey.allCases {
      variables[key.environmentName] = Terminal.environment(key.environmentName)
    }
    // An empty variable is how a shell says "not set".
    return variables.filter { !$0.value.isEmpty }
  }

  /// One place settings come from.
  fileprivate struct Layer {
    var prefix: [String] = []
    var secretsAreSafe: Bool
    var origin: (SettingKey) -> Origin
    var snapshot: any ConfigSnapshot

    func value(_ key: SettingKey) throws -> Value? {
      guard let text = text(key) else { return nil }
      let origin = origin(key)
      if key.isSecret, !secretsAreSafe, let path = origin.path {
        throw CommandError.exposedSecret(key: key.rawValue, path: path)
      }
      return Value(text: text, origin: origin)
    }

    /// A file may write a number as a number and a list as a list; here everything is text.
    private func text(_ key: SettingKey) -> String? {
      let name = AbsoluteConfigKey(prefix + [key.rawValue])
      for type in [ConfigType.string, .double, .stringArray] {
        // A value of another type throws; the next type is tried.
        guard let content = try? snapshot.value(forKey: name, type: type).value?.content else {
          continue
        }
        switch content {
        case .string(let text): return text
        case .double(let number): return JSONValue.number(number).text(indentation: nil)
        case .stringArray(let texts): return texts.joined(separator: ",")
        default: continue
        }
      }
      return nil
    }
  }
}

extension Settings.Layer {
  /// A settings file; `nil` where there is none.
  fileprivate init?(file path: String, as origin: (String) -> Settings.Origin) throws {
    let text: String
    switch Host().read(path, limit: 1 << 20) {
    case .success(let content): text = content
    case .failure(.missing): return nil
    case .failure(let error):
      throw CommandError.cannotRead(path: path, reason: error.description)
    }
    let bytes = Array(text.utf8)
    do {
      snapshot = try JSONSnapshot(
        data: bytes.span.bytes, providerName: path, parsingOptions: .default)
    } catch {
      throw CommandError.malformedSettings(path: path, reason: "not a JSON object")
    }
    let source = origin(path)
    self.origin = { _ in source }
    var status = stat()
    secretsAreSafe = stat(path, &status) == 0 && status.st_mode & 0o077 == 0
  }
}
