import ArgumentParser

/// `ergon model`: files of language models, looked into, converted and checked.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look into, convert and check files of language models.",
    discussion: example(
      "ergon model inspect bitnet.gguf", "ergon model convert Llama-3.2-1B/ llama.gguf --type q4_k",
      "ergon model verify llama.gguf Llama-3.2-1B/",
      about: "A model is a GGUF, safetensors or llama2.c file, or a Hugging Face folder."),
    subcommands: [ModelInspect.self, ModelConvert.self, ModelVerify.self])
}
