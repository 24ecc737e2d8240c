import CErgonKernels

extension Tensor where Scalar: NumericScalar {
  /// Running sums along an axis.
  ///
  /// ```swift
  /// Tensor<Int32>([1, 2, 3]).cumulativeSum(axis: 0)      // [1, 3, 6]
  /// ```
  ///
  /// - Parameters:
  ///   - reversed: Whether to run from the end.
  ///   - exclusive: Whether an element counts only from the next place on.
  public func cumulativeSum(
    axis: Int, reversed: Bool = false, exclusive: Bool = false
  ) -> Tensor {
    let y = cumulated(EK_SUM, axis, reversed, "cumulativeSum", start: exclusive ? 0 : nil)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in
      back.add(to: x) {
        g.cumulativeSum(axis: axis, reversed: !reversed, exclusive: exclusive)
      }
    }
  }

  /// The least element so far along an axis.
  public func cumulativeMin(axis: Int, reversed: Bool = false) -> Tensor {
    picking(
      cumulated(EK_MIN, axis, reversed, "cumulativeMin", start: nil), axis, reversed)
  }

  /// The greatest element so far along an axis.
  public func cumulativeMax(axis: Int, reversed: Bool = false) -> Tensor {
    picking(
      cumulated(EK_MAX, axis, reversed, "cumulativeMax", start: nil), axis, reversed)
  }

  /// Extremes so far, taken from where they stand if a gradient is to go there: the latest place
  /// where several are equal.
  private func picking(_ extremes: Tensor, _ axis: Int, _ reversed: Bool) -> Tensor {
    guard isRecorded else { return extremes }
    let axis = shape.resolve(axis, for: "cumulative")
    let length = shape[axis]
    var lengths = [Int](repeating: 1, count: rank)
    lengths[axis] = length
    let places = Tensor<Int32>.arange(length).reshaped(lengths).broadcast(to: shape)
    let edge = Tensor<Int32>(repeating: reversed ? Int32(length - 1) : 0, shape: shape)
    let x = stoppingGradient
    let reached = Tensor<Int32>.select(
      (x .== extremes) .| ((x .!= x) .& (extremes .!= extremes)), places, edge)
    return takingAlong(
      axis: axis,
      reversed
        ? reached.cumulativeMin(axis: axis, reversed: true) : reached.cumulativeMax(axis: axis))
  }

  /// A running reduction; with `start` each place has the result up to the one before, and the
  /// first place `start`.
  fileprivate func cumulated(
    _ op: ek_reduce_op, _ axis: Int, _ reversed: Bool, _ name: StaticString, start first: Scalar?
  ) -> Tensor {
    let (outer, length, inner) = shape.split(at: axis, for: name)
    let x = layout.isContiguous ? self : copied()
    let y = Tensor(shape: shape) {
      Scalar._cumulate(op, reversed, outer, length, inner, x.start, $0)
    }
    guard let first, length > 0 else { return y }
    let edge = Tensor(repeating: first, shape: shape.replacing(axis: axis, with: 1))
    return reversed
      ? Tensor.concatenated([y.slice(axis: axis, from: 1, to: length), edge], axis: axis)
      : Tensor.concatenated([edge, y.slice(axis: axis, from: 0, to: length - 1)], axis: axis)
  }
}

extension Tensor where Scalar: FloatScalar {
  /// Running products along an axis.
  ///
  /// - Parameters:
  ///   - reversed: Whether to run from the end.
  ///   - exclusive: Whether an element counts only from the next place on.
  public func cumulativeProduct(
    axis: Int, reversed: Bool = false, exclusive: Bool = false
  ) -> Tensor {
    let y = cumulated(
      EK_PRODUCT, axis, reversed, "cumulativeProduct", start: exclusive ? 1 : nil)
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) { x.cumulativeProductGradient(g, axis, reversed, exclusive) }
    }
  }

  /// d/dxᵢ Σ gₖ yₖ = (Π before i) · rᵢ with rᵢ = gᵢ + xᵢ₊₁ rᵢ₊₁: no division, so zeros do no harm.
  private func cumulativeProductGradient(
    _ g: Tensor, _ axis: Int, _ reversed: Bool, _ exclusive: Bool
  ) -> Tensor {
    let length = shape[axis]
    guard length > 0 else { return g }
    let before = cumulativeProduct(axis: axis, reversed: reversed, exclusive: true)
    // From the end of the run back to its beginning.
    let order = reversed ? Array(0..<length) : (0..<length).reversed()
    var rest: Tensor?
    var places = [Tensor](repeating: g, count: length)
    var previous: Int?
    for place in order {
      let here = exclusive ? previous : place
      var r = here.map { g.slice(axis: axis, from: $0, to: $0 + 1) }
      if let previous, let rest {
        let later = slice(axis: axis, from: previous, to: previous + 1) * rest
        r = r.map { $0 + later } ?? later
      }
      places[place] = r ?? Tensor(repeating: 0, shape: shape.replacing(axis: axis, with: 1))
      rest = places[place]
      previous = place
    }
    return before * Tensor.concatenated(places, axis: axis)
  }
}
