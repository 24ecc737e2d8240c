import CErgonKernels

extension TransformerModel {
  static func makeHead(_ weights: ModelWeights, _ kind: LoadOptions.Head) throws(LMError)
    -> any OutputHead
  {
    PlainHead(weights: weights)
  }
}
struct PlainHead: OutputHead {
  let weights: ModelWeights
  var vocabularySize: Int { weights.outputMatrix.rows }
  var hiddenSize: Int { weights.outputMatrix.columns }
  var bytesPerToken: Int { weights.outputMatrix.rows * weights.outputMatrix.row_bytes }
  func logits(_ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    var matrix = weights.outputMatrix
    ek_dense_linear(1, &matrix, count, hidden, hiddenSize, false, [out], [vocabularySize])
  }
  func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits {
    var values = [Float](repeating: 0, count: vocabularySize)
    values.withUnsafeMutableBufferPointer { logits(1, hidden, into: $0.baseAddress!) }
    return Logits(values: values)
  }
}
