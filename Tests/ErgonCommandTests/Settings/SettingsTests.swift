import Testing

@testable import ergon

@Suite struct SettingsTests {
  @Test(
    "a flag wins over the environment, that over the project, that over the user, that over the default"
  )
  func precedence() throws {
    let home = try TemporaryFolder()
    let user = try home.write(
      #"{"grid": "FR", "pue": 1.1, "water": 1, "ledger": "/u"}"#, to: "u.json")
    let project = try home.write(#"{"grid": "DE", "pue": 1.2, "water": 2}"#, to: ".ergon.json")
    let settings = try Settings.load(
      flags: [.grid: "SE"], environment: ["ERGON_GRID": "PL", "ERGON_PUE": "1.3"],
      projectFile: project, userFile: user)
    #expect(settings[.grid] == Settings.Value(text: "SE", origin: .flag))
    #expect(settings[.pue] == Settings.Value(text: "1.3", origin: .environment("ERGON_PUE")))
    #expect(settings[.water] == Settings.Value(text: "2", origin: .projectFile(project)))
    #expect(settings[.ledger] == Settings.Value(text: "/u", origin: .userFile(user)))
    #expect(settings[.color] == Settings.Value(text: "auto", origin: .fallback))
    #expect(settings[.plug] == nil)
  }

  @Test("a file may write a number as a number and a list as a list")
  func forms() throws {
    let home = try TemporaryFolder()
    let file = try home.write(
      #"{"grid": 44, "sources": ["perf", "nvml"], "pue": "1.25", "watts-per-core": 4.5}"#,
      to: "u.json")
    let settings = try Settings.load(environment: [:], projectFile: nil, userFile: file)
    #expect(settings[.grid]?.text == "44")
    #expect(settings.sourceNames() == ["perf", "nvml"])
    #expect(try settings.overheads().pue == 1.25)
    #expect(try settings.power(.wattsPerCore)?.value == 4.5)
  }

  @Test(
    "a damaged file is a typed error that names it",
    arguments: ["", "{", "[1]", "\"text\"", "{\"grid\": \"FR\"", "\u{0}"])
  func damaged(text: String) throws {
    let home = try TemporaryFolder()
    let file = try home.write(text, to: "c.json")
    #expect(throws: CommandError.malformedSettings(path: file, reason: "not a JSON object")) {
      try Settings.load(environment: [:], projectFile: nil, userFile: file)
    }
  }

  @Test("a secret is taken from the environment or a private file, and from nowhere else")
  func secrets() throws {
    let home = try TemporaryFolder()
    let text = #"{"electricity-maps-token": "s3cret"}"#
    let open = try home.write(text, to: "open.json", mode: 0o644)
    let closed = try home.write(text, to: "closed.json", mode: 0o600)
    #expect(throws: CommandError.exposedSecret(key: "electricity-maps-token", path: open)) {
      try Settings.load(environment: [:], projectFile: nil, userFile: open)
    }
    for (environment, file) in [
      ([:], closed), (["ERGON_ELECTRICITY_MAPS_TOKEN": "s3cret"], closed),
    ] {
      let settings = try Settings.load(
        environment: environment, projectFile: nil, userFile: file)
      #expect(settings[.electricityMapsToken]?.text == "s3cret")
    }
  }

  @Test(
    "a value out of range is refused: as usage from a flag, as configuration from elsewhere",
    arguments: [
      (SettingKey.pue, "0.9"), (.pue, "NaN"), (.water, "-1"), (.wattsPerCore, "many"),
      (.wattsPerCore, "1e9"), (.sample, "0ms"), (.sample, "10"), (.color, "pink"),
      (.embodiedKilograms, "-3"),
    ])
  func ranges(key: SettingKey, text: String) throws {
    let flag = try Settings.load(
      flags: [key: text], environment: [:], projectFile: nil, userFile: nil)
    #expect { try flag.check() } throws: { ($0 as? CommandError)?.status == .usage }
    let variable = try Settings.load(
      environment: [key.environmentName: text], projectFile: nil, userFile: nil)
    #expect { try variable.check() } throws: { ($0 as? CommandError)?.status == .configuration }
  }

  @Test("manufacture needs the years the machine will serve")
  func embodied() throws {
    var flags: [SettingKey: String] = [.embodiedKilograms: "181"]
    let load = { try Settings.load(flags: $0, environment: [:], projectFile: nil, userFile: nil) }
    #expect(throws: CommandError.self) { try load(flags).overheads() }
    flags[.embodiedYears] = "4"
    let share = try #require(try load(flags).overheads().embodied)
    #expect(share.total.value == 181_000)
    #expect(share.lifetime.value == 4 * 365.25 * 86400)
    #expect(share.reservedShare == 1)
  }

  @Test("the project's file is searched upward and the nearest one wins")
  func upward() throws {
    let home = try TemporaryFolder()
    let outer = try home.write("{}", to: ".ergon.json")
    try home.write("", to: "a/b/c/x")
    #expect(Folders.projectFile(from: home.path + "/a/b/c") == outer)
    let inner = try home.write("{}", to: "a/b/.ergon.json")
    #expect(Folders.projectFile(from: home.path + "/a/b/c") == inner)
  }

  @Test("every environment variable is the key in capitals")
  func names() {
    #expect(SettingKey.wattsPerCore.environmentName == "ERGON_WATTS_PER_CORE")
    #expect(SettingKey.grid.environmentName == "ERGON_GRID")
  }
}
