import ErgonNumerics

/// A language with words of its own in which the verb comes last, beside English as Dutch is at the
/// paper's university.
///
/// Sentences are written as English glosses in its order; names stay as they are.
struct SecondLanguage: Sendable {
  private let words: [String: String]

  private static let glosses = [
    "of", "teacher", "is", "this", "year", "gives", "weight", "who", "passes", "receives", "in",
    "meets", "room", "begins", "students", "take", "office", "works", "to", "belongs", "people",
    "among", "head", "leads", "limit", "allows", "at", "opens", "from", "open", "on", "stands",
    "street", "guide", "was", "guided", "method", "uses", "mark", "received", "news", "the",
    "council", "read", "week", "note", "all", "that", "know", "must", "closed", "end",
  ]

  /// - Parameter seed: Another seed is another language.
  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let openings = ["a", "cho", "dwi", "e", "glu", "hy", "i", "mwa", "nge", "phu", "sy", "thro"]
    let endings = ["", "bwe", "dho", "ki", "lla", "mne", "rru", "ssi", "vyo"]
    var taken: Set<String> = []
    words = Dictionary(
      uniqueKeysWithValues: Self.glosses.map { gloss in
        while true {
          let word =
            random.pick(openings) + random.pick(endings)
            + (random.nextIndex(below: 2) == 0 ? random.pick(endings) : "")
          if word.count > 1, taken.insert(word).inserted { return (gloss, word) }
        }
      })
  }

  /// A sentence of glosses as this language says it.
  func sentence(_ glosses: String, subject: String = "", value: String = "") -> String {
    let sentence = glosses.split(separator: " ").map { gloss in
      gloss == "{s}" ? subject : gloss == "{v}" ? value : words[String(gloss)] ?? String(gloss)
    }.joined(separator: " ")
    return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
  }
}
