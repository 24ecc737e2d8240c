// Axes added, removed and merged.
extension Tensor {
  /// This array with a new axis of length 1, as a view.
  ///
  /// ```swift
  /// x.expandingAxis(at: -1)      // x: [4, 5]  ->  [4, 5, 1]
  /// ```
  public func expandingAxis(at axis: Int) -> Tensor {
    let place = axis < 0 ? axis + rank + 1 : axis
    precondition(place >= 0 && place <= rank, "expandingAxis: \(shape) has no place \(axis)")
    precondition(
      rank < Shape.maximumRank, "expandingAxis: \(shape) has \(Shape.maximumRank) axes already")
    var lengths = Axes()
    var strides = Axes()
    for source in 0..<rank {
      let target = source < place ? source : source + 1
      lengths[target] = layout.shape.axes[source]
      strides[target] = layout.strides[source]
    }
    lengths[place] = 1
    return relaid(Shape(lengths, rank: rank + 1), strides)
  }

  /// This array without the axes, all of length 1, as a view; by default every such axis.
  ///
  /// - Precondition: the axes named have length 1.
  public func squeezed(axes: [Int]? = nil) -> Tensor {
    let named = AxisSet(axes, of: shape, for: "squeeze")
    var lengths = Axes()
    var strides = Axes()
    var kept = 0
    for axis in 0..<rank {
      let length = layout.shape.axes[axis]
      if named.contains(axis) {
        if length == 1 { continue }
        precondition(axes == nil, "squeeze: axis \(axis) of \(shape) is not of length 1")
      }
      lengths[kept] = length
      strides[kept] = layout.strides[axis]
      kept += 1
    }
    return relaid(Shape(lengths, rank: kept), strides)
  }

  /// This array with the axes from one to another merged.
  ///
  /// ```swift
  /// x.flattened(from: 1)         // x: [64, 5, 5, 16]  ->  [64, 400]
  /// ```
  public func flattened(from first: Int = 0, through last: Int = -1) -> Tensor {
    if rank == 0 { return reshaped(1) }
    let first = shape.resolve(first, for: "flatten")
    let last = shape.resolve(last, for: "flatten")
    precondition(first <= last, "flatten: axis \(first) comes after axis \(last)")
    let lengths = shape.lengths
    return reshaped(
      to: Shape(lengths[..<first] + [shape.product(first..<last + 1)] + lengths[(last + 1)...]))
  }

  /// An axis at another place, the others in their order.
  public func movingAxis(from source: Int, to target: Int) -> Tensor {
    var order = Array(0..<rank)
    let axis = order.remove(at: shape.resolve(source, for: "movingAxis"))
    order.insert(axis, at: shape.resolve(target, for: "movingAxis"))
    return permuted(order)
  }

  /// The same elements read by other axes, of length 1 where they differ.
  private func relaid(_ shape: Shape, _ strides: Axes) -> Tensor {
    let y = Tensor(
      storage: storage, layout: Layout(shape: shape, strides: strides, offset: layout.offset))
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.reshaped(to: x.shape) } }
  }
}
