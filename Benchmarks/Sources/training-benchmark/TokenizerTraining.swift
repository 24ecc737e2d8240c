import ErgonLM
import ErgonLMTraining
import ErgonTensor

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Trains a tokenizer of a kind and size on a file and writes its tokenizer.json.
///
/// - Parameter kind: `unigram`, or the cut of a byte-pair encoding: `llama3`.
func trainTokenizer(
  _ kind: String, size: Int, threads: Int, on path: String, to output: String
) throws {
  Compute.threads = threads
  let roles = TokenRoles(beginning: "<s>", end: "</s>", unknown: "<unk>")
  let trained =
    if let cut = PreTokenization(rawValue: kind) {
      try BytePairTrainer(vocabularySize: size, roles: roles, preTokenizer: cut)
        .train(onFiles: [path])
    } else {
      try UnigramTrainer(vocabularySize: size, roles: roles).train(onFiles: [path])
    }
  guard let file = fopen(output, "w") else { return }
  defer { fclose(file) }
  fputs(trained.json, file)
}
