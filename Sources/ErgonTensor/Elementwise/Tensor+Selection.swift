import CErgonKernels

// Choosing elements by a mask.
extension Tensor {
  /// Elements of `a` where the mask is true, of `b` elsewhere; the three shapes broadcast.
  ///
  /// ```swift
  /// Tensor.select(x .> 0, x, x.exp() - 1)      // x: [4, 5]  ->  [4, 5]
  /// ```
  public static func select(_ mask: Tensor<Bool>, _ a: Tensor, _ b: Tensor) -> Tensor {
    let shape = Shape.broadcast(
      mask.shape, Shape.broadcast(a.shape, b.shape, for: "select"), for: "select")
    let y = Tensor(shape: shape) { out in
      shape.axes.withPointer { lengths in
        mask.layout.strides(broadcastTo: shape).withPointer { choice in
          a.layout.strides(broadcastTo: shape).withPointer { left in
            b.layout.strides(broadcastTo: shape).withPointer { right in
              Scalar._select(
                shape.rank, lengths, choice, mask.bytes, left, a.start, right, b.start, out)
            }
          }
        }
      }
    }
    guard records(a, b) else { return y }
    let (a, b) = (a.outline, b.outline)
    return y.recorded { g, back in
      back.add(to: a) { Scalar._reduced(select(mask, g, Tensor(Scalar._zero)), to: a.shape) }
      back.add(to: b) { Scalar._reduced(select(mask, Tensor(Scalar._zero), g), to: b.shape) }
    }
  }

  /// This array with `value` where the mask is true.
  public func replacing(with value: Scalar, where mask: Tensor<Bool>) -> Tensor {
    Tensor.select(mask, Tensor(value), self)
  }

  /// This array with elements of another where the mask is true.
  public func replacing(with other: Tensor, where mask: Tensor<Bool>) -> Tensor {
    Tensor.select(mask, other, self)
  }
}
