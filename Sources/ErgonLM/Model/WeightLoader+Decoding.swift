import CErgonKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension WeightLoader {
  /// Rows of a tensor as floats, whatever it is stored as.
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

  /// All of a tensor as floats, and whether it is a ternary matrix of the model.
  func floats(_ name: String) throws(LMError) -> (values: [Float], isTernary: Bool) {
    let entry = entry(name)!
    let shape = entry.logicalShape
    let columns = shape.last!
    let rows = shape.count == 1 ? 1 : shape[0]
    var values = [Float](repeating: 0, count: rows * columns)
    guard let source = try ternarySource(name) else {
      try values.withUnsafeMutableBufferPointer { (values) throws(LMError) in
        try decode(entry, rows: 0..<rows, columns: columns, into: values.baseAddress!)
      }
      return (values, false)
    }
    var trits = [Int8](repeating: 0, count: rows * columns)
    try trits.withUnsafeMutableBufferPointer { (trits) throws(LMError) in
      try readTrits(source, 0..<rows, into: trits.baseAddress!)
    }
    for index in values.indices {
      values[index] = Float(trits[index]) * (source.rowScales?[index / columns] ?? source.scale)
    }
    return (values, true)
  }

  /// Tells the system that pages of the mapped file need not stay in memory.
  func returnPages(_ bytes: UnsafeRawBufferPointer) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard let base = bytes.baseAddress, page > 0 else { return }
    let start = (Int(bitPattern: base) + page - 1) / page * page
    let end = (Int(bitPattern: base) + bytes.count) / page * page
    if start < end {
      madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_DONTNEED)
    }
  }

  func readCodes(
    _ source: TernarySource, _ rows: Range<Int>, into trits: UnsafeMutablePointer<Int8>
  ) throws(LMError) {
    throw .unsupported(
      source: file.source, what: "the format \(source.entry.format)", mend: "write it as F16")
  }

  func ternaryScales(
    _ entry: TensorEntry, _ bytes: UnsafeRawBufferPointer
  ) throws(LMError) -> (whole: Float, rows: [Float]?) {
    throw .unsupported(
      source: file.source, what: "the format \(entry.format)", mend: "write it as F16")
  }
}

extension TensorEntry {
  var logicalShape: [Int] { shape }
}
