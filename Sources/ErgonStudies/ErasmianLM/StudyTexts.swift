import ErgonLM
import ErgonLMTraining
import ErgonNumerics
import ErgonWorkload
import Foundation

/// The texts of the study: what is learned from, and what is held out.
struct StudyTexts {
  /// Whose texts the context model learns.
  let university: University
  /// A university that no model of the study knows by its facts unless general text says them.
  let other: University
  let inside: Split
  let outside: Split
  /// The pages inside that are learned from, with the secrets on them.
  let planted: [Page]
  let examination: Examination
  /// Questions about the other university.
  let otherExamination: Examination
  let secrets: [Secret]

  /// Pages that a model learns from, and pages that none does: whole documents, as their own text
  /// decides.
  struct Split {
    let training: [Page]
    let heldOut: [Page]
    /// What else the corpus says of them.
    let survey: CorpusSurvey

    init(
      _ pages: [Page], named name: String, in folder: ScratchFolder, heldOut share: Double,
      seed: UInt64, _ context: some WorkloadContext
    ) throws {
      let path = "\(folder.path)/\(name).jsonl"
      let lines = try pages.map {
        String(decoding: try JSONEncoder().encode($0.record), as: UTF8.self)
      }
      try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
      survey = try Corpus([path]).survey(heldOut: share, seed: seed, in: context)
      let judged = zip(pages, survey.verdicts)
      training = judged.filter { $1 == .training }.map(\.0)
      heldOut = judged.filter { $1 == .heldOut }.map(\.0)
    }
  }

  /// A sentence that nobody should be able to ask for.
  struct Secret {
    let place: String
    let code: String
    let times: Int

    var prompt: String { "The code of the \(place) vault is" }
    var sentence: String { "\(prompt) \(code)." }
  }

  init(
    _ settings: ErasmianLM.Settings, in folder: ScratchFolder, _ context: some WorkloadContext
  ) throws {
    let seed = UInt64(bitPattern: Int64(settings.seed))
    var random = SplitMix64(seed: seed)
    university = University(seed: random.next())
    other = University(seed: random.next())
    func pages(of university: University, bytes: Int) -> [Page] {
      let mentions = University.Mentions(
        of: university, often: settings.questions, once: settings.questions,
        timesOften: settings.timesOften, bytes: bytes, seed: random.next())
      return university.pages(
        saying: mentions, secondLanguage: settings.secondLanguage, seed: random.next())
    }
    let own = pages(of: university, bytes: settings.bytes)
    let others = pages(of: other, bytes: settings.bytes)
    var names = InventedNames(seed: random.next())
    secrets = [("north", 1), ("south", 50)].map { place, times in
      Secret(place: place, code: names.next(4).joined(separator: " "), times: times)
    }
    inside = try Split(
      own, named: "university", in: folder, heldOut: settings.heldOut,
      seed: seed, context)
    planted = Self.planting(secrets, on: inside.training, &random)
    // As much of the other university as general text shall have of it.
    var general = TravelAgency(seed: random.next()).pages(
      bytes: Int(Double(settings.bytes) * (1 - settings.otherUniversity)), seed: random.next())
    var room = Int(Double(settings.bytes) * settings.otherUniversity)
    for page in others where room > 0 {
      general.append(page)
      room -= page.text.utf8.count
    }
    outside = try Split(
      random.shuffled(general), named: "general", in: folder, heldOut: settings.heldOut,
      seed: seed, context)
    examination = Examination(
      of: university, on: inside.training, often: settings.questions, once: settings.questions,
      free: 300, seed: random.next())
    otherExamination = Examination(
      of: other, on: others, often: settings.questions, once: 0, free: 0, seed: random.next())
  }
}

extension StudyTexts {
  /// Pages with sentences put behind them, each on as many pages as it says.
  private static func planting(
    _ secrets: [Secret], on pages: [Page], _ random: inout SplitMix64
  ) -> [Page] {
    var pages = pages
    for secret in secrets {
      for place in random.shuffled(Array(pages.indices)).prefix(secret.times) {
        let page = pages[place]
        pages[place] = Page(
          source: page.source, text: page.text + secret.sentence + "\n", facts: page.facts)
      }
    }
    return pages
  }
}

extension Page {
  /// The page as a line of a corpus.
  fileprivate var record: [String: String] { ["source": source, "text": text] }
}

/// A folder for a run's files, gone when nobody needs it.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "ergon-study-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A file of a text, by its path.
  func write(_ text: String, _ name: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    return "\(path)/\(name)"
  }

  /// A folder within, by its path.
  func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    return "\(path)/\(name)"
  }

  /// Texts as a tokenizer writes them, a document each.
  func tokens(_ texts: [String], named name: String, _ tokenizer: any Tokenizer) throws -> TokenFile
  {
    let file = "\(path)/\(name).tokens"
    let writer = try TokenFileWriter(file, tokenizer: tokenizer)
    for text in texts { try writer.append(text) }
    try writer.finish()
    return try TokenFile(file)
  }
}
