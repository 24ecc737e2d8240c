import CErgonKernels

extension Tensor where Scalar: ArithmeticScalar {
  /// A reduction kernel along some axes, which stay with length 1; records nothing.
  ///
  /// Neighbouring axes that are reduced, or kept, count as one; each run of reduced ones is a call
  /// of the kernel.
  func reduced(_ op: ek_reduce_op, _ axes: AxisSet) -> Tensor {
    var current = layout.isContiguous ? stoppingGradient : copied()
    var op = op
    var lengths = shape.axes
    let rank = rank
    var end = rank
    // From the innermost run outwards.
    while end > 0 {
      guard axes.contains(end - 1) else {
        end -= 1
        continue
      }
      var first = end - 1
      while first > 0, axes.contains(first - 1) { first -= 1 }
      let x = current
      let (outer, length, inner) = (
        x.shape.product(0..<first), x.shape.product(first..<end), x.shape.product(end..<rank)
      )
      for axis in first..<end { lengths[axis] = 1 }
      current = Tensor(shape: Shape(lengths, rank: rank)) {
        Scalar._reduce(op, outer, length, inner, x.start, $0)
      }
      // What is left of a sum of squares is a sum.
      if op == EK_SUM_OF_SQUARES { op = EK_SUM }
      end = first
    }
    // Over no axes a square is still a square.
    if op == EK_SUM_OF_SQUARES { current = current.combined(EK_MULTIPLY, current, "norm") }
    return current
  }

  /// The sum over the axes, or of all elements.
  ///
  /// ```swift
  /// x.sum()                                  // x: [2, 3]  ->  []
  /// x.sum(axes: [0], keepingAxes: true)      // x: [2, 3]  ->  [1, 3]
  /// ```
  ///
  /// - Accuracy: pairwise; the relative error grows with the logarithm of the number of terms.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let set = AxisSet(axes, of: shape, for: "sum")
    var y = reduced(EK_SUM, set)
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in
      back.add(to: x) { g.restoring(set, of: x.shape).broadcast(to: x.shape) }
    }
  }

  /// The sum over the axes along which `target` broadcasts to this shape: what the gradient of a
  /// broadcast is.
  ///
  /// - Precondition: `target` broadcasts to this shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func summed(to target: Shape) -> Tensor {
    if target == shape { return self }
    let extra = rank - target.rank
    precondition(extra >= 0, "sum: \(target) does not broadcast to \(shape)")
    var axes = AxisSet()
    for axis in 0..<rank where axis < extra || target.axes[axis - extra] != shape.axes[axis] {
      precondition(
        axis < extra || target.axes[axis - extra] == 1,
        "sum: \(target) does not broadcast to \(shape)")
      axes.insert(axis)
    }
    var y = reduced(EK_SUM, axes)
    y.layout = Layout(contiguous: target)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.broadcast(to: x.shape) } }
  }

  /// This array with axes of length 1 where the reduced ones were.
  func restoring(_ axes: AxisSet, of shape: Shape) -> Tensor {
    reshaped(to: axes.reduced(shape, keepingAxes: true))
  }

  /// The product over the axes, or of all elements.
  public func product(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let set = AxisSet(axes, of: shape, for: "product")
    var y = reduced(EK_PRODUCT, set)
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    return y
  }
}

extension Tensor where Scalar: NumericScalar {
  /// The least element along the axes, or of all; a NaN counts as the result.
  ///
  /// Elements that share the least value get equal parts of the gradient.
  public func min(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(EK_MIN, axes, keepingAxes, "min")
  }

  /// The greatest element along the axes, or of all; a NaN counts as the result.
  ///
  /// Elements that share the greatest value get equal parts of the gradient.
  public func max(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(EK_MAX, axes, keepingAxes, "max")
  }

  private func extreme(
    _ op: ek_reduce_op, _ axes: [Int]?, _ keepingAxes: Bool, _ name: StaticString
  ) -> Tensor {
    let set = AxisSet(axes, of: shape, for: name)
    precondition(set.count(in: shape) > 0, "\(name): \(shape) has no element along those axes")
    let kept = reduced(op, set)
    var y = kept
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        let chosen = Tensor(x.compared(EK_EQUAL, kept, name))
        return g.restoring(set, of: x.shape) * (chosen / chosen.reduced(EK_SUM, set))
      }
    }
  }

  /// Positions of the least elements along an axis, the first where several are equal.
  public func argmin(axis: Int = -1, keepingAxis: Bool = false) -> Tensor<Int32> {
    argReduced(greatest: false, axis, keepingAxis, "argmin")
  }

  /// Positions of the greatest elements along an axis, the first where several are equal; NaN
  /// counts as greatest.
  ///
  /// ```swift
  /// logits.argmax()        // logits: [batch, classes]  ->  [batch]
  /// ```
  public func argmax(axis: Int = -1, keepingAxis: Bool = false) -> Tensor<Int32> {
    argReduced(greatest: true, axis, keepingAxis, "argmax")
  }

  private func argReduced(
    greatest: Bool, _ axis: Int, _ keepingAxis: Bool, _ name: StaticString
  ) -> Tensor<Int32> {
    let (outer, length, inner) = shape.split(at: axis, for: name)
    precondition(length > 0, "\(name): \(shape) has no element along axis \(axis)")
    precondition(length <= Int(Int32.max), "\(name): axis \(axis) of \(shape) is too long")
    let x = layout.isContiguous ? self : copied()
    let target =
      keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
    return Tensor<Int32>(shape: target) {
      Scalar._argReduce(greatest, outer, length, inner, x.start, $0)
    }
  }
}

extension Shape {
  /// The numbers of elements before, along and after an axis.
  func split(
    at axis: Int, for operation: StaticString
  ) -> (outer: Int, length: Int, inner: Int) {
    let axis = resolve(axis, for: operation)
    return (product(0..<axis), axes[axis], product(axis + 1..<rank))
  }
}
