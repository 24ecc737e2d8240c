import CErgonKernels
import ErgonTensor

/// Where the trits of a matrix come from.
struct TernarySource {
  enum Kind {
    /// Codes of a ternary format.
    case codes
    /// Numbers of which none is other than the scale, its negative and zero.
    case signs
    /// Numbers that training keeps: rounded after a division by their mean magnitude.
    case rounded
  }

  let entry: TensorEntry
  let bytes: UnsafeRawBufferPointer
  let rows: Int
  let columns: Int
  let kind: Kind
  /// A trit's worth in the matrix.
  let scale: Float
  /// Instead of it, a row's.
  let rowScales: [Float]?
}

extension WeightLoader {
  private static let projections = [
    "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down",
  ]

  /// Packs all ternary matrices into one block as the fastest kernels read them.
  ///
  /// Tiles of rows go straight from the mapped file to their place, and pages of the file that have
  /// been read are given back, so that no matrix is in memory twice.
  func packTernary(_ report: (Int) throws -> Void) throws {
    let layout = ek_ternary_best_layout()
    var places: [(name: String, source: TernarySource, offset: Int)] = []
    var total = 0
    for layer in 0..<configuration.layers where !configuration.isEncoder {
      for projection in Self.projections {
        let name = "blk.\(layer).\(projection).weight"
        guard let source = try ternarySource(name) else { continue }
        places.append((name, source, total))
        total += (Int(ek_ternary_bytes(layout, source.rows, source.columns)) + 63) & ~63
      }
    }
    if places.isEmpty { return }
    let block = memory.allocate(total).assumingMemoryBound(to: UInt8.self)
    for (index, place) in places.enumerated() {
      if index % Self.projections.count == 0 { try report(index / Self.projections.count) }
      let source = place.source
      let start = block + place.offset
      try pack(source, layout, to: start)
      var rowScales: UnsafePointer<Float>?
      if let scales = source.rowScales {
        let kept: UnsafeMutableBufferPointer<Float> = memory.buffer(of: scales.count)
        _ = kept.initialize(from: scales)
        rowScales = UnsafePointer(kept.baseAddress!)
      }
      packed[place.name] = ek_ternary_matrix(
        layout: layout, rows: source.rows, columns: source.columns, packed: start,
        scale: source.scale, row_scales: rowScales)
      returnPages(source.bytes)
    }
  }

  /// The trits of a matrix, or nil where it is to stay as it is.
  func ternarySource(_ name: String) throws(LMError) -> TernarySource? {
    guard Self.projections.contains(where: { name.hasSuffix(".\($0).weight") }),
      let entry = entry(name)
    else { return nil }
    let shape = entry.logicalShape
    let rounds = configuration.roundsToTernary && entry.format.kernel != nil
    guard entry.format.isTernary || rounds else { return nil }
    let bytes = try bytes(entry)
    if entry.format.isTernary {
      let scales = try ternaryScales(entry, bytes)
      return TernarySource(
        entry: entry, bytes: bytes, rows: shape[0], columns: shape[1], kind: .codes,
        scale: scales.whole, rowScales: scales.rows)
    }
    let moments = try magnitudes(entry, bytes, shape[0], shape[1])
    // Converters to GGUF may have written the rounded numbers already.
    let isRounded = file.kind == .gguf && moments.least == moments.greatest
    return TernarySource(
      entry: entry, bytes: bytes, rows: shape[0], columns: shape[1],
      kind: isRounded ? .signs : .rounded,
      scale: isRounded ? moments.greatest : max(moments.mean, 1e-5), rowScales: nil)
  }

  /// Of the magnitudes of a matrix: the mean, the greatest, the least above zero.
  private func magnitudes(
    _ entry: TensorEntry, _ bytes: UnsafeRawBufferPointer, _ rows: Int, _ columns: Int
  ) throws(LMError) -> (mean: Float, least: Float, greatest: Float) {
    let format = entry.format.kernel!
    let rowBytes = entry.format.bytes(ofRow: columns)!
    let found: UnsafeMutableBufferPointer<SIMD4<Double>> = .allocate(capacity: rows)
    defer { found.deallocate() }
    parallelLoop(rows, grain: max(1, 65_536 / columns)) { part in
      let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns)
      defer { row.deallocate() }
      for index in part {
        ek_dense_decode(format, columns, bytes.baseAddress! + index * rowBytes, row.baseAddress!)
        var sum = 0.0
        var least = Float.infinity
        var greatest: Float = 0
        for value in row {
          let magnitude = abs(value)
          sum += Double(magnitude)
          greatest = max(greatest, magnitude)
          if magnitude > 0 { least = min(least, magnitude) }
        }
        found[index] = SIMD4(sum, Double(least), Double(greatest), 0)
      }
    }
    var sum = 0.0
    var least = Double.infinity
    var greatest = 0.0
    for row in found {
      sum += row[0]
      least = min(least, row[1])
      greatest = max(greatest, row[2])
    }
    guard sum.isFinite else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "a weight that is not a finite number")
    }
    return (Float(sum / Double(rows * columns)), Float(least), Float(greatest))
  }

  private func pack(
    _ source: TernarySource, _ layout: ek_ternary_layout, to packed: UnsafeMutablePointer<UInt8>
  ) throws(LMError) {
    let tile = Int(ek_ternary_tile_rows(layout))
    let tiles = (source.rows + tile - 1) / tile
    let outcomes: UnsafeMutableBufferPointer<LMError?> = .allocate(capacity: tiles)
    outcomes.initialize(repeating: nil)
    defer { _ = outcomes.deinitialize(); outcomes.deallocate() }
    parallelLoop(tiles) { part in
      let size = tile * source.columns
      let memory = ek_allocate(size)
      defer { ek_deallocate(memory, size) }
      let trits = memory.assumingMemoryBound(to: Int8.self)
      for index in part {
        let rows = index * tile..<min((index + 1) * tile, source.rows)
        do throws(LMError) {
          try readTrits(source, rows, into: trits)
        } catch {
          outcomes[index] = error
          continue
        }
        ek_ternary_pack(
          layout, source.rows, source.columns, rows.lowerBound, rows.count, trits, source.columns,
          packed)
      }
    }
    for case let error? in outcomes { throw error }
  }

  /// Trits of some rows, one after the other.
  func readTrits(
    _ source: TernarySource, _ rows: Range<Int>, into trits: UnsafeMutablePointer<Int8>
  ) throws(LMError) {
    if source.kind == .codes {
      try readCodes(source, rows, into: trits)
      return
    }
    let format = source.entry.format.kernel!
    let rowBytes = source.entry.format.bytes(ofRow: source.columns)!
    let isSigns = source.kind == .signs
    let factor = 1 / source.scale
    let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: source.columns)
    defer { row.deallocate() }
    for index in rows {
      ek_dense_decode(
        format, source.columns, source.bytes.baseAddress! + index * rowBytes, row.baseAddress!)
      let to = trits + (index - rows.lowerBound) * source.columns
      for (column, value) in row.enumerated() {
        let rounded = isSigns ? value : (value * factor).rounded(.toNearestOrEven)
        to[column] = rounded > 0 ? 1 : rounded < 0 ? -1 : 0
      }
    }
  }
}
