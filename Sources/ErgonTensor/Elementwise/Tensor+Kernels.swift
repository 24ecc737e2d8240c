import CErgonKernels

// The elementwise kernels on arrays. Nothing here records.
extension Tensor where Scalar: ArithmeticScalar {
  /// A binary kernel over two arrays that broadcast.
  @inline(__always)
  func combined(_ op: ek_binary_op, _ other: Tensor, _ name: StaticString) -> Tensor {
    let a = self
    if a.layout.isContiguous, other.layout.isContiguous, a.layout.shape == other.layout.shape {
      return Tensor(shape: a.layout.shape) {
        Scalar._binaryFlat(op, a.count, a.start, other.start, $0)
      }
    }
    return a.combinedBroadcast(op, other, name)
  }

  @inline(never)
  private func combinedBroadcast(
    _ op: ek_binary_op, _ other: Tensor, _ name: StaticString
  ) -> Tensor {
    let a = self
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

  /// A binary kernel with a number on one side.
  @inline(__always)
  func combined(_ op: ek_binary_op, scalar: Scalar, reversed: Bool = false) -> Tensor {
    let a = layout.isContiguous ? self : copied()
    return Tensor(shape: a.layout.shape) {
      Scalar._binaryScalar(op, reversed, a.count, a.start, scalar, $0)
    }
  }

  /// A binary kernel into this array's own memory; false, and no change, where it is shared, has
  /// gaps, or a gradient may be asked for.
  @inline(__always)
  mutating func combine(_ op: ek_binary_op, _ other: Tensor) -> Bool {
    guard node == nil, other.node == nil, layout.isContiguous, other.layout.isContiguous,
      layout.shape == other.layout.shape, isUnique
    else { return false }
    let place = UnsafeMutablePointer(mutating: start)
    Scalar._binaryFlat(op, count, place, other.start, place)
    return true
  }

  @inline(__always)
  mutating func combine(_ op: ek_binary_op, scalar: Scalar) -> Bool {
    guard node == nil, layout.isContiguous, isUnique else { return false }
    let place = UnsafeMutablePointer(mutating: start)
    Scalar._binaryScalar(op, false, count, place, scalar, place)
    return true
  }
}

extension Tensor where Scalar: FloatScalar {
  /// A function of one variable.
  @inline(__always)
  func mapped(_ op: ek_unary_op) -> Tensor {
    let x = self
    if x.layout.isContiguous {
      return Tensor(shape: x.layout.shape) { Scalar._unaryFlat(op, x.count, x.start, $0) }
    }
    return Tensor(shape: x.layout.shape) { out in
      x.layout.shape.axes.withPointer { lengths in
        x.layout.strides.withPointer { strides in
          Scalar._unary(op, x.rank, lengths, strides, x.start, out)
        }
      }
    }
  }

  /// `gradient` times the derivative of the function that made `value` of this array.
  func slope(of op: ek_unary_op, value: Tensor, gradient: Tensor) -> Tensor {
    let x = layout.isContiguous ? self : copied()
    let g = gradient.layout.isContiguous ? gradient : gradient.copied()
    return Tensor(shape: shape) {
      Scalar._unaryGradient(op, x.count, x.start, value.start, g.start, $0)
    }
  }
}

extension Tensor where Scalar: NumericScalar {
  /// A comparison kernel over two arrays that broadcast.
  func compared(_ op: ek_compare_op, _ other: Tensor, _ name: StaticString) -> Tensor<Bool> {
    let a = self
    let shape = Shape.broadcast(a.shape, other.shape, for: name)
    return Tensor<Bool>(shape: shape) { out in
      shape.axes.withPointer { lengths in
        a.layout.strides(broadcastTo: shape).withPointer { left in
          other.layout.strides(broadcastTo: shape).withPointer { right in
            Scalar._compare(
              op, shape.rank, lengths, left, a.start, right, other.start,
              UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self))
          }
        }
      }
    }
  }
}

extension Tensor where Scalar == Bool {
  /// The mask's elements as the kernels read them: 0 or 1.
  var bytes: UnsafePointer<UInt8> {
    UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
  }
}
