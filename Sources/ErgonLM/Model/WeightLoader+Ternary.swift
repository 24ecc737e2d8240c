import CErgonKernels

extension WeightLoader {
  func packTernary(_ report: (Int) throws -> Void) throws {}

  func decode(
    _ entry: TensorEntry, rows: Range<Int>, columns: Int, into out: UnsafeMutablePointer<Float>
  ) throws(LMError) {
    let bytes = try bytes(entry)
    let rowBytes = entry.format.bytes(ofRow: columns)!
    for row in rows {
      ek_dense_decode(
        entry.format.kernel!, columns, bytes.baseAddress! + row * rowBytes,
        out + (row - rows.lowerBound) * columns)
    }
  }
}
extension TensorEntry { var logicalShape: [Int] { shape } }
extension ModelConfiguration {
  /// Frequencies' factors, which GGUF files have in a tensor.
  mutating func readRotaryFactors(_ file: any ModelFile) throws(LMError) {
    guard !isEncoder, file.kind == .gguf, let entry = file["rope_freqs.weight"] else { return }
    guard entry.format == .f32, entry.shape == [headSize / 2] else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "it is \(entry.format) \(entry.shape), the heads ask for f32 [\(headSize / 2)]")
    }
    let bytes = try file.bytes(of: entry.name)
    let factors = (0..<headSize / 2).map {
      bytes.bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
    }
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "a factor that is not above 0")
    }
    withExtendedLifetime(bytes.owner) {}
    rotary.scaling = .divided(factors)
  }
}
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
