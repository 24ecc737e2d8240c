public import ErgonLM
public import ErgonTensor
public import ErgonWorkload

/// A model whose predictions another learns.
///
/// ```swift
/// let teacher = try Teacher(openModelFile("stories260K.bin"))
/// let logits = try teacher.logits(batch.inputs)              // [n, steps]  ->  [n, steps, 512]
/// ```
public struct Teacher: Sendable {
  public let model: TransformerModel

  /// Opens a model with keys and values in full precision and the whole output matrix, so that its
  /// predictions are exactly its own.
  ///
  /// - Throws: ``ErgonLM/LMError``; `WorkloadStopped` once `context` says so.
  public init(
    _ file: any ModelFile, in context: some WorkloadContext = UnobservedContext()
  ) throws {
    var options = LoadOptions()
    options.keyValueFormat = .f32
    options.head = .exact
    model = try TransformerModel(file, options: options, in: context)
  }

  /// A model as it has been opened: with keys and values in half precision its predictions are those
  /// of the model that is served.
  public init(_ model: TransformerModel) { self.model = model }

  /// The logits of the token after each of these: `[n, steps, vocabulary]` from `[n, steps]`.
  ///
  /// Each sequence is read from its first token on, without what came before it.
  ///
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where a token is none of the
  ///   vocabulary or the steps exceed the context.
  /// - Cost: a pass of the model over the tokens, and the memory of the logits.
  public func logits(_ tokens: Tensor<Int32>) throws(LMError) -> Tensor<Float> {
    precondition(tokens.rank == 2, "Teacher: tokens \(tokens.shape): [n, steps] is due")
    let (n, steps) = (tokens.shape[0], tokens.shape[1])
    let vocabulary = model.configuration.vocabularySize
    var logits = Tensor<Float>(repeating: 0, shape: [n, steps, vocabulary])
    if logits.count == 0 { return logits }
    let rows = tokens.values
    try logits.withMutableElements { (buffer) throws(LMError) in
      let out = Rows(start: buffer.baseAddress!, size: steps * vocabulary)
      func run(_ range: Range<Int>) throws(LMError) {
        let cache = try model.makeCache(positions: steps)
        for row in range {
          let sequence = try cache.makeSequence()
          let ids = Array(rows[(row * steps)..<((row + 1) * steps)])
          let states = try model.forward(
            TokenBatch(sequence, tokens: ids, outputs: .all), cache)
          states.withRow(0) { model.head.logits(steps, $0, into: out.start + row * out.size) }
          cache.remove(sequence)
        }
      }
      // A sequence is work enough for a thread; few of them share the threads of each product.
      if n < Compute.threads { return try run(0..<n) }
      try tryParallelLoop(n, grain: (n + Compute.threads - 1) / Compute.threads, run)
    }
    return logits
  }

  /// Where each sequence's logits go; threads write to different ones.
  private struct Rows: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let size: Int
  }
}
