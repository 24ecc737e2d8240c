import CErgonKernels

/// Which length of a vector.
public enum VectorNorm: Sendable, Hashable {
  /// The sum of magnitudes.
  case l1
  /// The root of the sum of squares.
  case l2
  /// The greatest magnitude.
  case infinity
}

extension Tensor where Scalar: FloatScalar {
  /// The mean over the axes, or of all elements.
  ///
  /// ```swift
  /// image.mean(axes: [0, 1])      // image: [height, width, 3]  ->  [3]
  /// ```
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let count = AxisSet(axes, of: shape, for: "mean").count(in: shape)
    return sum(axes: axes, keepingAxes: keepingAxes) / Scalar(count)
  }

  /// The mean squared distance from the mean over the axes, or of all elements.
  ///
  /// - Parameter correction: What is taken off the number of elements before dividing: 0 for the
  ///   variance of these elements, 1 for the unbiased estimate from a sample.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func variance(
    axes: [Int]? = nil, correction: Int = 0, keepingAxes: Bool = false
  ) -> Tensor {
    let count = AxisSet(axes, of: shape, for: "variance").count(in: shape)
    let centred = self - mean(axes: axes, keepingAxes: true)
    return centred.squared().sum(axes: axes, keepingAxes: keepingAxes)
      / Scalar(Swift.max(count - correction, 0))
  }

  /// The root of the variance.
  public func standardDeviation(
    axes: [Int]? = nil, correction: Int = 0, keepingAxes: Bool = false
  ) -> Tensor {
    variance(axes: axes, correction: correction, keepingAxes: keepingAxes).sqrt()
  }

  /// The length of the vector along the axes, or of all elements.
  ///
  /// The gradient at a zero vector is 0.
  public func norm(
    _ kind: VectorNorm = .l2, axes: [Int]? = nil, keepingAxes: Bool = false
  ) -> Tensor {
    switch kind {
    case .l1: return abs().sum(axes: axes, keepingAxes: keepingAxes)
    case .infinity: return abs().max(axes: axes, keepingAxes: keepingAxes)
    case .l2: break
    }
    let set = AxisSet(axes, of: shape, for: "norm")
    let kept = reduced(EK_SUM_OF_SQUARES, set).mapped(EK_SQRT)
    var y = kept
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        let g = g.restoring(set, of: x.shape)
        let length = Tensor.records(g, x) ? x.norm(.l2, axes: axes, keepingAxes: true) : kept
        // At zero the gradient is x / 1 = 0.
        return x * (g / length.replacing(with: 1, where: kept .== 0))
      }
    }
  }

  /// log Σ exp(x) over the axes, or of all elements, without overflow.
  public func logSumExp(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let set = AxisSet(axes, of: shape, for: "logSumExp")
    let kept = set.reduced(shape, keepingAxes: true)
    // The reduced axes last, as the kernel reads rows.
    let order = (0..<rank).filter { !set.contains($0) } + (0..<rank).filter { set.contains($0) }
    let rows = stoppingGradient.permuted(order).contiguous()
    let columns = set.count(in: shape)
    precondition(columns > 0, "logSumExp: \(shape) has no element along those axes")
    let value = Tensor(shape: kept) {
      Scalar._logSumExp(kept.count, columns, rows.start, $0)
    }
    var y = value
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        let g = g.restoring(set, of: x.shape)
        let total =
          Tensor.records(g, x) ? x.logSumExp(axes: axes, keepingAxes: true) : value
        // Where every element is -∞ none has a share, and the difference would be no number.
        return (x - total.replacing(with: 0, where: total .== -.infinity)).exp() * g
      }
    }
  }

  /// The product over the axes, or of all elements; the gradient is right where there are zeros.
  public func product(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let set = AxisSet(axes, of: shape, for: "product")
    var y = reduced(EK_PRODUCT, set)
    if !keepingAxes { y.layout = Layout(contiguous: set.reduced(shape, keepingAxes: false)) }
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) { g.restoring(set, of: x.shape) * x.productOfOthers(set) }
    }
  }

  /// For each element the product of the others along the axes.
  private func productOfOthers(_ set: AxisSet) -> Tensor {
    // Reduced axes as one, last: what stands before an element times what stands after it.
    let kept = (0..<rank).filter { !set.contains($0) }
    let order = kept + (0..<rank).filter { set.contains($0) }
    let moved = permuted(order)
    let rows = moved.reshaped(to: [moved.shape.product(0..<kept.count), set.count(in: shape)])
    let others =
      rows.cumulativeProduct(axis: 1, exclusive: true)
      * rows.cumulativeProduct(axis: 1, reversed: true, exclusive: true)
    var inverse = order
    for (axis, source) in order.enumerated() { inverse[source] = axis }
    return others.reshaped(to: moved.shape).permuted(inverse)
  }
}
