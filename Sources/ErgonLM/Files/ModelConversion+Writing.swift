import ErgonTensor
package import ErgonWorkload

extension ModelConversion {
  /// Weights that are held in memory at once.
  private static let tileWeights = 1 << 21

  /// Bytes of all tensors in the file to be.
  package var byteCount: Int {
    items.reduce(0) { $0 + ($1.entry.format.byteCount(of: $1.entry.shape) ?? 0) }
  }

  /// Writes the file, or a checkpoint's files; they appear when they are whole.
  ///
  /// - Throws: ``LMError``, or `WorkloadStopped` where the context asks to stop; nothing is left
  ///   behind then.
  /// - Cost: a pass over the source, up to three for tensors that become ternary; memory for some
  ///   rows.
  package func write(to path: String, in context: some WorkloadContext) throws {
    if options.kind == .safetensors {
      return try CheckpointFolder(path, beside: file).write(configuration) { path in
        try write(SafetensorsDraft(path, tensors: items.map(\.entry)), in: context)
      }
    }
    let writer = try GGUFWriter(path, metadata: metadata, tensors: items.map(\.entry))
    try write(writer, in: context).finish()
  }

  /// Writes all tensors, in their order.
  private func write<Writer: TensorWriter>(
    _ writer: Writer, in context: some WorkloadContext
  ) throws -> Writer {
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
    return writer
  }

  private func write(
    _ item: Item, _ sink: (UnsafeRawBufferPointer, _ weights: Int) throws -> Void
  ) throws {
    switch item.content {
    case .numbers(let values):
      try values.withUnsafeBytes { try sink($0, values.count) }
    case .scale(let source):
      let scale = try oneScale(Ternarization(source, in: file, rounds: options.ternarizes), source)
      try withUnsafeBytes(of: scale.bitPattern.littleEndian) { try sink($0, 1) }
    case .tensor(let source, let change):
      if item.entry.format == .packedTrits {
        try writePackedTrits(source, change, sink)
      } else if item.entry.format.isTernary {
        try writeTrits(item, source, change, sink)
      } else {
        try writeNumbers(item, source, change, sink)
      }
    }
  }

  private func writeNumbers(
    _ item: Item, _ source: TensorEntry, _ change: RowOrder.Change,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    let numbers = try WeightRows(source, in: file)
    let isVector = source.shape.count < 2
    let encoding = RowEncoding(item.entry.format, columns: numbers.columns)
    let order = RowOrder(change, rows: isVector ? numbers.columns : numbers.rows)
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
    _ item: Item, _ source: TensorEntry, _ change: RowOrder.Change,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    let matrix = try Ternarization(source, in: file, rounds: options.ternarizes)
    let encoding = TritEncoding(item.entry.format, columns: matrix.columns)
    let order = RowOrder(change, rows: matrix.rows)
    if encoding.format == .i2_S { _ = try oneScale(matrix, source) }
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

  /// Rows of bytes, of four rows of trits each.
  private func writePackedTrits(
    _ source: TensorEntry, _ change: RowOrder.Change,
    _ sink: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    let matrix = try Ternarization(source, in: file, rounds: options.ternarizes)
    let order = RowOrder(change, rows: matrix.rows)
    let (height, columns) = (matrix.rows / 4, matrix.columns)
    try tiles(height, columns, columns, { try sink($0, 4 * $1) }) { (row, out) throws(LMError) in
      let trits = UnsafeMutablePointer<Int8>.allocate(capacity: columns)
      defer { trits.deallocate() }
      let bytes = out.assumingMemoryBound(to: UInt8.self)
      bytes.update(repeating: 0, count: columns)
      for plane in 0..<4 {
        let from = order.source(of: plane * height + row)
        try matrix.read(from..<from + 1, into: trits)
        for column in 0..<columns {
          bytes[column] |= UInt8(bitPattern: trits[column] + 1) << UInt8(2 * plane)
        }
      }
    }
  }

  private func oneScale(
    _ matrix: Ternarization, _ source: TensorEntry
  ) throws(LMError) -> Float {
    guard let scales = matrix.rowScales else { return matrix.scale }
    // A row of zeros is zero under any scale.
    let worths = Set(scales.filter { $0 != 0 })
    guard worths.count <= 1 else {
      throw .request(
        what: "writing '\(source.name)' with one scale",
        reason: "its rows have scales of their own", mend: "ask for TQ2_0")
    }
    return worths.first ?? 1
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
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: rows, by: height) {
      let count = min(height, rows - start)
      try tryParallelLoop(count, grain: max(1, 16_384 / max(columns, 1))) {
        (part) throws(LMError) in
        for index in part { try row(start + index, buffer.baseAddress! + index * rowBytes) }
      }
      try sink(UnsafeRawBufferPointer(rebasing: buffer[..<(count * rowBytes)]), count * columns)
    }
  }
}

/// What takes tensors one after the other, each in pieces.
protocol TensorWriter {
  func write(
    _ name: String,
    _ body: (_ sink: (UnsafeRawBufferPointer) throws(LMError) -> Void) throws -> Void
  ) throws
}
