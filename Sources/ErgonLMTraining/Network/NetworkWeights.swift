import ErgonLM
import ErgonTensor

/// The arrays of a model file as layers want them: `[in, out]`, heads whose halves turn together.
struct NetworkWeights {
  private let file: any ModelFile
  private let entries: [String: TensorEntry]

  /// - Throws: ``ErgonLM/LMError`` for a tensor that is missing or has another shape.
  init(_ file: any ModelFile, _ configuration: ModelConfiguration) throws(LMError) {
    self.file = file
    let found = try Architecture.find(file).entries(configuration, in: file)
    entries = Dictionary(uniqueKeysWithValues: found.map { ($0, $1) })
  }

  func has(_ name: String) -> Bool { entries[name + ".weight"] != nil }

  /// Whether a matrix is stored as trits.
  var isTernary: Bool { entries.values.contains { $0.format.isTernary } }

  /// A tensor as it stands, by GGUF's name.
  func table(_ name: String) throws(LMError) -> Tensor<Float> {
    let entry = entries[name + ".weight"]!
    return Tensor(try values(entry), shape: [entry.rows, entry.columns])
  }

  func vector(_ name: String, parting heads: Int? = nil) throws(LMError) -> Tensor<Float>? {
    guard let entry = entries[name] else { return nil }
    let values = try values(entry)
    let order = RowOrder(heads.map { .parting(heads: $0) } ?? .none, rows: values.count)
    return Tensor(values.indices.map { values[order.source(of: $0)] }, shape: [values.count])
  }

  func matrix(_ name: String, parting heads: Int? = nil) throws(LMError) -> Tensor<Float>? {
    guard let entry = entries[name + ".weight"] else { return nil }
    let (rows, columns) = (entry.rows, entry.columns)
    let values = try values(entry)
    let order = RowOrder(heads.map { .parting(heads: $0) } ?? .none, rows: rows)
    return Tensor(shape: [columns, rows]) { out in
      for row in 0..<rows {
        let from = order.source(of: row) * columns
        for column in 0..<columns { out[column * rows + row] = values[from + column] }
      }
    }
  }

  private func values(_ entry: TensorEntry) throws(LMError) -> [Float] {
    let rows = try WeightRows(entry, in: file)
    var values = [Float](repeating: 0, count: entry.count)
    var failure: LMError?
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      do throws(LMError) {
        try rows.read(0..<rows.rows, into: start)
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return values }
    throw .malformed(
      source: file.source, place: "tensor '\(entry.name)'",
      reason: "weight \(place) is not a finite number")
  }
}
