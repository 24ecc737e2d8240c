/// A published claim, re-run under the meter.
///
/// A study reads like its paper: settings whose defaults are the paper's, set-up, runs, claims. The
/// method itself lives in a library room; the study only calls it. `ergon study list | run` works
/// for every study in a ``StudyRegistry`` with no code of its own.
///
/// ```swift
/// struct CountingCarbon: Study {
///   static let name = "counting-carbon"
///   static let summary = "What makes one training run emit more than another"
///   static let paper = Paper(title: …, authors: …, year: 2023, id: "arXiv:2302.08476")
///   func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] { … }
/// }
/// ```
public protocol Study: Sendable {
  associatedtype Settings: StudySettings
  /// What one types to run it: lower case, words joined by `-`.
  static var name: String { get }
  /// What it is about, in a line.
  static var summary: String { get }
  static var paper: Paper { get }
  init()
  /// Does the work, in parts run by ``Lab/run(_:settings:tags:budget:isolation:_:)``, and answers
  /// with what became of each claim.
  ///
  /// Figures and tables for the report are handed to the lab on the way.
  func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim]
}

/// Which of a study's sizes to run.
public enum StudyPreset: String, Sendable, Hashable, Codable, CaseIterable {
  /// Minutes on two cores.
  case quick
  /// The paper's own size.
  case full
}
