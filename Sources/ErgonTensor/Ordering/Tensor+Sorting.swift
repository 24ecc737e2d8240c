extension Tensor where Scalar: NumericScalar {
  /// The positions that put an axis in order, equal elements in the order they were in.
  ///
  /// NaN comes after everything else when ascending, before it when descending.
  ///
  /// ```swift
  /// Tensor<Float>([3, 1, 2]).argsort()      // [1, 2, 0]
  /// ```
  ///
  /// - Cost: linear in the number of elements.
  public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor<Int32> {
    ordered(axis, shape[axis], descending, "argsort") { $0.order() }
  }

  /// The elements of an axis in order.
  public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    takingAlong(axis: axis, argsort(axis: axis, descending: descending))
  }

  /// The greatest elements of an axis in descending order, or the least in ascending order, and
  /// where they were.
  ///
  /// ```swift
  /// let (values, classes) = logits.topK(5)      // logits: [8, 1000]  ->  [8, 5], [8, 5]
  /// ```
  ///
  /// - Precondition: the axis has `count` elements.
  public func topK(
    _ count: Int, axis: Int = -1, greatest: Bool = true
  ) -> (values: Tensor, positions: Tensor<Int32>) {
    precondition(
      count >= 0 && count <= shape[axis], "topK: \(count) of axis \(axis) of \(shape)")
    let positions = ordered(axis, count, greatest, "topK") { $0.first(count) }
    return (takingAlong(axis: axis, positions), positions)
  }

  /// The different elements in ascending order, how often each occurs, and for each element of
  /// this array which of them it is.
  public func unique() -> (values: Tensor, counts: Tensor<Int32>, positions: Tensor<Int32>) {
    let flat = flattened().stoppingGradient
    let order = flat.argsort().values
    let elements = flat.values
    var values: [Scalar] = []
    var counts: [Int32] = []
    var positions = [Int32](repeating: 0, count: elements.count)
    for place in order {
      let element = elements[Int(place)]
      if values.last == element {
        counts[counts.count - 1] += 1
      } else {
        values.append(element)
        counts.append(1)
      }
      positions[Int(place)] = Int32(values.count - 1)
    }
    return (Tensor(values), Tensor<Int32>(counts), Tensor<Int32>(positions, shape: shape))
  }

  /// One list of positions for every line of an axis.
  private func ordered(
    _ axis: Int, _ count: Int, _ descending: Bool, _ name: StaticString,
    _ positions: (SortKeys) -> [Int32]
  ) -> Tensor<Int32> {
    let (outer, length, inner) = shape.split(at: axis, for: name)
    precondition(length <= Int(Int32.max), "\(name): axis \(axis) of \(shape) is too long")
    let x = layout.isContiguous ? self : copied()
    return Tensor<Int32>(shape: shape.replacing(axis: axis, with: count)) { out in
      for o in 0..<outer {
        for i in 0..<inner {
          let keys = SortKeys(
            x.start + o * length * inner + i, count: length, step: inner, descending: descending)
          for (place, position) in positions(keys).enumerated() {
            out[(o * count + place) * inner + i] = position
          }
        }
      }
    }
  }
}

extension Tensor where Scalar: FloatScalar {
  /// The element below which a share of the axis lies, between neighbours linearly.
  ///
  /// ```swift
  /// x.quantile(0.9, axis: 0)      // x: [100, 3]  ->  [3]
  /// ```
  ///
  /// - Precondition: `share` is in 0 ... 1 and the axis is not empty.
  public func quantile(_ share: Scalar, axis: Int, keepingAxis: Bool = false) -> Tensor {
    let length = shape[axis]
    precondition(share >= 0 && share <= 1, "quantile: a share of \(share)")
    precondition(length > 0, "quantile: axis \(axis) of \(shape) is empty")
    let place = share * Scalar(length - 1)
    let below = Swift.min(Int(place), length - 1)
    let above = Swift.min(below + 1, length - 1)
    let part = place - Scalar(below)
    let order = sorted(axis: axis)
    let low = order.slice(axis: axis, from: below, to: below + 1)
    let high = order.slice(axis: axis, from: above, to: above + 1)
    let value = low * (1 - part) + high * part
    return keepingAxis ? value : value.squeezed(axes: [axis])
  }

  /// The middle element of an axis, or the mean of the two in the middle.
  public func median(axis: Int, keepingAxis: Bool = false) -> Tensor {
    quantile(0.5, axis: axis, keepingAxis: keepingAxis)
  }
}
