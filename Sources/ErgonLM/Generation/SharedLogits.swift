/// The logits of several states, computed in one reading of the output matrix.
///
/// A head that screens the vocabulary reads it anew for each state; from a few states on, one product
/// with the whole matrix is cheaper, and its logits are the very same.
struct SharedLogits {
  /// States from which on sharing pays.
  static let leastRows = 3
  /// Logits that are held at once: 16 megabytes of them.
  static let mostLogits = 1 << 22

  private let head: any OutputHead
  private let values: [Float]

  /// - Returns: nil for so few states that each is better asked for by itself, or for too many.
  init?(_ states: HiddenStates, _ head: any OutputHead) {
    let size = head.vocabularySize
    guard states.count >= Self.leastRows, states.count * size <= Self.mostLogits else { return nil }
    self.head = head
    values = [Float](unsafeUninitializedCapacity: states.count * size) { buffer, count in
      states.withRow(0) { head.logits(states.count, $0, into: buffer.baseAddress!) }
      count = states.count * size
    }
  }

  /// A head that knows the logits of one of the states, whichever it is asked for.
  subscript(row: Int) -> any OutputHead { Row(head: head, values: values, row: row) }

  private struct Row: OutputHead {
    let head: any OutputHead
    let values: [Float]
    let row: Int

    var vocabularySize: Int { head.vocabularySize }
    var hiddenSize: Int { head.hiddenSize }
    var bytesPerToken: Int { 0 }

    func logits(
      _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
    ) {
      head.logits(count, hidden, into: out)
    }

    func logits(
      _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
    ) -> Logits {
      let own = values[(row * vocabularySize)..<((row + 1) * vocabularySize)]
      guard let mask else { return Logits(values: Array(own)) }
      let tokens = mask.tokens
      return Logits(
        tokens: tokens, values: tokens.map { own[own.startIndex + Int($0)] }, rest: -.infinity,
        restMass: 0...0)
    }
  }
}
