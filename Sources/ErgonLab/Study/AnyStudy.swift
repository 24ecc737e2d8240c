public import ErgonEnergy
import ErgonLedger

/// A study of whatever type, as a list or a command line holds it.
public struct AnyStudy: Sendable {
  public let name: String
  public let summary: String
  public let paper: Paper
  /// What can be set for it.
  public let fields: [SettingField]
  private let values: @Sendable (StudyPreset, [String: String]) throws(LabError) -> [SettingValue]
  private let body: @Sendable (Lab, StudyPreset, [String: String]) async throws -> [Claim]

  public init<S: Study>(_ study: S.Type) {
    name = S.name
    summary = S.summary
    paper = S.paper
    fields = S.Settings.fields
    values = { preset, overrides throws(LabError) in
      try Self.settings(of: S.self, preset, overrides).values(study: S.name)
    }
    body = { lab, preset, overrides in
      try await S().run(lab, Self.settings(of: S.self, preset, overrides))
    }
  }

  private static func settings<S: Study>(
    of study: S.Type, _ preset: StudyPreset, _ overrides: [String: String]
  ) throws(LabError) -> S.Settings {
    let base = preset == .quick ? S.Settings.quick : S.Settings.full
    return try base.replacing(overrides, study: S.name)
  }

  /// The settings a run would use.
  ///
  /// - Throws: ``LabError/unknownSetting(study:name:known:)``,
  ///   ``LabError/invalidSetting(study:name:value:expected:)``, and
  ///   ``LabError/malformedStudy(name:reason:)`` when the study does not describe its settings.
  public func settings(
    _ preset: StudyPreset = .quick, overrides: [String: String] = [:]
  ) throws(LabError) -> [SettingValue] {
    try values(preset, overrides)
  }

  /// Runs the study as one run of the ledger, with its parts as that run's children.
  ///
  /// The claims are kept as the run's metrics (ours) and settings (`published.ID`, `verdict.ID`).
  ///
  /// - Throws: ``LabError``, `WorkloadStopped`, or whatever the study throws; the run is kept in
  ///   every case.
  public func run(
    in lab: Lab, _ preset: StudyPreset = .quick, overrides: [String: String] = [:],
    budget: Joules? = nil, tags: [String] = []
  ) async throws -> StudyOutcome {
    let settings = try settings(preset, overrides: overrides)
    var kept = ["preset": preset.rawValue, "paper": paper.id]
    for setting in settings { kept["set.\(setting.field.name)"] = setting.value }
    let signals = StopSignals(StopSignals.workload)
    defer { signals.giveBack() }
    let session = try lab.begin(name, .study, kept, tags, budget)
    let inner = lab.inside(session.run.id, observer: session.observer)
    do {
      let claims = try await EnergyWindow.$current.withValue(session.window) {
        try await body(inner, preset, overrides)
      }
      try Self.check(claims, of: name)
      let run = try session.end(nil) { run in claims.forEach { run.keep($0) } }
      let contents = inner.notebook.contents
      return StudyOutcome(
        name: name, summary: summary, paper: paper, preset: preset, settings: settings,
        claims: claims, figures: contents.figures, tables: contents.tables, run: run,
        parts: contents.parts)
    } catch {
      throw session.failure(error)
    }
  }

  private static func check(_ claims: [Claim], of study: String) throws(LabError) {
    guard !claims.isEmpty else {
      throw .malformedStudy(name: study, reason: "it makes no claim")
    }
    var seen: Set<String> = []
    for claim in claims where !seen.insert(claim.id).inserted {
      throw .malformedStudy(name: study, reason: "two claims are called '\(claim.id)'")
    }
  }
}

extension Run {
  /// Keeps a claim: ours as a metric, the rest as settings.
  fileprivate mutating func keep(_ claim: Claim) {
    if let ours = claim.ours {
      metrics.append(Metric(name: claim.id, value: ours, unit: claim.unit))
    }
    settings["published.\(claim.id)"] =
      claim.published.map { QuantityFormat.number($0, significantDigits: 6) } ?? "not stated"
    settings["verdict.\(claim.id)"] = claim.verdict.rawValue
  }
}
