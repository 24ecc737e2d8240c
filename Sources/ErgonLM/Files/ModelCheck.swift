import ErgonTensor
package import ErgonWorkload

/// What reading every weight of a model has found, by tensor.
package struct ModelCheck: Sendable {
  package struct Tensor: Sendable {
    /// GGUF's name, where the two files name it differently.
    package let name: String
    /// What is wrong, in words; nil where nothing is.
    package fileprivate(set) var fault: String?
    /// The greatest magnitude of a difference, and of a weight.
    package fileprivate(set) var difference: Double?
    package fileprivate(set) var magnitude = 0.0
  }

  package private(set) var tensors: [Tensor] = []

  package var faults: Int { tensors.count { $0.fault != nil } }
  /// Tensors that both files have and whose weights are not all the same.
  package var differing: Int { tensors.count { $0.difference ?? 0 > 0 } }

  /// Reads all weights of a file, and of another of the same model to compare them with.
  ///
  /// - Throws: `WorkloadStopped` where the context asks to stop, and ``LMError`` where the two
  ///   files cannot be compared; what is wrong with a tensor is a finding.
  package init(
    _ file: any ModelFile, against other: (any ModelFile)? = nil, in context: some WorkloadContext
  ) throws {
    let mine = try Places(file, isCompared: other != nil)
    let theirs = try other.map { try Places($0, isCompared: true) }
    let total = Double(file.tensors.reduce(0) { $0 + $1.count })
    var done = 0.0
    for name in mine.names {
      let place = mine.places[name]!
      var tensor = Tensor(name: name)
      do throws(LMError) {
        if let theirs, theirs.places[name] == nil {
          tensor.fault = "the other file has no such tensor"
        } else {
          try Self.read(&tensor, place, file, theirs?.places[name], other)
        }
      } catch {
        tensor.fault = "\(error)"
      }
      tensors.append(tensor)
      done += Double(place.entry.count)
      try context.report(WorkloadProgress(stage: "verify", completed: done, total: total))
    }
    for name in theirs?.names ?? [] where mine.places[name] == nil {
      tensors.append(Tensor(name: name, fault: "only the other file has this tensor"))
    }
  }

  private static func read(
    _ tensor: inout Tensor, _ place: Place, _ file: any ModelFile, _ otherPlace: Place?,
    _ other: (any ModelFile)?
  ) throws(LMError) {
    let matrix = try WeightRows(place.entry, in: file)
    var second: WeightRows?
    if let otherPlace, let other {
      guard otherPlace.entry.shape == place.entry.shape else {
        tensor.fault = "its shape is \(place.entry.shape), in the other \(otherPlace.entry.shape)"
        return
      }
      second = try WeightRows(otherPlace.entry, in: other)
    }
    let isVector = place.entry.shape.count < 2
    let count = isVector ? matrix.columns : matrix.rows
    let order = RowOrder(place.change, rows: count)
    let otherOrder = RowOrder(otherPlace?.change ?? .none, rows: count)
    let columns = matrix.columns
    let rows = matrix.rows
    let found = UnsafeMutableBufferPointer<SIMD2<Double>>.allocate(capacity: rows)
    defer { found.deallocate() }
    try tryParallelLoop(rows, grain: max(1, 16_384 / max(columns, 1))) { (part) throws(LMError) in
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: 2 * columns)
      defer { values.deallocate() }
      let (a, b) = (values.baseAddress!, values.baseAddress! + columns)
      for row in part {
        try matrix.read(row, into: a, order, isVector: isVector)
        try second?.read(row, into: b, otherOrder, isVector: isVector)
        var (magnitude, difference): (Float, Float) = (0, 0)
        for column in 0..<columns {
          // Not a number is greater than any.
          magnitude = abs(a[column]) <= magnitude ? magnitude : abs(a[column])
          if second != nil {
            let gap = abs(a[column] - b[column])
            difference = gap <= difference ? difference : gap
          }
          if magnitude != magnitude || difference != difference { break }
        }
        found[row] = SIMD2(Double(magnitude), Double(difference))
      }
    }
    var difference = 0.0
    for row in found {
      if !row[0].isFinite { tensor.fault = "a weight that is not a finite number" }
      tensor.magnitude = max(tensor.magnitude, row[0])
      difference = row[1] <= difference ? difference : row[1]
    }
    if second != nil { tensor.difference = difference }
  }

  // MARK: Names

  private struct Place {
    let entry: TensorEntry
    /// What puts its rows into the order of GGUF files.
    let change: RowOrder.Change
  }

  /// Tensors by the names that two files share.
  private struct Places {
    var names: [String] = []
    var places: [String: Place] = [:]

    init(_ file: any ModelFile, isCompared: Bool) throws(LMError) {
      if isCompared, file.kind == .safetensors, file.metadata["config.model_type"] != nil {
        let c = try ModelConfiguration(file)
        let architecture = try Architecture.find(MetadataReader(file))
        for need in architecture.tensors(c) {
          guard let entry = architecture.entry(need.name, in: file) else { continue }
          let heads = c.architecture == "llama" ? c.turningHeads(need.name) : nil
          names.append(need.name)
          places[need.name] = Place(
            entry: entry, change: heads.map { .joining(heads: $0) } ?? .none)
        }
        return
      }
      for entry in file.tensors {
        names.append(entry.name)
        places[entry.name] = Place(entry: entry, change: .none)
      }
    }
  }
}

extension WeightRows {
  /// A row of a matrix whose rows are to be in another order, or a vector whose numbers are.
  func read(
    _ row: Int, into out: UnsafeMutablePointer<Float>, _ order: RowOrder, isVector: Bool
  ) throws(LMError) {
    let from = isVector ? row : order.source(of: row)
    try read(from..<from + 1, into: out)
    if isVector, order.moves {
      let values = (0..<columns).map { out[order.source(of: $0)] }
      out.update(from: values, count: columns)
    }
  }
}
