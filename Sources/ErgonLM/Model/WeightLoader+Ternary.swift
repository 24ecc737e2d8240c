import CErgonKernels
import ErgonTensor

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
    var sources: [(name: String, matrix: Ternarization)] = []
    var total = 0
    for layer in 0..<configuration.layers where !configuration.isEncoder {
      for projection in Self.projections {
        let name = "blk.\(layer).\(projection).weight"
        guard let matrix = try ternary(name) else { continue }
        guard matrix.columns <= Int(EK_TERNARY_COLUMNS) else {
          throw LMError.unsupported(
            source: file.source, what: "ternary tensor '\(name)' of \(matrix.columns) columns",
            mend: "use a model whose ternary matrices have at most 131,072")
        }
        sources.append((name, matrix))
        total += bytes(of: matrix, layout)
      }
    }
    if sources.isEmpty { return }
    var next = memory.allocate(total).assumingMemoryBound(to: UInt8.self)
    for (index, (name, matrix)) in sources.enumerated() {
      if index % Self.projections.count == 0 { try report(index / Self.projections.count) }
      try pack(matrix, layout, to: next)
      let rowScales = matrix.rowScales.map { scales in
        let kept: UnsafeMutableBufferPointer<Float> = memory.buffer(of: scales.count)
        _ = kept.initialize(from: scales)
        return UnsafePointer(kept.baseAddress!)
      }
      packed[name] = ek_ternary_matrix(
        layout: layout, rows: matrix.rows, columns: matrix.columns, packed: next,
        scale: matrix.scale, row_scales: rowScales)
      next += bytes(of: matrix, layout)
      memory.returnPages(try mapped(entry(name)!).bytes)
    }
  }

  /// The trits of a matrix, or nil where it is to stay as it is.
  func ternary(_ name: String) throws(LMError) -> Ternarization? {
    guard Self.projections.contains(where: { name.hasSuffix(".\($0).weight") }),
      let entry = entry(name)
    else { return nil }
    // Checks that the bytes are as many as the shape asks for.
    _ = try mapped(entry)
    if configuration.roundsToTernary {
      return try Ternarization(entry, in: file, rounds: true)
    }
    // Where blocks of a row have scales of their own, it is a matrix of numbers.
    guard entry.format.isTernary, let trits = try TernaryRows.sharingScales(entry, in: file) else {
      return nil
    }
    return Ternarization(trits)
  }

  private func bytes(of matrix: Ternarization, _ layout: ek_ternary_layout) -> Int {
    (Int(ek_ternary_bytes(layout, matrix.rows, matrix.columns)) + 63) & ~63
  }

  private func pack(
    _ matrix: Ternarization, _ layout: ek_ternary_layout, to packed: UnsafeMutablePointer<UInt8>
  ) throws(LMError) {
    let tile = Int(ek_ternary_tile_rows(layout))
    let tiles = (matrix.rows + tile - 1) / tile
    try tryParallelLoop(tiles) { (part) throws(LMError) in
      let size = tile * matrix.columns
      let memory = ek_allocate(size)
      defer { ek_deallocate(memory, size) }
      let trits = memory.assumingMemoryBound(to: Int8.self)
      for index in part {
        let rows = index * tile..<min((index + 1) * tile, matrix.rows)
        try matrix.read(rows, into: trits)
        ek_ternary_pack(
          layout, matrix.rows, matrix.columns, rows.lowerBound, rows.count, trits, matrix.columns,
          packed)
      }
    }
  }
}
