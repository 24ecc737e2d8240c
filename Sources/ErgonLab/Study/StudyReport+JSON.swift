import ErgonEnergy
import ErgonLedger
public import Foundation

extension StudyReport {
  /// The outcome as one JSON object for programs; keys are stable and carry their units.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(Document(outcome))
  }

  private struct Document: Encodable {
    let study: String
    let summary: String
    let paper: Paper
    let preset: StudyPreset
    let settings: [Setting]
    let claims: [ClaimEntry]
    let verdicts: [String: Int]
    let asExpected: Bool
    let energyJ: FigureEntry?
    let idleJ: FigureEntry?
    let carbonG: FigureEntry?
    let grid: String?
    let durationS: Double?
    let cpuS: Double?
    let run: RunID
    let parts: [RunID]
    let environment: RunEnvironment

    init(_ outcome: StudyOutcome) {
      study = outcome.name
      summary = outcome.summary
      paper = outcome.paper
      preset = outcome.preset
      settings = outcome.settings.map {
        Setting(name: $0.field.name, value: $0.value, unit: $0.field.unit)
      }
      claims = outcome.claims.map(ClaimEntry.init)
      verdicts = Dictionary(
        uniqueKeysWithValues: outcome.tally.map { ($0.verdict.rawValue, $0.count) })
      asExpected = outcome.failures.isEmpty
      let bill = outcome.run.bill
      energyJ = bill?.energy.map(FigureEntry.init)
      idleJ = bill?.idle.map(FigureEntry.init)
      carbonG = bill?.carbon.map(FigureEntry.init)
      grid = bill?.grid?.code
      durationS = bill?.reading.duration.value
      cpuS = bill?.reading.cpu.total.value
      run = outcome.run.id
      parts = outcome.parts.map(\.id)
      environment = outcome.run.environment
    }
  }

  private struct Setting: Encodable {
    let name: String
    let value: String
    let unit: String
  }

  private struct ClaimEntry: Encodable {
    let id: String
    let statement: String
    let published: Double?
    let ours: Double?
    let oursLow: Double?
    let oursHigh: Double?
    let unit: String
    let band: String
    let verdict: Verdict
    let expected: Verdict
    let remark: String?

    init(_ claim: Claim) {
      id = claim.id
      statement = claim.statement
      published = claim.published
      ours = claim.ours
      oursLow = claim.spread?.lowerBound
      oursHigh = claim.spread?.upperBound
      unit = claim.unit
      band = claim.tolerance.description
      verdict = claim.verdict
      expected = claim.expected
      remark = claim.remark
    }
  }

  private struct FigureEntry: Encodable {
    let low: Double
    let best: Double
    let high: Double
    let provenance: ProvenanceKind
    let source: String

    init<Q: PhysicalQuantity>(_ figure: Figure<Q>) {
      low = figure.low.value
      best = figure.best.value
      high = figure.high.value
      provenance = figure.provenance.kind
      source = figure.provenance.source
    }
  }
}
