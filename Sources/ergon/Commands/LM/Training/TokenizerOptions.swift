import ArgumentParser
import ErgonLM
import ErgonLMTraining
import ErgonWorkload

/// A kind of tokenizer that can be made from text.
enum TokenizerKind: String, CaseIterable, ExpressibleByArgument {
  case bpe, unigram, sentencepiece, bytes
}

/// Which tokenizer, or how one is made from the text.
struct TokenizerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One that is there: a tokenizer.json, a model's folder or file, a llama2.c tokenizer.",
      valueName: "path"))
  var tokenizer: String?
  @Option(
    help: ArgumentHelp(
      "Tokens of a new one; a thousandth of the text's bytes unless said, 512 to 32768.",
      valueName: "n"))
  var vocabulary: Int?
  @Option(
    help: """
      How a new one is made: bpe merges pairs of bytes as GPT and Llama 3 do, sentencepiece pairs \
      of characters as Llama 2 does, unigram prunes pieces by what the text loses, bytes has each \
      byte alone.
      """)
  var tokenizerKind = TokenizerKind.bpe

  func validate() throws {
    if tokenizer != nil, vocabulary != nil || tokenizerKind != .bpe {
      throw ValidationError("--tokenizer and what makes a new one exclude each other.")
    }
    if tokenizerKind == .bytes, vocabulary != nil {
      throw ValidationError("--vocabulary: bytes are 256 tokens, and those that end texts.")
    }
    if let vocabulary, !(257...1 << 20).contains(vocabulary) {
      throw ValidationError("--vocabulary \(vocabulary): 257 to \(1 << 20).")
    }
  }

  /// The file, or what a new one is.
  var kind: String { tokenizer ?? tokenizerKind.rawValue }

  var described: [String: String] {
    [
      "tokenizer": kind,
      "vocabulary": vocabulary.map { "\($0)" },
    ].compactMapValues { $0 }
  }

  /// Tokens for so many bytes of text, where nobody said how many.
  static func vocabulary(forBytes bytes: Int) -> Int {
    var size = 512
    while size < 32_768, 2 * size * 1000 <= bytes { size *= 2 }
    return size
  }
}
