// Views: other shapes of the same memory. None copies, but a reshape of a view that is not
// contiguous.
extension Tensor {
  /// The same elements in another shape; one length may be -1 and is worked out.
  ///
  /// ```swift
  /// x.reshaped(-1, 10)        // x: [4, 5]  ->  [2, 10]
  /// ```
  public func reshaped(_ lengths: Int...) -> Tensor { reshaped(lengths) }

  /// The same elements in another shape; one length may be -1 and is worked out.
  public func reshaped(_ lengths: [Int]) -> Tensor {
    var lengths = lengths
    if let unknown = lengths.firstIndex(of: -1) {
      let known = lengths.enumerated().reduce(1) { $1.offset == unknown ? $0 : $0 * $1.element }
      precondition(
        known > 0 && count % known == 0, "reshape: \(shape) does not divide into \(lengths)")
      lengths[unknown] = count / known
    }
    return reshaped(to: Shape(lengths))
  }

  /// The same elements in another shape.
  ///
  /// - Precondition: as many elements.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reshaped(to target: Shape) -> Tensor {
    precondition(
      target.count == count, "reshape: \(shape) has \(count) elements, \(target) \(target.count)")
    if target == shape { return self }
    var result = contiguous()
    result.layout = Layout(contiguous: target, offset: result.layout.offset)
    guard isRecorded else { return result.stoppingGradient }
    let x = outline
    return result.recorded { g, back in back.add(to: x) { g.reshaped(to: x.shape) } }
  }

  /// Two axes exchanged; the last two unless said otherwise.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    let (i, j) = (
      shape.resolve(first, for: "transpose"), shape.resolve(second, for: "transpose")
    )
    var lengths = layout.shape.axes
    var strides = layout.strides
    (lengths[i], lengths[j]) = (lengths[j], lengths[i])
    (strides[i], strides[j]) = (strides[j], strides[i])
    let y = Tensor(
      storage: storage,
      layout: Layout(shape: Shape(lengths, rank: rank), strides: strides, offset: layout.offset))
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.transposed(i, j) } }
  }

  /// The axes in another order: axis `i` of the result is axis `order[i]` of this array.
  ///
  /// - Precondition: `order` names every axis once.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func permuted(_ order: [Int]) -> Tensor {
    let order = order.map { shape.resolve($0, for: "permute") }
    var named = AxisSet()
    for axis in order { named.insert(axis) }
    precondition(
      order.count == rank && named.count == rank,
      "permute: \(order) is not an order of the axes of \(shape)")
    var lengths = Axes()
    var strides = Axes()
    for (axis, source) in order.enumerated() {
      lengths[axis] = shape.axes[source]
      strides[axis] = layout.strides[source]
    }
    let result = Tensor(
      storage: storage,
      layout: Layout(
        shape: Shape(lengths, rank: rank), strides: strides, offset: layout.offset))
    guard isRecorded else { return result }
    let x = outline
    var inverse = order
    for (axis, source) in order.enumerated() { inverse[source] = axis }
    let back = inverse
    return result.recorded { g, sum in sum.add(to: x) { g.permuted(back) } }
  }

  /// This array read as a larger shape: axes of length 1, and missing leading ones, repeat.
  ///
  /// - Precondition: the shape broadcasts to `target`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    precondition(
      target.rank >= rank && Shape.broadcast(shape, target, for: "broadcast") == target,
      "broadcast: \(shape) does not broadcast to \(target)")
    let result = Tensor(
      storage: storage,
      layout: Layout(
        shape: target, strides: layout.strides(broadcastTo: target), offset: layout.offset))
    guard isRecorded else { return result }
    let x = outline
    return result.recorded { g, back in
      back.add(to: x) { Scalar._reduced(g, to: x.shape) }
    }
  }
}
