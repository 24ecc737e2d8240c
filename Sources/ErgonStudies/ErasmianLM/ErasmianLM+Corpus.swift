import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNumerics

extension ErasmianLM {
  /// Check 3: near duplicates are found and others are not; held-out pages are not learned from.
  func corpus(_ lab: Lab, _ texts: StudyTexts, _ settings: Settings) throws -> [Claim] {
    let pairs = 300
    let (found, wrong) = try lab.run("near duplicates") { _ in
      var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)))
      return (
        Self.found(pairs, similarity: 0.85, &random), Self.found(pairs, similarity: 0.5, &random)
      )
    }.value
    let span = 50
    let leakage = try lab.run("leakage") { observer in
      try texts.inside.survey.leakage(spanLength: span, in: observer)
    }.value
    let sentences = try lab.run("leakage of sentences") { observer in
      try texts.inside.survey.leakage(spanLength: 250, in: observer)
    }.value
    // What cutting pages to pieces before parting them would do.
    let share = { (report: LeakageReport) in
      Double(report.leakedCharacters) / Double(max(report.heldOutCharacters, 1))
    }
    return [
      Claim(
        "duplicates.found", "Near duplicates found, of \(pairs) planted ones of similarity 0.85",
        published: nil, ours: found, tolerance: .atLeast(0.95)),
      Claim(
        "duplicates.wrong", "Texts of similarity 0.5 that are taken for near duplicates",
        published: nil, ours: wrong, tolerance: .atMost(0.02)),
      Claim(
        "leakage", "Held-out characters in spans of 250 that are also learned from", published: 0,
        ours: share(sentences), tolerance: .absolute(0),
        remark: "spans of \(span) are the sentences that many pages share: "
          + "\(leakage.leakedCharacters) of \(leakage.heldOutCharacters) characters stand in them"),
    ]
  }

  /// The share of pairs of texts of a similarity that are taken for near duplicates.
  private static func found(_ pairs: Int, similarity: Double, _ random: inout SplitMix64) -> Double
  {
    let words = 400
    let runs = words - 4
    // A stretch of other words breaks as many runs of five as it has words and four more.
    let other = Int((Double(runs) * (1 - similarity) / (1 + similarity)).rounded()) - 4
    var hits = 0
    for _ in 0..<pairs {
      let text = (0..<words).map { _ in String(random.next() % 100_000) }
      var changed = text
      let start = 4 + random.nextIndex(below: words - other - 8)
      for place in start..<start + other { changed[place] = String(random.next() % 100_000) }
      var seen = NearDuplicates()
      _ = seen.find(text.joined(separator: " "), orAddAs: 0)
      hits += seen.find(changed.joined(separator: " "), orAddAs: 1) == nil ? 0 : 1
    }
    return Double(hits) / Double(pairs)
  }

  /// Check 2: tokenizers of one's own text, and that they lose nothing.
  func tokenizers(_ texts: StudyTexts, _ tokens: StudyTokens) -> [Claim] {
    let pages = (texts.planted + texts.inside.heldOut + texts.outside.heldOut).map(\.text)
    // What no training text has.
    let strange = ["caf\u{E9} \u{1F600}\u{200D}\u{1F525} \u{4E2D}\u{6587}\n\t end", "a\u{0}b"]
    let broken = [tokens.context, tokens.unigram].map { $0.broken(pages + strange) }
    return [
      Claim(
        "tokenizer.inside", "Tokens a byte inside, over a general tokenizer's of the same size",
        published: nil, ours: tokens.inside.tokensPerByte / tokens.insideAsGeneral.tokensPerByte,
        tolerance: .atMost(0.85)),
      Claim(
        "tokenizer.outside", "Outside it needs more tokens than the general tokenizer",
        published: nil, ours: tokens.outsideAsContext.tokensPerByte / tokens.outside.tokensPerByte,
        tolerance: .atLeast(1)),
      Claim(
        "tokenizer.pairs",
        "Byte pairs: documents of \(pages.count + strange.count) that do not "
          + "come back byte for byte", published: 0, ours: Double(broken[0]),
        tolerance: .absolute(0)),
      Claim(
        "tokenizer.unigram", "Unigram with byte fallback: documents that do not come back",
        published: 0, ours: Double(broken[1]), tolerance: .absolute(0),
        remark: "ids equal to those of SentencePiece and Hugging Face for given files are held by "
          + "the tokenizers' own tests"),
    ]
  }
}
