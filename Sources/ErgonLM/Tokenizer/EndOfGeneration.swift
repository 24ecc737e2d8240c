/// Control tokens that end an answer, by the names that published vocabularies give them.
let endOfGenerationNames = [
  "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>",
  "<|eot|>", "<|return|>", "<|call|>", "<end_of_turn>", "<end_of_utterance>", "<eos>", "</s>",
  "<EOT>", "_<EOT>", "[EOT]", "<｜end▁of▁sentence｜>",
]

extension SpecialTokens {
  /// Adds the tokens of this vocabulary that end an answer by their name.
  mutating func addEndsOfGeneration(_ token: (String) -> TokenID?) {
    if let end { endOfGeneration.insert(end) }
    for name in endOfGenerationNames {
      if let id = token(name) { endOfGeneration.insert(id) }
    }
  }
}
