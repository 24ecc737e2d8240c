import ErgonLM
import ErgonLMTraining
import ErgonWorkload

/// The tokenizers of the study, and its texts as each of them writes them.
struct StudyTokens {
  /// Trained on the university's pages.
  let context: any Tokenizer
  /// The same by another method.
  let unigram: any Tokenizer
  /// Trained on general text.
  let general: any Tokenizer
  /// The university's pages by its own tokenizer.
  let inside: Files
  /// General text by the general tokenizer.
  let outside: Files
  let insideAsGeneral: Files
  let outsideAsContext: Files

  struct Files {
    let training: TokenFile
    let heldOut: TokenFile

    /// Tokens that a byte of held-out text takes.
    var tokensPerByte: Double { Double(heldOut.count) / Double(heldOut.textBytes) }
  }

  init(
    _ texts: StudyTexts, _ settings: ErasmianLM.Settings, _ folder: ScratchFolder,
    _ watcher: some WorkloadContext
  ) throws {
    let roles = TokenRoles(end: "<|end|>")
    func pairs(_ pages: [Page]) throws -> any Tokenizer {
      try BytePairTrainer(vocabularySize: settings.vocabulary, roles: roles)
        .train(on: pages.map(\.text), in: watcher).tokenizer()
    }
    context = try pairs(texts.planted)
    general = try pairs(texts.outside.training)
    unigram = try UnigramTrainer(vocabularySize: settings.vocabulary, roles: roles)
      .train(on: texts.planted.map(\.text), in: watcher).tokenizer()
    func files(
      _ training: [Page], _ heldOut: [Page], _ name: String, _ tokenizer: any Tokenizer
    ) throws -> Files {
      Files(
        training: try folder.tokens(training.map(\.text), named: name + ".training", tokenizer),
        heldOut: try folder.tokens(heldOut.map(\.text), named: name + ".held-out", tokenizer))
    }
    let general = (texts.outside.training, texts.outside.heldOut)
    inside = try files(texts.planted, texts.inside.heldOut, "inside", context)
    insideAsGeneral = try files(
      texts.planted, texts.inside.heldOut, "inside-general", self.general)
    outside = try files(general.0, general.1, "outside", self.general)
    outsideAsContext = try files(general.0, general.1, "outside-context", context)
  }
}

extension Tokenizer {
  /// Texts that do not come back as they were.
  func broken(_ texts: [String]) -> Int {
    texts.count { decode(encode($0, addingSpecial: false)) != $0 }
  }
}
