public import ErgonLab
import ErgonLedger

/// Asks what makes one training run emit more than another: its power, its time, or its grid.
///
/// The paper asked the authors of 95 published models for hardware, hours and place, computed
/// `C = P T I`, and found that carbon intensity and training time explain most of the variation
/// and hardware power little. Its table of rows is not public, so the study checks the accounting
/// against worked figures, the method against registries whose answer is known, and then asks the
/// paper's question of the rows there are: published training runs, and the reader's own file
/// (`--set input=runs.jsonl`, or a meter's `emissions.csv`).
///
/// - Reference: Luccioni and Hernandez-Garcia, Counting Carbon: A Survey of Factors Influencing the
///   Emissions of Machine Learning, 2023.
public struct CountingCarbon: Study {
  public static let name = "counting-carbon"
  public static let summary = "What makes one training run emit more than another"
  public static let paper = Paper(
    title: "Counting Carbon: A Survey of Factors Influencing the Emissions of Machine Learning",
    authors: "A. S. Luccioni, A. Hernandez-Garcia", year: 2023, id: "arXiv:2302.08476")

  /// Sizes of the checks; the paper's own sample is 95 rows.
  public struct Settings: StudySettings {
    /// Rows of the synthetic registry whose shares are known.
    public var rows = 10_000
    /// Random registries on which shares and Shapley values are compared.
    public var registries = 100
    /// Draws of the uncertainty's simulation.
    public var draws = 100_000
    /// Hours of a synthetic intensity series, and of the job that looks for its start.
    public var hours = 48
    public var jobHours = 6
    /// Rows that are read, checked and divided for their processor time.
    public var scaleRows = 100_000
    public var seed = 2023
    /// A registry (JSON lines) or a meter's CSV to ask the paper's question of; empty for none.
    public var input = ""

    public static let quick = Settings()
    public static let full = Settings(rows: 1_000_000, registries: 1000, draws: 10_000_000)
    public static let fields = [
      SettingField("rows", "rows of the synthetic registry"),
      SettingField("registries", "random registries for the comparison with Shapley values"),
      SettingField("draws", "draws of the uncertainty's simulation"),
      SettingField("hours", unit: "h", "length of the synthetic intensity series"),
      SettingField("jobHours", unit: "h", "length of the job that looks for its start"),
      SettingField("scaleRows", "rows read, checked and divided for their processor time"),
      SettingField("seed", "seed of every random number"),
      SettingField("input", "registry or meter's CSV to survey beside the published runs"),
    ]

    public init(
      rows: Int = 10_000, registries: Int = 100, draws: Int = 100_000, hours: Int = 48,
      jobHours: Int = 6, scaleRows: Int = 100_000, seed: Int = 2023, input: String = ""
    ) {
      self.rows = rows
      self.registries = registries
      self.draws = draws
      self.hours = hours
      self.jobHours = jobHours
      self.scaleRows = scaleRows
      self.seed = seed
      self.input = input
    }

    func validate() throws(FootprintError) {
      let sizes = [
        ("rows", rows, 10...10_000_000), ("registries", registries, 1...100_000),
        ("draws", draws, 1000...100_000_000), ("hours", hours, 1...100_000),
        ("jobHours", jobHours, 1...hours), ("scaleRows", scaleRows, 10...10_000_000),
      ]
      for (name, value, range) in sizes where !range.contains(value) {
        throw .invalidParameter(
          name: name, value: "\(value)",
          expected: "\(range.lowerBound) to \(range.upperBound)")
      }
    }
  }

  public init() {}

  public func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    try settings.validate()
    // 3. Accounting: C = P T I.
    var claims = try accounting()
    // Our definition of what the paper does by eye, against known answers.
    claims += try lab.run("decomposition") { _ in try decomposition(settings) }.value
    claims += try lab.run("uncertainty and time") { _ in try questions(settings) }.value
    // 4. Analysis: by source of electricity, by power, time and intensity.
    claims += sources(lab)
    claims += try survey(lab, settings)
    // The registry the paper asks for: its rows, its format, its size.
    claims += try await registry(lab, settings)
    claims += try lab.run("a registry of \(settings.scaleRows) rows") { _ in
      try scale(settings)
    }.value
    return claims + withoutRows
  }

  /// Statements about the 95 rows themselves, which nobody can check without them.
  private var withoutRows: [Claim] {
    let reason = "the paper's 95 rows are not public; none is invented here"
    return [
      .notComparable(
        "paper.total", "The 95 models emitted about 253 t in total", published: 253, unit: "t",
        because: reason),
      .notComparable(
        "paper.trend", "Emissions rise about a hundredfold from 2012 to 2021", published: 100,
        because: reason),
      .notComparable(
        "paper.quality", "No general relation between emissions and quality of a model",
        published: nil, because: reason),
    ]
  }
}

extension Claim {
  /// A statement that is true or not: 1 or 0.
  static func holds(
    _ id: String, _ statement: String, _ isTrue: Bool, remark: String? = nil
  ) -> Claim {
    Claim(
      id, statement, published: 1, ours: isTrue ? 1 : 0, tolerance: .absolute(0), remark: remark)
  }
}
