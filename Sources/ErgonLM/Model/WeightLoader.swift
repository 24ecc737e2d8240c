import CErgonKernels

/// Finds a model's tensors in its file, checks their shapes, and makes of them what kernels take.
final class WeightLoader {
  let file: any ModelFile
  let configuration: ModelConfiguration
  let memory = WeightMemory()
  /// Matrices that have been packed, by GGUF's name.
  var packed: [String: ek_ternary_matrix] = [:]
  private(set) var layerBytes = 0
  private let entries: [String: TensorEntry]

  /// - Throws: ``LMError`` for a tensor that is missing or has another shape.
  init(
    _ file: any ModelFile, _ configuration: ModelConfiguration, _ architecture: Architecture
  ) throws(LMError) {
    self.file = file
    self.configuration = configuration
    entries = Dictionary(
      uniqueKeysWithValues: try architecture.entries(configuration, in: file).map { ($0, $1) })
  }

  func entry(_ name: String) -> TensorEntry? { entries[name] }

  func has(_ name: String) -> Bool { entries[name] != nil }

  /// The bytes of a tensor, kept as long as the model.
  func mapped(_ entry: TensorEntry) throws(LMError) -> MappedBytes {
    let mapped = try file.bytes(of: entry.name)
    guard let needed = entry.format.byteCount(of: entry.shape), mapped.bytes.count >= needed else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "\(mapped.bytes.count) bytes of \(entry.format.name) for a shape of \(entry.shape)")
    }
    memory.keep(mapped.owner)
    return mapped
  }

  /// A norm's weights or a matrix's biases as floats of our own.
  func vector(_ name: String) throws(LMError) -> UnsafePointer<Float> {
    let entry = entries[name]!
    let made: UnsafeMutableBufferPointer<Float> = memory.buffer(of: entry.count)
    try decode(entry, into: made.baseAddress!)
    return UnsafePointer(made.baseAddress!)
  }

  func layerNorm(_ stem: String) throws(LMError) -> LayerNormWeights {
    LayerNormWeights(weight: try vector(stem + ".weight"), bias: try vector(stem + ".bias"))
  }

  /// A matrix in place where the kernels read its format, as floats of our own otherwise.
  func dense(_ name: String) throws(LMError) -> ek_dense_matrix {
    let entry = entries[name]!
    let rows = entry.shape[0]
    let columns = entry.shape[1]
    if let format = ek_weight_format(entry.format) {
      let rowBytes = columns / entry.format.block.weights * entry.format.block.bytes
      var weights = try mapped(entry).bytes.baseAddress!
      if Int(bitPattern: weights) % 2 != 0 {
        // A file may put its tensors at odd places; the kernels read no halves from there.
        let copy = memory.allocate(rows * rowBytes)
        copy.copyMemory(from: weights, byteCount: rows * rowBytes)
        weights = UnsafeRawPointer(copy)
      }
      return ek_dense_matrix(
        format: format, rows: rows, columns: columns, weights: weights, row_bytes: rowBytes,
        bias: nil)
    }
    let made: UnsafeMutableBufferPointer<Float> = memory.buffer(of: rows * columns)
    try decode(entry, into: made.baseAddress!)
    return ek_dense_matrix(
      format: EK_WEIGHTS_F32, rows: rows, columns: columns, weights: made.baseAddress!,
      row_bytes: columns * 4, bias: nil)
  }

  /// Matrices that share their input; biases where the file has them.
  func group(_ stems: [String]) throws(LMError) -> MatrixGroup {
    let weights = stems.map { $0 + ".weight" }
    let ternary = weights.count { packed[$0] != nil }
    guard ternary == 0 || ternary == stems.count else {
      throw .unsupported(
        source: file.source, what: "ternary and other matrices side by side (\(stems[0]), …)",
        mend: "write the file again with all of a layer's matrices in one kind of format")
    }
    if ternary > 0 {
      for stem in stems where has(stem + ".bias") {
        throw .unsupported(
          source: file.source, what: "a bias of a ternary matrix ('\(stem).bias')",
          mend: "use a model without it")
      }
      let made: UnsafeMutableBufferPointer<ek_ternary_matrix> = memory.buffer(of: stems.count)
      for (index, name) in weights.enumerated() {
        let matrix = packed[name]!
        layerBytes += Int(ek_ternary_bytes(matrix.layout, matrix.rows, matrix.columns))
        made.initializeElement(at: index, to: matrix)
      }
      return MatrixGroup(count: stems.count, ternary: made.baseAddress!, dense: nil)
    }
    let made: UnsafeMutableBufferPointer<ek_dense_matrix> = memory.buffer(of: stems.count)
    for (index, stem) in stems.enumerated() {
      var matrix = try dense(weights[index])
      if has(stem + ".bias") { matrix.bias = try vector(stem + ".bias") }
      layerBytes += matrix.rows * matrix.row_bytes
      made.initializeElement(at: index, to: matrix)
    }
    return MatrixGroup(count: stems.count, ternary: nil, dense: made.baseAddress!)
  }
}
