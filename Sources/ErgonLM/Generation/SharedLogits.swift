/// The logits of several states, computed in as few readings of the output matrix as there can be.
///
/// A head is asked state by state and reads its matrix, or the copy it screens, each time. For
/// several states at once one screening serves all, and so does one product with the whole matrix
/// where a demand is for every logit; the logits are the very same.
final class SharedLogits: @unchecked Sendable {
  /// Logits that are held at once: 16 megabytes of them.
  static let mostLogits = 1 << 22

  private let states: HiddenStates
  private let head: any OutputHead
  private let screening: (head: CertifiedHead, bounds: HeadScreening)?
  /// All logits, once somebody has asked for them; one thread uses this.
  private var values: [Float]?

  /// - Returns: nil for a single state, which the head is better asked for, and for too many.
  init?(_ states: HiddenStates, _ head: any OutputHead) {
    guard states.count > 1, states.count * head.vocabularySize <= Self.mostLogits else {
      return nil
    }
    self.states = states
    self.head = head
    screening = (head as? CertifiedHead).map { certified in
      (certified, states.withRow(0) { certified.screen(states.count, $0) })
    }
  }

  /// A head that knows the logits of one of the states, whichever it is asked for.
  subscript(row: Int) -> any OutputHead { Row(shared: self, row: row) }

  private func all(_ row: Int) -> ArraySlice<Float> {
    let size = head.vocabularySize
    if values == nil {
      values = [Float](unsafeUninitializedCapacity: states.count * size) { buffer, count in
        states.withRow(0) { head.logits(states.count, $0, into: buffer.baseAddress!) }
        count = states.count * size
      }
    }
    return values![(row * size)..<((row + 1) * size)]
  }

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
      if demand != .all, let (head, bounds) = shared.screening,
        let logits = head.logits(
          hidden, demand: demand, mask: mask, including: including, screening: bounds, row)
      {
        return logits
      }
      let own = shared.all(row)
      guard let mask else { return Logits(values: Array(own)) }
      let tokens = mask.tokens
      return Logits(
        tokens: tokens, values: tokens.map { own[own.startIndex + Int($0)] }, rest: -.infinity,
        restMass: 0...0)
    }
  }
}
