public import ErgonData
public import ErgonLM
public import ErgonWorkload

extension CorpusSurvey {
  /// What a part has become as tokens.
  public struct TokenCount: Sendable, Hashable {
    public var documents = 0
    public var tokens = 0
    public var textBytes = 0
    /// Documents left out as they have too few tokens.
    public var short = 0
  }

  /// Writes a part of the corpus as a ``TokenFile``.
  ///
  /// - Parameters:
  ///   - digest: What tells the tokenizer from others; that of its vocabulary unless said.
  ///   - minimumTokens: Documents of fewer are left out.
  /// - Throws: ``ErgonLM/LMError`` where the file cannot be written, or documents have changed since
  ///   the survey; `WorkloadStopped`.
  @discardableResult
  public func writeTokens(
    of part: Part, to path: String, tokenizer: any Tokenizer, digest: SHA256Digest? = nil,
    minimumTokens: Int = 0, in context: some WorkloadContext = UnobservedContext()
  ) throws -> TokenCount {
    let expected = size(of: part)
    let writer = try TokenFileWriter(path, tokenizer: tokenizer, digest: digest)
    var count = TokenCount()
    var read = 0
    for document in documents(part) {
      read += 1
      let tokens = tokenizer.encode(document.text, addingSpecial: false)
      if tokens.count < minimumTokens {
        count.short += 1
      } else {
        try writer.append(tokens: writer.framed(tokens))
      }
      try context.report(
        WorkloadProgress(
          stage: "tokens", completed: Double(read), total: Double(expected.documents),
          counts: WorkloadCounts(items: UInt64(writer.count), bytes: UInt64(writer.textBytes))))
    }
    guard read == expected.documents else {
      throw LMError.request(
        what: "writing \(path)",
        reason: "\(expected.documents - read) documents have changed since they were looked at",
        mend: "begin again when nobody writes to them")
    }
    (count.documents, count.tokens, count.textBytes) = (
      writer.documentCount, writer.count, writer.textBytes
    )
    try writer.finish()
    return count
  }
}
