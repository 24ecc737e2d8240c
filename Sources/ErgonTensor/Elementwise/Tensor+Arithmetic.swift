import CErgonKernels

extension Tensor where Scalar: ArithmeticScalar {
  /// A binary kernel over two arrays that broadcast; records nothing.
  @inline(__always)
  func combined(_ op: ek_binary_op, _ other: Tensor, _ name: StaticString) -> Tensor {
    let a = self
    if a.layout.shape == other.layout.shape, a.isContiguous, other.isContiguous {
      return Tensor(shape: a.shape) { Scalar._binaryFlat(op, a.count, a.start, other.start, $0) }
    }
    let shape = Shape.broadcast(a.shape, other.shape, for: name)
    return Tensor(shape: shape) { out in
      shape.axes.withPointer { lengths in
        a.layout.strides(broadcastTo: shape).withPointer { left in
          other.layout.strides(broadcastTo: shape).withPointer { right in
            Scalar._binary(
              op, shape.rank, lengths, left, a.start, right, other.start, out)
          }
        }
      }
    }
  }

  /// A binary kernel with a number on one side; records nothing.
  @inline(__always)
  func combined(_ op: ek_binary_op, scalar: Scalar, reversed: Bool = false) -> Tensor {
    let a = contiguous()
    return Tensor(shape: shape) { Scalar._binaryScalar(op, reversed, a.count, a.start, scalar, $0) }
  }
}

extension Tensor where Scalar: FloatScalar {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_ADD, b, "add")
    guard records(a, b) else { return y }
    return y.recorded { g, back in
      back.add(to: a) { g.summed(to: a.shape) }
      back.add(to: b) { g.summed(to: b.shape) }
    }
  }

  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_MULTIPLY, b, "multiply")
    guard records(a, b) else { return y }
    return y.recorded { g, back in
      back.add(to: a) { (g * b).summed(to: a.shape) }
      back.add(to: b) { (g * a).summed(to: b.shape) }
    }
  }

  public static func * (a: Tensor, b: Scalar) -> Tensor {
    let y = a.combined(EK_MULTIPLY, scalar: b)
    guard a.isRecorded else { return y }
    return y.recorded { g, back in back.add(to: a) { g * b } }
  }

  /// The sum of all elements, as a scalar.
  public func sum() -> Tensor { summed(to: []) }

  /// The sum over the axes along which `target` broadcasts to this shape: what the gradient of a
  /// broadcast is.
  ///
  /// - Precondition: `target` broadcasts to this shape.
  public func summed(to target: Shape) -> Tensor {
    if target == shape { return self }
    let extra = rank - target.rank
    precondition(extra >= 0, "sum: \(target) does not broadcast to \(shape)")
    // Neighbouring axes that are summed, or kept, are one; each run of summed ones is a reduction.
    var current = contiguous().stoppingGradient
    var lengths = shape.lengths
    var axis = 0
    while axis < rank {
      let isSummed = { (i: Int) in i < extra || target.axes[i - extra] != self.shape.axes[i] }
      guard isSummed(axis) else {
        axis += 1
        continue
      }
      var end = axis + 1
      while end < rank, isSummed(end) { end += 1 }
      let outer = lengths[..<axis].reduce(1, *)
      let length = lengths[axis..<end].reduce(1, *)
      let inner = lengths[end...].reduce(1, *)
      for summed in axis..<end { lengths[summed] = 1 }
      let x = current
      current = Tensor(shape: Shape(lengths)) {
        Scalar._reduce(EK_SUM, outer, length, inner, x.start, $0)
      }
      axis = end
    }
    current.layout = Layout(contiguous: target)
    guard isRecorded else { return current }
    let x = self
    return current.recorded { g, back in back.add(to: x) { g.broadcast(to: x.shape) } }
  }
}
