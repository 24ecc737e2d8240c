public import ErgonData
public import ErgonLM
public import ErgonWorkload

extension SampledText {
  /// The most texts that are drawn together, and kept in memory.
  private static let textsAtOnce = 2048

  /// Draws texts, from a number on, into a file of tokens until it has so many, each text a document
  /// as it was drawn.
  ///
  /// The file appears when it is whole. It depends on model, seed, number and count alone: a drawing
  /// that was stopped gives the same file when it is begun again.
  ///
  /// ```swift
  /// try texts.write(tokens: 10_000_000, to: "stories.tokens", tokenizer: tokenizer)
  /// let batches = try TokenFile("stories.tokens").sequences(of: 256, batch: 32, seed: 7)
  /// ```
  ///
  /// - Parameters:
  ///   - number: Of the first text; another seed is the better way to texts to validate with.
  ///   - digest: What tells this tokenizer from others, as ``TokenFileWriter`` has it.
  /// - Returns: The entropy of what was drawn.
  /// - Throws: As ``draw(_:in:)``, and ``ErgonLM/LMError/file(path:reason:)``.
  /// - Precondition: a positive count.
  @discardableResult
  public func write(
    tokens count: Int, from number: Int = 0, to path: String, tokenizer: any Tokenizer,
    digest: SHA256Digest? = nil, in context: some WorkloadContext = UnobservedContext()
  ) throws -> TextEntropy {
    precondition(count > 0, "SampledText: a file of \(count) tokens")
    let writer = try TokenFileWriter(path, tokenizer: tokenizer, digest: digest)
    var known: [Text] = []
    while writer.count < count {
      // As many as would fill it were they all as long as those before.
      let mean = known.isEmpty ? limit : max(1, writer.count / known.count)
      let wanted = min(Self.textsAtOnce, max(1, (count - writer.count + mean - 1) / mean))
      let next = number + known.count
      let watched = FilledContext(whole: context, tokens: writer.count, of: count)
      for var text in try draw(next..<(next + wanted), in: watched) where writer.count < count {
        try writer.append(tokens: text.tokens)
        text.tokens = []
        known.append(text)
      }
    }
    try writer.finish()
    return TextEntropy(known)
  }
}

/// What one drawing of several says, told as of the whole file.
private struct FilledContext<Whole: WorkloadContext>: WorkloadContext {
  let whole: Whole
  /// In the file before this drawing, and at its end.
  let tokens: Int
  let total: Int

  init(whole: Whole, tokens: Int, of total: Int) {
    self.whole = whole
    self.tokens = tokens
    self.total = total
  }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    var progress = progress
    let each = progress.counts.operations / max(progress.counts.items, 1)
    progress.counts.items += UInt64(tokens)
    progress.counts.operations = progress.counts.items * each
    progress.completed = Double(min(progress.counts.items, UInt64(total)))
    progress.total = Double(total)
    try whole.report(progress)
  }
}
