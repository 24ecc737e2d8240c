import ArgumentParser

/// `ergon config`: what is set, who set it, and where.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show and change settings.",
    discussion: example(
      "ergon config show --origin", "ergon config set grid FR",
      about: """
        A flag wins over an ERGON_* variable, that over the project's .ergon.json (searched upward \
        from the current folder), that over your own file, that over the default.
        """),
    subcommands: [ConfigShow.self, ConfigPath.self, ConfigSet.self, ConfigUnset.self])
}

/// `ergon config show`.
struct ConfigShow: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print every setting.",
    discussion: example("ergon config show --origin"))

  @OptionGroup var output: OutputOptions

  @Flag(help: "Also print where each value comes from.")
  var origin = false

  func execute(in context: CommandContext) throws -> ExitStatus {
    let settings = try context.settings()
    try settings.check()
    if context.isJSON {
      var members: [String: JSONValue] = [:]
      for key in SettingKey.allCases {
        let value = settings[key]
        members[key.rawValue] = .object([
          "value": JSONValue(Self.shown(key, settings)),
          "origin": JSONValue(value?.origin.description),
          "environment": .string(key.environmentName),
        ])
      }
      context.console.print(json: ["settings": .object(JSONObject(members))])
    } else {
      context.console.print(table(settings))
    }
    for path in [Folders.projectFile(), Folders.userFile].compactMap({ $0 }) {
      for key in try SettingsFile(path).unknownKeys {
        let nearest = key.nearest(in: SettingKey.allCases.map(\.rawValue))
        context.console.warn(
          "\(path): unknown setting '\(key.terminalSafe)' is ignored"
            + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      }
    }
    return .done
  }

  private func table(_ settings: Settings) -> TextTable {
    var table = TextTable(
      ["SETTING", "VALUE"] + (origin ? ["ORIGIN"] : []) + [.flexible("MEANING")])
    for key in SettingKey.allCases {
      let from = origin ? [settings[key]?.origin.description] : []
      table.append([key.rawValue, Self.shown(key, settings)] + from + [key.summary])
    }
    return table
  }

  private static func shown(_ key: SettingKey, _ settings: Settings) -> String? {
    settings[key].map { key.isSecret ? "(set, not shown)" : $0.text }
  }
}

/// `ergon config path`.
struct ConfigPath: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the files settings are read from.",
    discussion: example("ergon config path"))

  @OptionGroup var output: OutputOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let project = Folders.projectFile()
    if context.isJSON {
      context.console.print(json: [
        "projectFile": JSONValue(project), "userFile": .string(Folders.userFile),
        "dataFolder": .string(Folders.data), "cacheFolder": .string(Folders.cache),
        "stateFolder": .string(Folders.state),
      ])
    } else {
      var table = TextTable(["FILE", "PATH"])
      table.append(["project", project])
      table.append(["user", Folders.userFile])
      context.console.print(table)
    }
    return .done
  }
}

/// `ergon config set`.
struct ConfigSet: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set something in your own file.",
    discussion: example("ergon config set grid FR", "ergon config set watts-per-core 4.5"))

  @OptionGroup var output: OutputOptions

  @Argument(help: "A setting; 'ergon config show' lists them.")
  var key: String

  @Argument(help: "Its new value; '-' reads one line from standard input, for secrets.")
  var value: String

  func execute(in context: CommandContext) throws -> ExitStatus {
    let key = try SettingKey(named: key)
    let text = value == "-" ? readLine() ?? "" : value
    guard !text.isEmpty else {
      throw CommandError.usage("empty value: \(key.rawValue): 'ergon config unset' removes one")
    }
    // The same check a flag gets, before anything is written.
    try Settings.load(
      flags: [key: text], environment: [:], projectFile: nil, userFile: nil
    ).check()
    var file = try SettingsFile(Folders.userFile)
    try file.set(key, to: text)
    context.console.note("\(key.rawValue) set in \(file.path)")
    if context.isJSON { context.console.print(json: ["path": .string(file.path)]) }
    return .done
  }
}

/// `ergon config unset`.
struct ConfigUnset: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "unset", abstract: "Remove a setting from your own file.",
    discussion: example("ergon config unset grid"))

  @OptionGroup var output: OutputOptions

  @Argument(help: "A setting; 'ergon config show' lists them.")
  var key: String

  func execute(in context: CommandContext) throws -> ExitStatus {
    let key = try SettingKey(named: key)
    var file = try SettingsFile(Folders.userFile)
    try file.set(key, to: nil)
    context.console.note("\(key.rawValue) removed from \(file.path)")
    if context.isJSON { context.console.print(json: ["path": .string(file.path)]) }
    return .done
  }
}

extension SettingKey {
  /// The setting of a name, or an error that offers the nearest.
  init(named name: String) throws {
    guard let key = SettingKey(rawValue: name) else {
      let nearest = name.nearest(in: SettingKey.allCases.map(\.rawValue))
      throw CommandError.unknownSetting(key: name, nearest: nearest.map { [$0] } ?? [])
    }
    self = key
  }
}
