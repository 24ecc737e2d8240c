import ErgonTensor

/// Where the trits of one of a model's matrices come from, and what they are worth.
struct TernarySource {
  let name: String
  let entry: TensorEntry
  /// A trit's worth in the matrix; 1 where ``rowScales`` say it.
  let scale: Float
  /// Instead of it, a row's.
  let rowScales: [Float]?
  private let content: Content

  private enum Content {
    /// Codes of a ternary format.
    case codes(TernaryRows)
    /// Numbers to be divided by the scale and rounded.
    case numbers(WeightRows)
  }

  var rows: Int { entry.shape[0] }
  var columns: Int { entry.shape[1] }

  /// Of a matrix in a ternary format.
  init(_ codes: TernaryRows, of entry: TensorEntry, _ name: String) {
    self.name = name
    self.entry = entry
    scale = codes.scale
    rowScales = codes.rowScales
    content = .codes(codes)
  }

  /// Of a matrix in full precision.
  ///
  /// Reference: Ma et al. 2024, arXiv:2402.17764, eq. 1 to 3: weights over the mean magnitude,
  /// rounded half to even, at most 1.
  init(numbers entry: TensorEntry, _ name: String, in file: any ModelFile) throws(LMError) {
    let numbers = try WeightRows(entry, in: file)
    self.name = name
    self.entry = entry
    rowScales = nil
    content = .numbers(numbers)
    let magnitudes = try Self.magnitudes(numbers, entry, file)
    // Converters to GGUF may have written trits times their scale already.
    let isRounded = file.kind == .gguf && magnitudes.least == magnitudes.greatest
    scale = isRounded ? magnitudes.greatest : max(magnitudes.mean, 1e-5)
  }

  /// Trits of some rows, one row after the other.
  func read(_ range: Range<Int>, into trits: UnsafeMutablePointer<Int8>) throws(LMError) {
    switch content {
    case .codes(let codes): try codes.read(range, into: trits)
    case .numbers(let numbers):
      let factor = 1 / scale
      let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns)
      defer { row.deallocate() }
      var next = trits
      for index in range {
        try numbers.read(index..<index + 1, into: row.baseAddress!)
        for value in row {
          let rounded = (value * factor).rounded(.toNearestOrEven)
          next.pointee = rounded > 0 ? 1 : rounded < 0 ? -1 : 0
          next += 1
        }
      }
    }
  }

  /// Of the magnitudes of a matrix: the mean, the least above zero, the greatest.
  private static func magnitudes(
    _ numbers: WeightRows, _ entry: TensorEntry, _ file: any ModelFile
  ) throws(LMError) -> (mean: Float, least: Float, greatest: Float) {
    let (rows, columns) = (numbers.rows, numbers.columns)
    var found = [(sum: Double, least: Float, greatest: Float)](
      repeating: (0, .infinity, 0), count: rows)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      parallelLoop(rows, grain: max(1, 65_536 / columns)) { part in
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns)
        defer { row.deallocate() }
        for index in part {
          do throws(LMError) {
            try numbers.read(index..<index + 1, into: row.baseAddress!)
          } catch {
            found[index].sum = .nan
            continue
          }
          for value in row {
            let magnitude = abs(value)
            found[index].sum += Double(magnitude)
            found[index].greatest = max(found[index].greatest, magnitude)
            if magnitude > 0 { found[index].least = min(found[index].least, magnitude) }
          }
        }
      }
    }
    let sum = found.reduce(0) { $0 + $1.sum }
    guard sum.isFinite else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "a weight that is not a finite number")
    }
    return (
      Float(sum / Double(rows * columns)), found.reduce(.infinity) { min($0, $1.least) },
      found.reduce(0) { max($0, $1.greatest) }
    )
  }
}
