import CErgonStories
import ErgonTensor
public import ErgonWorkload

/// The story model that comes with the package.
///
/// It has ternary matrices and the words of a small child's stories; it learned from a model that
/// learned from TinyStories, and knows nothing else.
///
/// ```swift
/// let model = try LanguageModel.embedded()
/// for try await piece in model.generate("Once upon a time") { print(piece.text, terminator: "") }
/// ```
///
/// - Reference: Eldan, Li, "TinyStories: how small can language models be and still speak coherent
///   English?", 2023, for the stories.
public enum EmbeddedModel {
  /// What it is called where a path would stand.
  public static let name = "embedded stories"

  /// In a conversation it goes on with what was said, as if all of it were one story.
  static let template =
    "{{ bos_token }}{% for message in messages %}{{ message.content }}"
    + "{% if message.role == 'assistant' %}{{ '\\n' }}{% endif %}{% endfor %}"

  /// The record of its making as JSON: settings, text, losses, energy.
  public static var record: String {
    var size = 0
    let start = ergon_stories_record(&size)
    return String(decoding: UnsafeRawBufferPointer(start: start, count: size), as: UTF8.self)
  }

  /// Its GGUF file, in place.
  public static func file() throws(LMError) -> any ModelFile {
    var size = 0
    let start = ergon_stories_model(&size)
    let bytes = UnsafeRawBufferPointer(start: start, count: size)
    return try GGUFFile(MappedFile(constant: bytes), source: name)
  }
}

extension LanguageModel {
  /// The story model that comes with the package, see ``EmbeddedModel``.
  ///
  /// - Cost: some milliseconds; its weights are part of the program.
  public static func embedded(
    options: LoadOptions = LoadOptions(), in context: some WorkloadContext = UnobservedContext()
  ) throws -> LanguageModel {
    let file = try EmbeddedModel.file()
    return try LanguageModel(
      name: EmbeddedModel.name, model: TransformerModel(file, options: options, in: context),
      tokenizer: makeTokenizer(for: file), templateSource: EmbeddedModel.template)
  }
}
