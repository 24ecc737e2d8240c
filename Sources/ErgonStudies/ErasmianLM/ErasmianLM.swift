import ErgonLM
public import ErgonLab

/// Asks what a small model of one house's own texts is worth inside that house and outside it, and
/// what it costs beside a general model of its size, a larger one, and search in the texts.
///
/// The paper's texts cannot be had, so that a university is made up: a closed world, said in many
/// ways, in two languages. General text is a travel agency's and another university's, which shares
/// every word with the first and no fact.
///
/// - Reference: Gonçalves, Jelicic, Murgia, Stamhuis, The advantages of context specific language
///   models: the case of the Erasmian Language Model, 2024.
public struct ErasmianLM: Study {
  public static let name = "erasmian-lm"
  public static let summary = "A small model of one's own texts against a general one and search"
  public static let paper = Paper(
    title:
      "The advantages of context specific language models: the case of the Erasmian Language Model",
    authors: "J. Gonçalves, N. Jelicic, M. Murgia, E. Stamhuis", year: 2024,
    id: "arXiv:2408.06931")

  /// Sizes; the paper's own are 0.9 billion parameters and 2.6 billion tokens three times over.
  public struct Settings: StudySettings {
    /// Bytes of the university's pages, and of general text.
    public var bytes = 700_000
    /// The share of sentences in the second language, of facts said more than once.
    public var secondLanguage = 0.25
    /// The share of general text that another university writes.
    public var otherUniversity = 0.2
    /// Questions about facts said often, and about facts said once.
    public var questions = 200
    /// How often the pages say a frequent fact.
    public var timesOften = 24
    /// The share of pages that no model learns from.
    public var heldOut = 0.02
    /// Entries of each tokenizer.
    public var vocabulary = 2048
    /// The shape of the small models; the large one has twice the width and four times the
    /// parameters.
    public var width = 96
    public var layers = 3
    /// How often the small models read their text, and the large one.
    public var passes = 8.0
    public var largePasses = 3.0
    /// Tokens of a sequence, and sequences of a step.
    public var length = 256
    public var sequences = 4
    public var rate = 4e-3
    /// Steps of training on a source of known entropy.
    public var sourceSteps = 1200
    /// Questions that the large model answers from pages that it is given.
    public var readerQuestions = 100
    /// Prompts that ask for a secret.
    public var secretPrompts = 200
    public var seed = 1

    public static let quick = Settings()
    public static let full = Settings(
      bytes: 4_000_000, questions: 600, vocabulary: 4096, width: 128, layers: 4, passes: 8,
      largePasses: 8, sourceSteps: 3000, readerQuestions: 600)
    public static let fields = [
      SettingField("bytes", unit: "B", "the university's pages, and as much general text"),
      SettingField("secondLanguage", "share of repeated facts in the second language"),
      SettingField("otherUniversity", "share of general text by another university"),
      SettingField("questions", "about facts said often, and as many about facts said once"),
      SettingField("timesOften", "sentences of a frequent fact"),
      SettingField("heldOut", "share of pages that no model learns from"),
      SettingField("vocabulary", "entries of each tokenizer"),
      SettingField("width", "of the small models"),
      SettingField("layers", "of the small models"),
      SettingField("passes", "of the small models over their text"),
      SettingField("largePasses", "of the large model over its text"),
      SettingField("length", unit: "tokens", "of a sequence"),
      SettingField("sequences", "of a step"),
      SettingField("rate", "the greatest learning rate of the small models"),
      SettingField("sourceSteps", "of training on a source of known entropy"),
      SettingField("readerQuestions", "that the large model answers from pages it is given"),
      SettingField("secretPrompts", "that ask for a secret"),
      SettingField("seed", "of pages, questions, weights and order"),
    ]

    public init(
      bytes: Int = 700_000, questions: Int = 200, vocabulary: Int = 2048, width: Int = 96,
      layers: Int = 3, passes: Double = 8, largePasses: Double = 3, length: Int = 256,
      sourceSteps: Int = 1200, readerQuestions: Int = 100
    ) {
      self.bytes = bytes
      self.questions = questions
      self.vocabulary = vocabulary
      self.width = width
      self.layers = layers
      self.passes = passes
      self.largePasses = largePasses
      self.length = length
      self.sourceSteps = sourceSteps
      self.readerQuestions = readerQuestions
    }

    func validate() throws(LMError) {
      let ranges: [(String, Double, ClosedRange<Double>)] = [
        ("bytes", Double(bytes), 50_000...1e9), ("secondLanguage", secondLanguage, 0...0.9),
        ("otherUniversity", otherUniversity, 0...0.9),
        ("questions", Double(questions), 4...1000), ("timesOften", Double(timesOften), 20...1000),
        ("heldOut", heldOut, 0.001...0.5), ("vocabulary", Double(vocabulary), 300...65_536),
        ("width", Double(width), 32...2048),
        ("layers", Double(layers), 1...64), ("passes", passes, 0.01...100),
        ("largePasses", largePasses, 0.01...100), ("length", Double(length), 16...1024),
        ("sequences", Double(sequences), 1...1024), ("rate", rate, 1e-6...1),
        ("sourceSteps", Double(sourceSteps), 1...1e6),
        ("readerQuestions", Double(readerQuestions), 1...1000),
        ("secretPrompts", Double(secretPrompts), 1...10_000),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw .request(
          what: "setting '\(name)'", reason: "\(value) is out of range",
          mend: "use \(range.lowerBound) to \(range.upperBound)")
      }
      guard width % 32 == 0 else {
        throw .request(
          what: "setting 'width'", reason: "\(width) is no multiple of 32",
          mend: "heads have 32 numbers: use 32, 64, 96 and so on")
      }
    }
  }

  public init() {}
}
