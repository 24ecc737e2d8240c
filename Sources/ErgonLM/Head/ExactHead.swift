import CErgonKernels

/// The output head as the model's file has it: every logit, in full precision.
///
/// - Cost: a position reads the whole matrix, 657 MB for 128256 x 2560 halves. A mask that allows
///   few tokens reads only their rows.
public struct ExactHead: OutputHead, @unchecked Sendable {
  let matrix: ek_dense_matrix
  /// What keeps the weights in memory.
  private let owner: any AnyObject & Sendable

  init(_ matrix: ek_dense_matrix, owner: any AnyObject & Sendable) {
    self.matrix = matrix
    self.owner = owner
  }

  public var vocabularySize: Int { matrix.rows }
  public var hiddenSize: Int { matrix.columns }
  public var bytesPerToken: Int { matrix.rows * matrix.row_bytes }

  public func logits(
    _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: matrix) {
      ek_dense_linear(1, $0, count, hidden, hiddenSize, false, [out], [vocabularySize])
    }
  }

  public func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits {
    guard let mask else {
      return Logits(
        values: [Float](unsafeUninitializedCapacity: vocabularySize) { values, count in
          logits(1, hidden, into: values.baseAddress!)
          count = vocabularySize
        })
    }
    let tokens = mask.tokens
    return Logits(
      tokens: tokens, values: rows(tokens, hidden), rest: -.infinity, restMass: 0...0)
  }

  /// The logits of some tokens, the same bits as among all.
  func rows(_ tokens: [TokenID], _ hidden: UnsafePointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: tokens.count) { values, count in
      withUnsafePointer(to: matrix) {
        ek_dense_rows(
          $0, tokens.count, tokens, 1, hidden, hiddenSize, values.baseAddress!, tokens.count)
      }
      count = tokens.count
    }
  }
}

extension TokenMask {
  /// Whether the logits of what is allowed are better computed one by one.
  var isNarrow: Bool { allowedCount <= count / 8 }

  /// Allowed tokens, ascending.
  var tokens: [TokenID] {
    var found: [TokenID] = []
    found.reserveCapacity(allowedCount)
    for (index, word) in words.enumerated() {
      var left = word
      while left != 0 {
        found.append(TokenID(index * 64 + left.trailingZeroBitCount))
        left &= left - 1
      }
    }
    return found
  }
}
