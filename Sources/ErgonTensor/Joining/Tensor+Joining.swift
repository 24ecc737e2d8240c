extension Tensor {
  /// Arrays one after the other along an axis; their other axes agree.
  ///
  /// ```swift
  /// Tensor.concatenated([a, b], axis: 1)      // [2, 3], [2, 4]  ->  [2, 7]
  /// ```
  public static func concatenated(_ parts: [Tensor], axis: Int = 0) -> Tensor {
    precondition(!parts.isEmpty, "concatenate: no arrays")
    let first = parts[0].shape
    let axis = first.resolve(axis, for: "concatenate")
    var length = 0
    for part in parts {
      precondition(
        part.rank == first.rank
          && part.shape.replacing(axis: axis, with: first[axis]) == first,
        "concatenate: \(first) and \(part.shape) differ in more than axis \(axis)")
      length += part.shape[axis]
    }
    let shape = first.replacing(axis: axis, with: length)
    let outer = shape.product(0..<axis)
    let inner = shape.product(axis + 1..<shape.rank)
    let y = Tensor(shape: shape) { out in
      var place = 0
      for part in parts {
        let dense = part.layout.isContiguous ? part : part.copied()
        let row = part.shape[axis] * inner
        for o in 0..<outer {
          (out + o * length * inner + place).update(from: dense.start + o * row, count: row)
        }
        place += row
      }
    }
    guard parts.contains(where: \.isRecorded) else { return y }
    let outlines = parts.map(\.outline)
    return y.recorded { g, back in
      var place = 0
      for part in outlines {
        let end = place + part.shape[axis]
        back.add(to: part) { g.slice(axis: axis, from: place, to: end) }
        place = end
      }
    }
  }

  /// Arrays of one shape along a new axis.
  ///
  /// ```swift
  /// Tensor.stacked([a, b])      // [2, 3], [2, 3]  ->  [2, 2, 3]
  /// ```
  public static func stacked(_ parts: [Tensor], axis: Int = 0) -> Tensor {
    precondition(!parts.isEmpty, "stack: no arrays")
    for part in parts {
      precondition(
        part.shape == parts[0].shape, "stack: \(parts[0].shape) and \(part.shape) differ")
    }
    let place = axis < 0 ? axis + parts[0].rank + 1 : axis
    return concatenated(parts.map { $0.expandingAxis(at: place) }, axis: place)
  }

  /// Views of parts of the given lengths along an axis.
  ///
  /// - Precondition: the lengths add up to the axis's.
  public func split(lengths: [Int], axis: Int = 0) -> [Tensor] {
    precondition(
      lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == shape[axis],
      "split: \(lengths) do not add up to axis \(axis) of \(shape)")
    var place = 0
    return lengths.map { length in
      defer { place += length }
      return slice(axis: axis, from: place, to: place + length)
    }
  }

  /// Views of `count` equal parts along an axis.
  ///
  /// ```swift
  /// let gates = x.split(4, axis: -1)      // x: [8, 40]  ->  4 × [8, 10]
  /// ```
  ///
  /// - Precondition: `count` divides the axis's length.
  public func split(_ count: Int, axis: Int = 0) -> [Tensor] {
    precondition(
      count > 0 && shape[axis] % count == 0,
      "split: axis \(axis) of \(shape) does not divide into \(count) equal parts")
    return split(
      lengths: Array(repeating: shape[axis] / count, count: count), axis: axis)
  }

  /// Views of parts of a length along an axis; the last may be shorter.
  public func chunked(length: Int, axis: Int = 0) -> [Tensor] {
    precondition(length > 0, "chunk: parts of length \(length)")
    return stride(from: 0, to: shape[axis], by: length).map {
      slice(axis: axis, from: $0, to: Swift.min($0 + length, shape[axis]))
    }
  }
}
