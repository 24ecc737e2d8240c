import ErgonTensor

/// The files of a Hugging Face folder that say how its tokenizer is used.
package struct ModelFolder {
  /// The folder with its slash, or `""`.
  package let path: String

  /// The folder of a model, which may itself be given as one.
  package init(of source: String) {
    let inside = source.hasSuffix("/") ? source : source + "/"
    let isFolder = ["tokenizer.json", "config.json", "model.safetensors"].contains {
      isFile(inside + $0)
    }
    path = isFolder ? inside : folder(of: source)
  }

  /// Special tokens by their use, as `special_tokens_map.json` and `tokenizer_config.json` name
  /// them; the latter has the last word.
  package func specialTokenNames() throws(LMError) -> [String: String] {
    var names: [String: String] = [:]
    for file in ["special_tokens_map.json", "tokenizer_config.json"] {
      for (key, value) in try object(file) ?? JSONObject() where key.hasSuffix("_token") {
        if let name = value.stringValue ?? value["content"]?.stringValue { names[key] = name }
      }
    }
    return names
  }

  /// The ends of generation in `generation_config.json`.
  package func endTokens() throws(LMError) -> [Int] {
    guard let value = try object("generation_config.json")?["eos_token_id"] else { return [] }
    return (value.arrayValue ?? [value]).compactMap(\.intValue)
  }

  /// The chat template: `chat_template.jinja`, or what `tokenizer_config.json` has under
  /// `chat_template`, which may be a list with names.
  func chatTemplate() throws(LMError) -> String? {
    if isFile(path + "chat_template.jinja") {
      return try mapFile(path + "chat_template.jinja").withBytes {
        String(decoding: $0, as: UTF8.self)
      }
    }
    for name in ["tokenizer_config.json", "chat_template.json"] {
      guard let value = try object(name)?["chat_template"] else { continue }
      if let template = value.stringValue { return template }
      let entries = value.arrayValue ?? []
      let entry = entries.first { $0["name"]?.stringValue == "default" } ?? entries.first
      if let template = entry?["template"]?.stringValue { return template }
    }
    return nil
  }

  private func object(_ name: String) throws(LMError) -> JSONObject? {
    guard isFile(path + name) else { return nil }
    return try mapFile(path + name).withBytes { (bytes) throws(LMError) in
      try JSONValue(parsing: bytes, source: path + name).objectValue
    }
  }
}
