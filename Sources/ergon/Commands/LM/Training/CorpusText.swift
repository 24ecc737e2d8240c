import ErgonLM
import ErgonLMTraining
import ErgonWorkload
import Foundation

/// The documents of files and folders, parted into those to learn from and those to measure with.
struct CorpusText {
  let survey: CorpusSurvey

  /// Files that are few are cut into sections, since whole documents are held out.
  private static let manyFiles = 64
  private static let sections = 1000
  private static let sectionBytes = 2048...(1 << 16)

  /// Looks at all files.
  ///
  /// - Throws: `LMError` where a path is not there, or nothing is text.
  init(
    _ paths: [String], heldOut: Double, findsNearDuplicates: Bool = true,
    in context: some WorkloadContext
  ) throws {
    var corpus = try Corpus(paths)
    if heldOut > 0, corpus.paths.count < Self.manyFiles {
      let bytes = corpus.paths.reduce(0) { $0 + Self.size(of: $1) }
      var options = corpus.options
      options.sectionBytes = min(
        max(bytes / Self.sections, Self.sectionBytes.lowerBound), Self.sectionBytes.upperBound)
      corpus = try Corpus(paths, options: options)
    }
    let duplicates = findsNearDuplicates ? NearDuplicates.Settings() : nil
    survey = try corpus.survey(heldOut: heldOut, duplicates: duplicates, in: context)
  }

  private static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? Int) ?? 0
  }

  /// What a record says of it.
  func facts(_ paths: [String]) -> TrainingRecord.Text {
    let left = survey.verdicts.count { $0 != .training && $0 != .heldOut }
    return TrainingRecord.Text(
      paths: paths, documents: survey.documentCount - left, duplicates: left,
      skipped: survey.files.count { $0.digest == nil })
  }
}
