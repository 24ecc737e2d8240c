extension TransformerModel {
  /// The projection to the vocabulary.
  ///
  /// A certified head's copy is worth its memory where the matrix is larger than the caches.
  static func makeHead(_ weights: ModelWeights, _ kind: LoadOptions.Head) -> any OutputHead {
    let matrix = weights.outputMatrix
    let exact = ExactHead(matrix, owner: weights.memory)
    let isLarge = matrix.rows * matrix.row_bytes >= 8 << 20
    guard kind == .certified, isLarge, CertifiedHead.canCopy(matrix) else { return exact }
    return CertifiedHead(exact) { weights.memory.returnPages($0) }
  }
}
