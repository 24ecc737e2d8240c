import ErgonLM
import ErgonLMTraining
import ErgonWorkload

extension TokenizerOptions {
  /// The token that stands between documents.
  private static let endOfText = "<|endoftext|>"

  /// The tokenizer that was named, or a new one from the text to learn from.
  ///
  /// - Throws: `LMError` where the text supports no vocabulary of this size.
  func make(
    from survey: CorpusSurvey, in context: some WorkloadContext
  ) throws -> TokenizerFiles {
    if let tokenizer { return try TokenizerFiles(path: tokenizer) }
    let texts = survey.documents(.training).lazy.map(\.text)
    let size = vocabulary ?? Self.vocabulary(forBytes: survey.size(of: .training).bytes)
    let roles = TokenRoles(beginning: Self.endOfText, end: Self.endOfText)
    switch tokenizerKind {
    case .bpe:
      return try BytePairTrainer(vocabularySize: size, roles: roles).train(on: texts, in: context)
        .files
    case .sentencepiece:
      return try BytePairTrainer(
        vocabularySize: size,
        roles: TokenRoles(beginning: "<s>", end: "</s>", unknown: "<unk>"),
        preTokenizer: .spaces
      ).train(on: texts, in: context).files
    case .unigram:
      return try UnigramTrainer(
        vocabularySize: size,
        roles: TokenRoles(beginning: "<s>", end: "</s>", unknown: "<unk>")
      ).train(on: texts, in: context).files
    case .bytes:
      // An alphabet of all bytes, of which none are merged.
      return try BytePairTrainer(vocabularySize: 257, roles: roles).train(on: texts, in: context)
        .files
    }
  }
}
