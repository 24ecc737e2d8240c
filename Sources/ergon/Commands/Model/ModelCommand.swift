import ArgumentParser
import ErgonFetch
import ErgonLM

/// `ergon model`: language models, fetched, looked into, converted and checked.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Fetch, look into, convert and check language models.",
    discussion: example(
      "ergon model pull microsoft/bitnet-b1.58-2B-4T", "ergon model inspect bitnet.gguf",
      "ergon model convert Llama-3.2-1B/ llama.gguf --type q4_k",
      "ergon model verify llama.gguf Llama-3.2-1B/",
      about:
        "A model is a GGUF, safetensors or llama2.c file, a Hugging Face folder, or the name of "
        + "one that was pulled. The network is asked by 'pull' alone."),
    subcommands: [
      ModelPull.self, ModelList.self, ModelRemove.self, ModelInspect.self, ModelConvert.self,
      ModelVerify.self,
    ])
}

/// Opens a model that is named by a path, or as it was pulled.
func openModel(_ nameOrPath: String) throws -> any ModelFile {
  try openModelFile(ModelCache.standard.resolve(nameOrPath))
}
