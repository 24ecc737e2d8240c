/// The regular expressions that byte-level vocabularies cut text with before they merge, each as a
/// scanner written by hand: an engine would spend more time than all the rest.
package enum PreTokenPattern: Sendable, Hashable {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
  case gpt2
  /// Words with the sign before them, numbers of at most `digits` digits, line ends with what they
  /// follow; Llama-3 has three digits, Qwen2 one.
  case llama3(digits: Int)
  /// Words that end where capitals start anew; GPT-4o and Llama-4 have three digits and contractions
  /// with their word, Tekken one and none.
  case gpt4o(digits: Int, contractions: Bool)
  /// What DeepSeek-V3 applies after it has set numbers and East Asian runs apart.
  case deepSeek3

  /// Calls `body` with each pre-token of a stretch of text, beyond which nothing is looked at.
  package func forEach(
    in text: UnsafeBufferPointer<UInt8>, _ stretch: Range<Int>, _ body: (Range<Int>) -> Void
  ) {
    let scanner = PreTokenScanner(text, stretch.upperBound)
    var start = stretch.lowerBound
    while start < stretch.upperBound {
      let end =
        switch self {
        case .gpt2: scanner.gpt2(start)
        case .llama3(let digits): scanner.llama3(start, digits)
        case .gpt4o(let digits, let contractions): scanner.gpt4o(start, digits, contractions)
        case .deepSeek3: scanner.deepSeek3(start)
        }
      body(start..<end)
      start = end
    }
  }

  /// The pattern of a regular expression, by its exact text; line ends may stand for their escapes.
  init?(regex: String) {
    let regex = regex.unicodeScalars.reduce(into: "") { text, scalar in
      text += scalar == "\r" ? #"\r"# : scalar == "\n" ? #"\n"# : String(scalar)
    }
    guard let known = Self.known.first(where: { $0.regex == regex }) else { return nil }
    self = known
  }

  /// Those that published vocabularies have.
  private static let known: [PreTokenPattern] = [
    .gpt2, .llama3(digits: 3), .llama3(digits: 1), .gpt4o(digits: 3, contractions: true),
    .gpt4o(digits: 3, contractions: false), .gpt4o(digits: 1, contractions: false), .deepSeek3,
  ]

  /// The regular expression, as a `tokenizer.json` has it.
  package var regex: String {
    let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    let tail = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
    switch self {
    case .gpt2:
      return #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3(let digits):
      return contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + Self.numbers(digits)
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*"# + tail
    case .gpt4o(let digits, let contractions):
      let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
      let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
      let start = #"[^\r\n\p{L}\p{N}]?"#
      let end = contractions ? contraction + "?" : ""
      return start + upper + "*" + lower + "+" + end + "|" + start + upper + "+" + lower + "*" + end
        + "|" + Self.numbers(digits) + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*"# + tail
    case .deepSeek3:
      return
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + #"| ?[\p{P}\p{S}]+[\r\n]*"# + tail
    }
  }

  private static func numbers(_ digits: Int) -> String {
    digits == 1 ? #"\p{N}"# : #"\p{N}{1,\#(digits)}"#
  }
}
