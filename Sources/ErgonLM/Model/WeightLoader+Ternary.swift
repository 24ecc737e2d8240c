import CErgonKernels
import ErgonTensor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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
    var sources: [TernarySource] = []
    var total = 0
    for layer in 0..<configuration.layers where !configuration.isEncoder {
      for projection in Self.projections {
        guard let source = try ternarySource("blk.\(layer).\(projection).weight") else { continue }
        sources.append(source)
        total += bytes(of: source, layout)
      }
    }
    if sources.isEmpty { return }
    var next = memory.allocate(total).assumingMemoryBound(to: UInt8.self)
    for (index, source) in sources.enumerated() {
      if index % Self.projections.count == 0 { try report(index / Self.projections.count) }
      try pack(source, layout, to: next)
      let rowScales = source.rowScales.map { scales in
        let kept: UnsafeMutableBufferPointer<Float> = memory.buffer(of: scales.count)
        _ = kept.initialize(from: scales)
        return UnsafePointer(kept.baseAddress!)
      }
      packed[source.name] = ek_ternary_matrix(
        layout: layout, rows: source.rows, columns: source.columns, packed: next,
        scale: source.scale, row_scales: rowScales)
      next += bytes(of: source, layout)
      returnPages(try mapped(source.entry))
    }
  }

  /// The trits of a matrix, or nil where it is to stay as it is.
  func ternarySource(_ name: String) throws(LMError) -> TernarySource? {
    guard Self.projections.contains(where: { name.hasSuffix(".\($0).weight") }),
      let entry = entry(name)
    else { return nil }
    // Checks that the bytes are as many as the shape asks for.
    _ = try mapped(entry)
    if entry.format.isTernary {
      // Where blocks of a row have scales of their own, it is a matrix of numbers.
      return try TernaryRows.sharingScales(entry, in: file).map {
        TernarySource($0, of: entry, name)
      }
    }
    if configuration.roundsToTernary { return try TernarySource(numbers: entry, name, in: file) }
    return nil
  }

  private func bytes(of source: TernarySource, _ layout: ek_ternary_layout) -> Int {
    (Int(ek_ternary_bytes(layout, source.rows, source.columns)) + 63) & ~63
  }

  private func pack(
    _ source: TernarySource, _ layout: ek_ternary_layout, to packed: UnsafeMutablePointer<UInt8>
  ) throws(LMError) {
    let tile = Int(ek_ternary_tile_rows(layout))
    let tiles = (source.rows + tile - 1) / tile
    let outcomes: UnsafeMutableBufferPointer<LMError?> = .allocate(capacity: tiles)
    outcomes.initialize(repeating: nil)
    defer {
      outcomes.deinitialize()
      outcomes.deallocate()
    }
    parallelLoop(tiles) { part in
      let size = tile * source.columns
      let memory = ek_allocate(size)
      defer { ek_deallocate(memory, size) }
      let trits = memory.assumingMemoryBound(to: Int8.self)
      for index in part {
        let rows = index * tile..<min((index + 1) * tile, source.rows)
        do throws(LMError) {
          try source.read(rows, into: trits)
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

  /// Tells the system that pages of a mapped file need not stay in memory.
  private func returnPages(_ mapped: MappedBytes) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    // Of other memory this would throw away what is in it.
    guard mapped.owner is MappedFile, let base = mapped.bytes.baseAddress, page > 0 else { return }
    let start = (Int(bitPattern: base) + page - 1) / page * page
    let end = (Int(bitPattern: base) + mapped.bytes.count) / page * page
    guard start < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_DONTNEED)
  }
}
