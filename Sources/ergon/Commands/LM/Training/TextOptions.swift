import ArgumentParser
import ErgonData
import ErgonLM
import ErgonLMTraining
import ErgonLab

/// How text becomes tokens.
struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Part of the text that is kept to measure with.", valueName: "0…0.5"))
  var validationShare = 0.02
  @Flag(help: "Keep documents that say nearly the same as others.") var noDeduplication = false

  func validate() throws {
    guard (0...0.5).contains(validationShare) else {
      throw ValidationError("--validation-share: 0 to 0.5.")
    }
  }

  func described(_ paths: [String]) -> [String: String] {
    [
      "paths": paths.joined(separator: " "), "validationShare": "\(validationShare)",
      "deduplication": "\(!noDeduplication)",
    ]
  }

  /// The text as tokens in the folder: those of an earlier process of the run, or new ones.
  ///
  /// - Parameter makeTokenizer: Is given the documents to learn from.
  func prepare(
    _ paths: [String], in folder: RunFolder, _ record: inout TrainingRecord,
    _ observer: Observer, kind: String,
    makeTokenizer: (_ survey: CorpusSurvey, _ observer: Observer) throws -> TokenizerFiles
  ) throws -> PreparedText {
    if record.text == nil || !folder.has("train.tokens") {
      let text = try CorpusText(
        paths, heldOut: validationShare, findsNearDuplicates: !noDeduplication, in: observer)
      let survey = text.survey
      let files = try makeTokenizer(survey, observer)
      try files.save(to: folder.path)
      try Console.write(
        survey.record.serialized(indent: 2) + "\n", toFile: folder.file("corpus.json"))
      let tokenizer = try files.tokenizer()
      let digest = try SHA256Digest(hexadecimal: files.identity)
      var facts = text.facts(paths)
      let training = try survey.writeTokens(
        of: .training, to: folder.file("train.tokens"), tokenizer: tokenizer, digest: digest,
        in: observer)
      (facts.trainingTokens, facts.textBytes) = (training.tokens, training.textBytes)
      if survey.size(of: .heldOut).documents > 0 {
        let held = try survey.writeTokens(
          of: .heldOut, to: folder.file("validation.tokens"), tokenizer: tokenizer,
          digest: digest, in: observer)
        facts.validationTokens = held.tokens
        facts.textBytes += held.textBytes
      }
      record.text = facts
      record.tokenizer = .init(
        kind: kind, vocabulary: tokenizer.vocabularySize, digest: files.identity)
    }
    return try PreparedText(in: folder)
  }
}

/// Text as tokens, with the tokenizer that made them.
struct PreparedText {
  let training: TokenFile
  /// Nil where nothing was held out.
  let validation: TokenFile?
  let tokenizer: TokenizerFiles

  /// What stands in the folder.
  ///
  /// - Throws: `LMError` where the tokens are not the tokenizer's.
  init(in folder: RunFolder) throws {
    training = try TokenFile(folder.file("train.tokens"))
    validation =
      folder.has("validation.tokens") ? try TokenFile(folder.file("validation.tokens")) : nil
    tokenizer = try TokenizerFiles(path: folder.file("tokenizer.json"))
    for file in [training, validation].compactMap(\.self)
    where "\(file.tokenizerDigest)" != tokenizer.identity {
      throw LMError.request(
        what: "going on with \(folder.path)",
        reason: "its tokenizer.json is not the one that made \(file.source)",
        mend: "put that one back, or name a new folder")
    }
  }

  /// What a network learns from it.
  func lesson(_ network: DecoderNetwork, _ learning: LearningOptions) throws -> Lesson {
    let source = try training.sequences(
      of: learning.length, batch: learning.sequences, seed: learning.seed)
    var lesson = Lesson(
      network: network, source: source, stepsPerPass: source.stepsPerPass,
      tokenizer: tokenizer,
      identity: "\(training.count) tokens of \(training.textBytes) bytes, tokenizer "
        + "\(training.tokenizerDigest), \(learning.sequences) sequences of \(learning.length)")
    if let validation, validation.count > 1 {
      lesson.heldOut = try validation.windows(of: learning.length, batch: learning.sequences)
      lesson.validation = try validation.windows(
        of: learning.length, batch: learning.sequences,
        most: max(1, Lesson.validationTokens / learning.length))
    }
    return lesson
  }
}
