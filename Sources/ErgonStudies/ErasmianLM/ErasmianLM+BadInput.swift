import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNN
import ErgonWorkload
import Foundation

extension ErasmianLM {
  /// Check 12: what is no corpus, or too little of one, is refused in words; a run that was stopped
  /// comes to the same model.
  func badInput(_ lab: Lab, _ texts: StudyTexts, _ folder: ScratchFolder) throws -> [Claim] {
    let (refused, cases, damaged, isSame) = try lab.run("bad input") { _ in
      let cases = try self.cases(texts, folder)
      let refused = cases.count { isRefused($0.corpus, $0.settings, folder) }
      return (refused, cases.count, try repairs(folder), try resumes(texts, folder))
    }.value
    return [
      Claim(
        "input.refused",
        "Bad corpora refused with what to do: an empty folder, binary files, one text over and "
          + "over, too little text, too small a budget, too large a vocabulary",
        published: Double(cases), ours: Double(refused), tolerance: .absolute(0)),
      Claim(
        "input.repaired", "Bytes that are no UTF-8 are replaced and counted", published: 2,
        ours: Double(damaged), tolerance: .absolute(0)),
      Claim.holds(
        "input.resumed", "A founding that was stopped half way goes on to the same weights",
        isSame),
    ]
  }

  private func cases(_ texts: StudyTexts, _ folder: ScratchFolder) throws
    -> [(corpus: () throws -> Corpus, settings: FoundingSettings)]
  {
    let page = texts.inside.training[0].text
    let plenty = try folder.write(
      texts.inside.training.prefix(200).map(\.text).joined(separator: "\n\n"), "plenty.txt")
    var sections = CorpusOptions()
    sections.sectionBytes = 200
    let options = sections
    func corpus(_ path: String) -> () throws -> Corpus {
      { try Corpus([path], options: options) }
    }
    let empty = try folder.folder("empty")
    let binary = try folder.folder("binary")
    try Data([0, 1, 2, 255, 0, 7]).write(to: URL(fileURLWithPath: binary + "/a.txt"))
    let same = try folder.folder("same")
    for number in 0..<300 {
      try (page + "\nCopy \(number).").write(
        toFile: "\(same)/\(number).txt", atomically: false, encoding: .utf8)
    }
    let little = try folder.write(page + "\n\n" + texts.inside.training[1].text, "little.txt")
    var sound = FoundingSettings(operations: 1e10)
    sound.vocabularies = [400]
    sound.heldOutShare = 0.2
    sound.leastBytes = 20_000
    var poor = sound
    poor.operations = 1e6
    var rich = sound
    rich.vocabularies = [100_000]
    return [
      (corpus(empty), sound), (corpus(binary), sound), (corpus(same), sound),
      (corpus(little), sound), (corpus(plenty), poor), (corpus(plenty), rich),
    ]
  }

  private func isRefused(
    _ corpus: () throws -> Corpus, _ settings: FoundingSettings, _ folder: ScratchFolder
  ) -> Bool {
    do {
      _ = try foundModel(of: corpus(), settings: settings, folder: folder.path)
      return false
    } catch {
      return error is LMError
    }
  }

  /// Places repaired in a file with two bytes that are no UTF-8.
  private func repairs(_ folder: ScratchFolder) throws -> Int {
    let path = folder.path + "/damaged.txt"
    let text = Array("One page\u{2014}".utf8) + [0xFF] + Array(" and another ".utf8) + [0xC3, 0x28]
    try Data(text).write(to: URL(fileURLWithPath: path))
    return try Corpus([path]).survey(heldOut: 0).files.reduce(0) { $0 + $1.repairs }
  }

  /// Whether a founding that is stopped goes on to what one in a single go comes to.
  private func resumes(_ texts: StudyTexts, _ folder: ScratchFolder) throws -> Bool {
    let path = try folder.write(
      texts.inside.training.prefix(100).map(\.text).joined(separator: "\n\n"), "resumed.txt")
    var options = CorpusOptions()
    options.sectionBytes = 200
    var settings = FoundingSettings(operations: 6e10)
    settings.vocabularies = [400]
    settings.length = 32
    settings.heldOutShare = 0.1
    settings.leastBytes = 20_000
    let corpus = try Corpus([path], options: options)
    let whole = try foundModel(
      of: corpus, settings: settings, folder: folder.folder("whole"))
    let parts = try folder.folder("parts")
    var stopped = false
    do {
      _ = try foundModel(
        of: corpus, settings: settings, folder: parts,
        in: StopsAfter(share: 0.5))
    } catch is WorkloadStopped {
      stopped = true
    }
    let resumed = try foundModel(of: corpus, settings: settings, folder: parts)
    return stopped && resumed.network.digest == whole.network.digest
  }
}

/// Asks a training to stop once a share of its steps is done.
private struct StopsAfter: WorkloadContext {
  let share: Double

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    if progress.stage.hasPrefix("epoch"), let done = progress.fraction, done >= share {
      throw WorkloadStopped(reason: "half way")
    }
  }
}
