import ErgonEnergy

/// Settings as the library takes them, each checked against its range.
extension Settings {
  /// The conventions a bill shows beside its headline; each absent unless somebody set it.
  func overheads() throws -> Overheads {
    let pue = try number(.pue, 1...10, "a number from 1 to 10")
    let water = try number(.water, 0...1000, "litres per kWh, 0 or more")
    let kilograms = try number(.embodiedKilograms, 0...1e9, "kilograms of CO2e, 0 or more")
    let years = try number(.embodiedYears, 0.01...100, "years, more than 0")
    let share = try number(.embodiedShare, 0...1, "a share from 0 to 1") ?? 1
    guard let kilograms else { return try Overheads(pue: pue, waterLitresPerKWh: water) }
    guard let years else {
      throw CommandError.usage(
        "missing: --embodied-years: --embodied-kg needs the years the machine will serve")
    }
    let embodied = try EmbodiedShare(
      total: GramsCO2e(kilograms * 1000), lifetime: Seconds(years * 365.25 * 86400),
      reservedShare: share)
    return try Overheads(pue: pue, waterLitresPerKWh: water, embodied: embodied)
  }

  /// The only sources to meter with; `nil` means whatever is found.
  func sourceNames() -> [String]? {
    self[.sources].map { value in
      value.text.split(separator: ",").map { String($0.filter { $0 != " " }) }
        .filter { !$0.isEmpty }
    }
  }

  /// The estimator with the powers somebody declared; `nil` when nobody did.
  ///
  /// A declared number is taken at its word, good to ±20 %: it is a person's estimate, not a
  /// measurement.
  func declaredModel(over model: @autoclosure () -> CPUPowerModel) throws -> CPUPowerModel? {
    let busy = try power(.wattsPerCore)
    let idle = try power(.idleWattsPerCore)
    guard busy != nil || idle != nil else { return nil }
    var model = model()
    if let busy { model.wattsPerCore = Interval(busy, relative: 0.2) }
    if let idle { model.idleWattsPerCore = Interval(idle, relative: 0.2) }
    model.name = "declared"
    model.version = ""
    model.kind = .assumed
    return model
  }

  /// The period of the live power line; `nil` samples nothing.
  func samplingPeriod() throws -> Seconds? {
    try parsed(.sample, "a time from 1ms to 1h, such as 100ms") { text in
      (try? Seconds(parsing: text)).flatMap { (0.001...3600).contains($0.value) ? $0 : nil }
    }
  }

  /// A power in watts; a plain number is watts.
  func power(_ key: SettingKey) throws -> Watts? {
    try parsed(key, "a power from 0 to 100 kW, such as 3.5W") { text in
      (try? Watts(parsing: text, defaultUnit: "W")).flatMap { $0.value <= 1e5 ? $0 : nil }
    }
  }

  /// A plain number within a range.
  func number(
    _ key: SettingKey, _ range: ClosedRange<Double>, _ expected: String
  ) throws -> Double? {
    try parsed(key, expected) { Double($0).flatMap { range.contains($0) ? $0 : nil } }
  }

  private func parsed<Parsed>(
    _ key: SettingKey, _ expected: String, _ parse: (String) -> Parsed?
  ) throws -> Parsed? {
    guard let value = self[key] else { return nil }
    guard let parsed = parse(value.text) else { throw refusal(key, expected) }
    return parsed
  }

  private func refusal(_ key: SettingKey, _ expected: String) -> CommandError {
    guard let value = self[key] else { return .unknownSetting(key: key.rawValue, nearest: []) }
    // A bad flag is a usage error; a bad file or variable is a bad configuration.
    if value.origin == .flag {
      return .usage("bad value: --\(key.rawValue) '\(value.text)': expected \(expected)")
    }
    return .invalidSetting(
      key: key.rawValue, value: value.text, origin: "\(value.origin)", expected: expected)
  }

  /// Reads every setting that has a form, so that a wrong one is found before it matters.
  func check() throws {
    _ = try overheads()
    _ = try grid()
    _ = try plug()
    _ = try samplingPeriod()
    _ = try declaredModel(
      over: CPUPowerModel(
        name: "", version: "", wattsPerCore: .zero, idleWattsPerCore: .zero, kind: .assumed))
    _ = try number(.plugError, 0...1, "a share from 0 to 1: 0.01 is ±1 %")
    _ = try power(.plugMaximumWatts)
    if let color = self[.color], !["auto", "never"].contains(color.text) {
      throw refusal(.color, "auto or never")
    }
  }
}
