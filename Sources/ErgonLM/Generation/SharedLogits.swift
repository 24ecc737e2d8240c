/// The logits of several states, computed in as few readings of the output matrix as there can be.
///
/// A head is asked state by state and reads its matrix, or the copy it screens, each time. For
/// several states at once one screening serves all, and so does one product with the whole matrix
/// where a demand is for every logit; the logits are the very same. Neither is done before a demand
/// needs it; one thread asks.
final class SharedLogits: @unchecked Sendable {
  /// Logits that are held at once: 16 megabytes of them.
  static let mostLogits = 1 << 22

  private let states: HiddenStates
  private let head: any OutputHead
  private var screening: HeadScreening?
  /// All logits of all states.
  private lazy var values = [Float](
    unsafeUninitializedCapacity: states.count * head.vocabularySize
  ) { buffer, count in
    states.withRow(0) { head.logits(states.count, $0, into: buffer.baseAddress!) }
    count = states.count * head.vocabularySize
  }

  /// - Returns: nil for a single state, which the head is better asked for, and for too many.
  init?(_ states: HiddenStates, _ head: any OutputHead) {
    guard states.count > 1, states.count * head.vocabularySize <= Self.mostLogits else {
      return nil
    }
    self.states = states
    self.head = head
  }

  private func screening(by head: CertifiedHead) -> HeadScreening {
    let made = screening ?? states.withRow(0) { head.screen(states.count, $0) }
    screening = made
    return made
  }

  /// A head that knows the logits of one of the states, whichever it is asked for.
  subscript(row: Int) -> any OutputHead { Row(shared: self, row: row) }

  private struct Row: OutputHead {
    let shared: SharedLogits
    let row: Int

    var vocabularySize: Int { shared.head.vocabularySize }
    var hiddenSize: Int { shared.head.hiddenSize }
    var bytesPerToken: Int { shared.head.bytesPerToken }

    func logits(
      _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
    ) {
      shared.head.logits(count, hidden, into: out)
    }

    func logits(
      _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
    ) -> Logits {
      if let mask, mask.isNarrow {
        return shared.head.logits(hidden, demand: demand, mask: mask, including: including)
      }
      if let head = shared.head as? CertifiedHead,
        let part = head.part(
          hidden, row, demand, mask: mask, including: including,
          screening: { shared.screening(by: head) })
      {
        return part
      }
      let own = shared.values[row * vocabularySize..<(row + 1) * vocabularySize]
      guard let mask else { return Logits(values: Array(own)) }
      let tokens = mask.tokens
      return Logits(
        tokens: tokens, values: tokens.map { own[own.startIndex + Int($0)] }, rest: -.infinity,
        restMass: 0...0)
    }
  }
}
