import ErgonTensor

extension ModelConversion {
  /// GGUF's keys of the tokenizer beside a llama2.c file; nil where there is none.
  static func vocabulary(
    beside file: any ModelFile
  ) throws(LMError) -> [String: MetadataValue]? {
    guard let path = llamaTwoTokenizerPath(beside: file) else { return nil }
    return try mapFile(path).withBytes { (bytes) throws(LMError) in
      try readLlamaTwoVocabulary(bytes, source: path, size: vocabularySize(of: file))
    }
  }

  /// GGUF's keys of the `tokenizer.json` beside a checkpoint, and what the reader of the result
  /// should know.
  ///
  /// - Parameter size: Tokens of the model, which may be more than the tokenizer has.
  static func vocabulary(
    beside file: any ModelFile, size: Int
  ) throws(LMError) -> ([String: MetadataValue], notes: [String]) {
    let folder = ModelFolder(of: file.source)
    let path = folder.path + "tokenizer.json"
    guard isFile(path) else { return ([:], ["no tokenizer.json is beside it; the file has none"]) }
    let json = try mapFile(path).withBytes { (bytes) throws(LMError) in
      try TokenizerJSON(bytes, source: path)
    }
    let ends = try folder.endTokens()
    let tokenizer = try json.tokenizer(names: folder.specialTokenNames(), ends: ends)
    do {
      let keys = try VocabularyKeys(json, tokenizer, size: size)
      var metadata = keys.metadata
      for (name, id) in zip(
        ["eot", "eom"], ends.filter { $0 != tokenizer.special.end.map(Int.init) })
      where id >= 0 && id < tokenizer.vocabularySize {
        metadata["tokenizer.ggml.\(name)_token_id"] = .unsigned(UInt64(id))
      }
      if let template = try folder.chatTemplate() {
        metadata["tokenizer.chat_template"] = .string(template)
      }
      return (metadata, keys.notes)
    } catch let loss as VocabularyKeys.Loss {
      let words =
        "its tokenizer is not carried over: \(loss.reason); name its tokenizer.json in use"
      return ([:], [words])
    } catch let error as LMError {
      throw error
    } catch {
      preconditionFailure("ModelConversion: \(error)")
    }
  }
}
