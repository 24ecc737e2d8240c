import CErgonKernels

extension WeightLoader {
  /// All of a tensor as floats, whatever it is stored as.
  func decode(_ entry: TensorEntry, into out: UnsafeMutablePointer<Float>) throws(LMError) {
    // Checks that the bytes are as many as the shape asks for.
    _ = try mapped(entry)
    let rows = try WeightRows(entry, in: file)
    try rows.read(0..<rows.rows, into: out)
  }

  /// All of a tensor as floats, and whether it is a ternary matrix of the model, then trits times
  /// their scale.
  func floats(_ name: String) throws(LMError) -> (values: [Float], isTernary: Bool) {
    let entry = entry(name)!
    var values = [Float](repeating: 0, count: entry.count)
    guard let matrix = try ternary(name) else {
      try values.withUnsafeMutableBufferPointer { (values) throws(LMError) in
        try decode(entry, into: values.baseAddress!)
      }
      return (values, false)
    }
    var trits = [Int8](repeating: 0, count: entry.count)
    try trits.withUnsafeMutableBufferPointer { (trits) throws(LMError) in
      try matrix.read(0..<matrix.rows, into: trits.baseAddress!)
    }
    for index in values.indices {
      values[index] =
        Float(trits[index]) * (matrix.rowScales?[index / matrix.columns] ?? matrix.scale)
    }
    return (values, true)
  }
}
