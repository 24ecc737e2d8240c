extension LanguageModel {
  /// The template's text: a GGUF key, or a file of a Hugging Face folder.
  static func templateSource(of file: any ModelFile) throws(LMError) -> String? {
    if case .string(let text)? = file.metadata["tokenizer.chat_template"] { return text }
    guard file.kind == .safetensors else { return nil }
    let place = isFile(file.source) ? folder(of: file.source) : file.source + "/"
    if isFile(place + "chat_template.jinja") {
      let mapped = try mapFile(place + "chat_template.jinja")
      return String(decoding: mapped.bytes, as: UTF8.self)
    }
    guard isFile(place + "tokenizer_config.json") else { return nil }
    let mapped = try mapFile(place + "tokenizer_config.json")
    let settings = try JSONValue(parsing: mapped.bytes, source: place + "tokenizer_config.json")
    if let text = settings["chat_template"]?.stringValue { return text }
    // Several, by name; the one called default is for conversations.
    let named = settings["chat_template"]?.arrayValue ?? []
    return (named.first { $0["name"]?.stringValue == "default" } ?? named.first)?["template"]?
      .stringValue
  }
}
