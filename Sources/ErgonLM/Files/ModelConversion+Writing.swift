import ErgonTensor
package import ErgonWorkload

extension ModelConversion {
  /// Weights that are held in memory at once.
  private static let tileWeights = 1 << 21

  /// Bytes of all tensors in the file to be.
  package var byteCount: Int {
    items.reduce(0) { $0 + ($1.entry.format.byteCount(of: $1.entry.shape) ?? 0) }
  }

  /// Writes the file; it appears when it is whole.
  ///
  /// - Throws: ``LMError``, or `WorkloadStopped` where the context asks to stop; nothing is left
  ///   behind then.
  /// - Cost: a pass over the source, two for tensors that become ternary; memory for some rows.
  package func write(to path: String, in context: some WorkloadContext) throws {
    let writer = try GGUFWriter(path, metadata: metadata, tensors: items.map(\.entry))
    let total = Double(items.reduce(0) { $0 + $1.entry.count })
    var done = 0
    for item in items {
      try writer.write(item.entry.name) { sink in
        try write(item) { (bytes, weights) throws in
          try sink(bytes)
          done += weights
          try context.report(
            WorkloadProgress(stage: "convert", completed: Double(done), total: total))
        }
      }
    }
    try writer.finish()
  }

  private func write(
    _ item: Item, _ sink: (UnsafeRawBufferPointer, _ weights: Int) throws -> Void
  ) throws {
    switch item.content {
    case .numbers(let values):
      try values.withUnsafeBytes { try sink($0, values.count) }
    case .tensor(let source, let heads):
      if item.entry.format.isTernary {
        try writeTrits(item, source, heads, sink)
      } else {
        try writeNumbers(item, source, heads, sink)
      }
    }
  }

  private func writeNumbers(
    _ item: Item, _ source: TensorEntry, _ heads: Int?,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    let numbers = try WeightRows(source, in: file)
    let isVector = source.shape.count < 2
    let encoding = RowEncoding(item.entry.format, columns: numbers.columns)
    let order = RowOrder(rows: isVector ? numbers.columns : numbers.rows, heads: heads)
    try tiles(numbers.rows, numbers.columns, encoding.rowBytes, sink) {
      (row, out) throws(LMError) in
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: numbers.columns)
      defer { values.deallocate() }
      try numbers.read(row, into: values.baseAddress!, order, isVector: isVector)
      guard values.allSatisfy(\.isFinite) else {
        throw .malformed(
          source: file.source, place: "tensor '\(source.name)'",
          reason: "row \(order.source(of: row)) has a weight that is not a finite number")
      }
      encoding.encode(values.baseAddress!, into: out)
    }
  }

  private func writeTrits(
    _ item: Item, _ source: TensorEntry, _ heads: Int?,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    let matrix = try Ternarization(source, in: file, rounds: options.ternarizes)
    let encoding = TritEncoding(item.entry.format, columns: matrix.columns)
    let order = RowOrder(rows: matrix.rows, heads: heads)
    if encoding.format == .i2_S, matrix.rowScales != nil {
      throw LMError.request(
        what: "writing '\(source.name)' as I2_S", reason: "its rows have scales of their own",
        mend: "ask for TQ2_0")
    }
    try tiles(matrix.rows, matrix.columns, encoding.rowBytes, sink) {
      (row, out) throws(LMError) in
      let trits = UnsafeMutablePointer<Int8>.allocate(capacity: matrix.columns)
      defer { trits.deallocate() }
      let from = order.source(of: row)
      try matrix.read(from..<from + 1, into: trits)
      encoding.encode(
        trits, scale: matrix.rowScales?[from] ?? matrix.scale,
        into: out.assumingMemoryBound(to: UInt8.self))
    }
    if encoding.format == .i2_S {
      try withUnsafeBytes(of: matrix.scale.bitPattern.littleEndian) { try sink($0, 0) }
    }
  }

  /// Makes a tensor's rows some at a time, those at once, and hands them on in their order.
  private func tiles(
    _ rows: Int, _ columns: Int, _ rowBytes: Int,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void,
    _ row: (Int, UnsafeMutableRawPointer) throws(LMError) -> Void
  ) throws {
    let height = max(1, min(rows, Self.tileWeights / max(columns, 1)))
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: height * rowBytes, alignment: 64)
    let faults = UnsafeMutableBufferPointer<LMError?>.allocate(capacity: height)
    faults.initialize(repeating: nil)
    defer {
      buffer.deallocate()
      faults.deinitialize()
      faults.deallocate()
    }
    for start in stride(from: 0, to: rows, by: height) {
      let count = min(height, rows - start)
      parallelLoop(count, grain: max(1, 16_384 / max(columns, 1))) { part in
        for index in part {
          do throws(LMError) {
            try row(start + index, buffer.baseAddress! + index * rowBytes)
          } catch {
            faults[index] = error
          }
        }
      }
      for case let fault? in faults { throw fault }
      try sink(UnsafeRawBufferPointer(rebasing: buffer[..<(count * rowBytes)]), count * columns)
    }
  }
}

/// Where rows of queries and keys come from: heads whose halves turn together become heads whose
/// neighbours do.
struct RowOrder: Sendable {
  private let headSize: Int?

  /// Whether any row changes its place.
  var moves: Bool { headSize != nil }

  init(rows: Int, heads: Int?) { headSize = heads.map { rows / $0 } }

  func source(of row: Int) -> Int {
    guard let headSize else { return row }
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    return head * headSize + place % 2 * (headSize / 2) + place / 2
  }
}
