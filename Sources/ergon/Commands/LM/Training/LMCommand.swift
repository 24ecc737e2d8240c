import ArgumentParser

/// `ergon lm`: language models of one's own, from a folder of text to a file that others open.
struct LMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Train, measure, teach, fine-tune and export language models.",
    discussion: example(
      "ergon lm train notes/ -o my-model --minutes 10",
      "ergon lm generate --model my-model 'The'",
      "ergon lm eval my-model other-notes/",
      "ergon lm export my-model -o my-model.gguf --type i2_s",
      about: """
        Models are ternary unless --full-precision is said: their matrices have weights of -1, 0 \
        and 1 alone, and are served by sums of integers.
        """),
    subcommands: [
      LMTrain.self, LMEval.self, LMExport.self, LMDistill.self, LMFinetune.self,
      GenerateCommand.self, LMTokenizer.self,
    ])
}
