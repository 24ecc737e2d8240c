extension Tensor {
  /// This array repeated along each axis as a whole.
  ///
  /// ```swift
  /// x.tiled(2, 3)         // x: [4, 5]  ->  [8, 15]
  /// ```
  ///
  /// - Precondition: one number for every axis, or more for new leading axes.
  public func tiled(_ counts: Int...) -> Tensor {
    precondition(counts.count >= rank, "tile: \(counts.count) counts for \(shape)")
    var y = self
    for _ in rank..<counts.count { y = y.expandingAxis(at: 0) }
    for (axis, count) in counts.enumerated() where count != 1 {
      let length = y.shape[axis]
      y = y.expandingAxis(at: axis).repeatedAlong(axis, count)
        .reshaped(to: y.shape.replacing(axis: axis, with: length * count))
    }
    return y
  }

  /// Every element repeated along an axis, its copies side by side.
  ///
  /// ```swift
  /// Tensor<Int32>([1, 2]).repeated(2, axis: 0)      // [1, 1, 2, 2]
  /// ```
  public func repeated(_ count: Int, axis: Int) -> Tensor {
    let axis = shape.resolve(axis, for: "repeat")
    return expandingAxis(at: axis + 1).repeatedAlong(axis + 1, count)
      .reshaped(to: shape.replacing(axis: axis, with: shape[axis] * count))
  }

  /// The elements moved along an axis; those pushed out at the end come back at the front.
  ///
  /// ```swift
  /// Tensor<Int32>([1, 2, 3]).rolled(by: 1, axis: 0)      // [3, 1, 2]
  /// ```
  public func rolled(by steps: Int, axis: Int) -> Tensor {
    let length = shape[axis]
    if length == 0 { return self }
    let split = (length - steps % length) % length
    if split == 0 { return self }
    return Tensor.concatenated(
      [slice(axis: axis, from: split, to: length), slice(axis: axis, from: 0, to: split)],
      axis: axis)
  }

  /// An axis of length 1 read `count` times.
  private func repeatedAlong(_ axis: Int, _ count: Int) -> Tensor {
    precondition(count >= 0, "repeat: a count of \(count)")
    return broadcast(to: shape.replacing(axis: axis, with: count))
  }
}
