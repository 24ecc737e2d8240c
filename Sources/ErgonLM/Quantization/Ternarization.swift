import ErgonTensor

/// A matrix as trits: as it is stored, as it was before it was stored as numbers, or rounded.
package struct Ternarization: Sendable {
  package let rows: Int
  package let columns: Int
  package let scale: Float
  /// Instead of ``scale``, a row's.
  package let rowScales: [Float]?

  private let source: Source
  private enum Source: Sendable {
    case trits(TernaryRows)
    case numbers(WeightRows)
  }

  /// - Parameter rounds: Whether numbers are rounded to trits, after a division by their mean
  ///   magnitude, where they are not ternary already.
  /// - Throws: ``LMError`` where they are not and `rounds` is false.
  package init(_ entry: TensorEntry, in file: any ModelFile, rounds: Bool) throws(LMError) {
    if entry.format.isTernary, let trits = try TernaryRows.sharingScales(entry, in: file) {
      self.init(trits)
      return
    }
    let numbers = try WeightRows(entry, in: file)
    let found = try Self.magnitudes(numbers)
    guard found.sum.isFinite else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "a weight that is not a finite number")
    }
    let scale: Float
    if found.least == found.greatest || found.greatest == 0 {
      scale = Float(found.greatest)
    } else if rounds {
      scale = max(Float(found.sum / Double(entry.count)), 1e-5)
    } else {
      throw .request(
        what: "writing '\(entry.name)' in a ternary format",
        reason: "its weights are not of one magnitude",
        mend: "ask for them to be rounded to trits, or for another format")
    }
    self.init(
      rows: numbers.rows, columns: numbers.columns, scale: scale, rowScales: nil,
      source: .numbers(numbers))
  }

  /// A matrix as it is stored.
  init(_ trits: TernaryRows) {
    self.init(
      rows: trits.rows, columns: trits.columns, scale: trits.scale, rowScales: trits.rowScales,
      source: .trits(trits))
  }

  private init(rows: Int, columns: Int, scale: Float, rowScales: [Float]?, source: Source) {
    self.rows = rows
    self.columns = columns
    self.scale = scale
    self.rowScales = rowScales
    self.source = source
  }

  /// Of the magnitudes: the sum, the least above zero, the greatest.
  private static func magnitudes(
    _ numbers: WeightRows
  ) throws(LMError) -> (sum: Double, least: Double, greatest: Double) {
    let rows = numbers.rows
    let found = UnsafeMutableBufferPointer<SIMD4<Double>>.allocate(capacity: rows)
    defer { found.deallocate() }
    try tryParallelLoop(rows, grain: max(1, 65_536 / max(numbers.columns, 1))) {
      (part) throws(LMError) in
      let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: numbers.columns)
      defer { row.deallocate() }
      for index in part {
        try numbers.read(index..<index + 1, into: row.baseAddress!)
        var sums = SIMD4<Double>(0, .infinity, 0, 0)
        for value in row {
          let magnitude = Double(abs(value))
          sums[0] += magnitude
          if magnitude > 0 { sums[1] = min(sums[1], magnitude) }
          sums[2] = max(sums[2], magnitude)
        }
        found[index] = sums
      }
    }
    var all = (sum: 0.0, least: Double.infinity, greatest: 0.0)
    for row in found {
      all.sum += row[0]
      all.least = min(all.least, row[1])
      all.greatest = max(all.greatest, row[2])
    }
    return all
  }

  /// Trits of some rows, one row after the other.
  package func read(
    _ range: Range<Int>, into trits: UnsafeMutablePointer<Int8>
  ) throws(LMError) {
    switch source {
    case .trits(let matrix): try matrix.read(range, into: trits)
    case .numbers(let numbers):
      let row = UnsafeMutablePointer<Float>.allocate(capacity: columns)
      defer { row.deallocate() }
      let inverse = scale > 0 ? 1 / scale : 0
      for index in range {
        try numbers.read(index..<index + 1, into: row)
        let to = trits + (index - range.lowerBound) * columns
        for column in 0..<columns {
          let rounded = (row[column] * inverse).rounded(.toNearestOrEven)
          to[column] = rounded > 0 ? 1 : rounded < 0 ? -1 : 0
        }
      }
    }
  }
}
