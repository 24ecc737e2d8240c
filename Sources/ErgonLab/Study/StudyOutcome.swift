public import ErgonLedger

/// Everything a run of a study gave: what its report and its row in the ledger are made of.
public struct StudyOutcome: Sendable {
  public var name: String
  public var summary: String
  public var paper: Paper
  public var preset: StudyPreset
  public var settings: [SettingValue]
  public var claims: [Claim]
  public var figures: [StudyFigure]
  public var tables: [StudyTable]
  /// The study's own run, with the bill of the whole.
  public var run: Run
  /// The runs of its parts.
  public var parts: [Run]

  public init(
    name: String, summary: String, paper: Paper, preset: StudyPreset, settings: [SettingValue],
    claims: [Claim], figures: [StudyFigure] = [], tables: [StudyTable] = [], run: Run,
    parts: [Run] = []
  ) {
    self.name = name
    self.summary = summary
    self.paper = paper
    self.preset = preset
    self.settings = settings
    self.claims = claims
    self.figures = figures
    self.tables = tables
    self.run = run
    self.parts = parts
  }

  /// Claims whose verdict is worse than a working study reaches; any makes `ergon study run` end
  /// with exit code 2.
  public var failures: [Claim] { claims.filter { !$0.meetsExpectation } }

  /// How many claims got each verdict.
  public var tally: [(verdict: Verdict, count: Int)] {
    Verdict.allCases.map { verdict in
      (verdict, claims.count { $0.verdict == verdict })
    }
  }
}
