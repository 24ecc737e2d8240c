public import ArgumentParser
import ErgonEnergy
import ErgonFetch
public import ErgonLM
import ErgonTensor
import ErgonWorkload

/// Which language model, and how it is held in memory.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A GGUF, safetensors or llama2.c file, a Hugging Face folder, or a model that was pulled; "
        + "the story model that comes with ergon unless said, where stories will do.",
      valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The tokenizer, where it is neither in the file nor beside it.", valueName: "path"))
  var tokenizer: String?

  @OptionGroup var loading: LoadingOptions

  /// What the model is called.
  var name: String { model ?? EmbeddedModel.name }

  func validate() throws {
    if model == nil, tokenizer != nil { throw ValidationError("--tokenizer: needs --model.") }
  }

  /// For commands whose figures of a story model would help nobody.
  func requireModel() throws {
    if model == nil { throw ValidationError("--model: name a model.") }
  }

  /// Says what not to expect where no model was named.
  func warn(_ console: Console) {
    if model == nil {
      console.note("The model that comes with ergon only tells stories; --model names another.")
    }
  }

  /// What the ledger keeps of it.
  var described: [String: String] {
    [
      "model": name, "tokenizer": tokenizer, "kv": loading.kv.rawValue,
      "head": loading.head.rawValue, "context": loading.context.map(String.init),
      "threads": "\(Compute.threads)",
    ].compactMapValues { $0 }
  }

  func load(in context: some WorkloadContext) throws -> LanguageModel {
    guard let model else { return try .embedded(options: loading.options(), in: context) }
    return try LanguageModel(
      ModelCache.standard.resolve(model), tokenizer: tokenizer, options: loading.options(),
      in: context)
  }
}

/// How a model is held in memory.
struct LoadingOptions: ParsableArguments {
  @Option(help: "How keys and values are kept: f32, f16 or int8.")
  var kv = KeyValueFormat.f16

  @Option(
    help: """
      The output head: certified screens the vocabulary with few bits and gives the very tokens \
      that exact gives.
      """)
  var head = LoadOptions.Head.certified

  @Option(help: ArgumentHelp("Tokens that prompt and answer may have.", valueName: "n"))
  var context: Int?

  func validate() throws {
    if let context, context < 2 { throw ValidationError("--context: 2 or more.") }
  }

  func options() -> LoadOptions {
    var options = LoadOptions()
    options.keyValueFormat = kv
    options.head = head
    options.context = context
    return options
  }
}

extension KeyValueFormat: ExpressibleByArgument {}
extension LoadOptions.Head: ExpressibleByArgument {}

/// How much a command may spend.
struct EnergyLimit: ParsableArguments {
  @Option(
    name: .customLong("max-joules"),
    help: ArgumentHelp("Stop once this much is spent.", valueName: "50J"))
  var text: String?

  func budget() throws -> Joules? {
    try text.map { text in
      guard let energy = try? Joules(parsing: text, defaultUnit: "J"), energy.value > 0 else {
        throw CommandError.usage(
          "bad value: --max-joules '\(text)': expected an energy, such as 50J")
      }
      return energy
    }
  }
}
