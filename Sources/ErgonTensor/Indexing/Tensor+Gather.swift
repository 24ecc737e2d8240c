import CErgonKernels

// Elements chosen by arrays of positions.
extension Tensor where Scalar: NumericScalar {
  /// The parts of an axis at some positions; the axis becomes the axes of `indices`.
  ///
  /// It is the lookup of an embedding, the reordering of rows, the drawing of a batch.
  ///
  /// ```swift
  /// table.gathering(tokens)               // table: [1000, 64], tokens: [8, 20]  ->  [8, 20, 64]
  /// x.gathering(order, axis: 1)           // x: [4, 5], order: [3]               ->  [4, 3]
  /// ```
  ///
  /// - Precondition: every position lies within the axis.
  public func gathering(_ indices: Tensor<Int32>, axis: Int = 0) -> Tensor {
    let y = gathered(indices, axis)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in
      back.add(to: x) {
        Tensor(repeating: 0, shape: x.shape).scatterAdding(g, at: indices, axis: axis)
      }
    }
  }

  /// This array with `updates` added at positions of an axis, those of one position one after the
  /// other: the transpose of ``gathering(_:axis:)``.
  ///
  /// ```swift
  /// sums.scatterAdding(x, at: groups)     // sums: [5, 3], x: [100, 3], groups: [100]  ->  [5, 3]
  /// ```
  ///
  /// - Precondition: `updates` has the shape that gathering the positions gives.
  public consuming func scatterAdding(
    _ updates: Tensor, at indices: Tensor<Int32>, axis: Int = 0
  ) -> Tensor {
    let x = outline
    let isRecorded = Tensor.records(x, updates)
    let (outer, length, inner) = shape.split(at: axis, for: "scatter")
    let expected = shape.replacing(axis: axis, by: indices.shape)
    precondition(
      updates.shape == expected,
      "scatter: updates of \(updates.shape) for \(shape) at positions of \(indices.shape)")
    let places = indices.checked(below: length, "scatter")
    let values = updates.layout.isContiguous ? updates : updates.copied()
    var y = self
    y.node = nil
    y.makeUnique()
    Scalar._scatterAdd(
      outer, length, inner, places.count, places.start, values.start,
      UnsafeMutablePointer(mutating: y.start))
    guard isRecorded else { return y }
    let u = updates.outline
    return y.recorded { g, back in
      back.add(to: x) { g }
      back.add(to: u) { g.gathering(indices, axis: axis) }
    }
  }

  /// For each place of `indices` the element of this array at that position of the axis and the
  /// same place elsewhere.
  ///
  /// ```swift
  /// p.takingAlong(axis: 1, labels.expandingAxis(at: 1))    // p: [8, 10], labels: [8]  ->  [8, 1]
  /// ```
  ///
  /// - Precondition: the shapes agree but for the axis.
  public func takingAlong(axis: Int, _ indices: Tensor<Int32>) -> Tensor {
    let y = taken(indices, axis)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in
      back.add(to: x) {
        Tensor(repeating: 0, shape: x.shape).puttingAlong(axis: axis, indices, adding: g)
      }
    }
  }

  /// This array with elements added at positions of an axis: the transpose of
  /// ``takingAlong(axis:_:)``.
  public consuming func puttingAlong(
    axis: Int, _ indices: Tensor<Int32>, adding updates: Tensor
  ) -> Tensor {
    let x = outline
    let isRecorded = Tensor.records(x, updates)
    let (outer, length, inner) = shape.split(at: axis, for: "putAlong")
    precondition(
      indices.rank == rank && indices.shape.replacing(axis: axis, with: length) == shape
        && updates.shape == indices.shape,
      "putAlong: positions of \(indices.shape) and updates of \(updates.shape) for \(shape)")
    let places = indices.checked(below: length, "putAlong")
    let values = updates.layout.isContiguous ? updates : updates.copied()
    var y = self
    y.node = nil
    y.makeUnique()
    Scalar._putAddAlong(
      outer, length, inner, indices.shape[axis], places.start, values.start,
      UnsafeMutablePointer(mutating: y.start))
    guard isRecorded else { return y }
    let u = updates.outline
    return y.recorded { g, back in
      back.add(to: x) { g }
      back.add(to: u) { g.takingAlong(axis: axis, indices) }
    }
  }

  /// One row a position: 1 at the position, 0 elsewhere.
  ///
  /// ```swift
  /// Tensor<Float>.oneHot(labels, count: 10)      // labels: [8]  ->  [8, 10]
  /// ```
  public static func oneHot(_ indices: Tensor<Int32>, count: Int) -> Tensor {
    let places = indices.checked(below: count, "oneHot")
    var rows = Tensor(repeating: 0, shape: Shape(indices.shape.lengths + [count]))
    rows.withMutableElements { elements in
      places.withElements { places in
        for (row, place) in places.enumerated() { elements[row * count + Int(place)] = 1 }
      }
    }
    return rows
  }
}

extension Tensor where Scalar: NumericScalar {
  /// The elements where the mask is true, one after the other; the mask covers the first axes and
  /// those after it stay.
  ///
  /// ```swift
  /// x[x .> 0]               // x: [4, 5]  ->  [as many as are positive]
  /// x[keep]                 // x: [4, 5], keep: [4]  ->  [as many as are kept, 5]
  /// ```
  public subscript(mask: Tensor<Bool>) -> Tensor {
    let rows = mask.rank
    precondition(
      rows > 0 && rows <= rank && Shape(shape.lengths.prefix(rows)) == mask.shape,
      "index: a mask of \(mask.shape) for \(shape)")
    return flattened(from: 0, through: rows - 1).gathering(mask.flatPositions)
  }
}

extension Tensor where Scalar == Bool {
  /// The places that are true, one row each.
  ///
  /// ```swift
  /// Tensor([[true, false], [true, true]]).positions      // [[0, 0], [1, 0], [1, 1]]
  /// ```
  public var positions: Tensor<Int32> {
    let flat = flatPositions
    let columns = (0..<rank).map { axis in
      (flat / Int32(shape.product(axis + 1..<rank))).modulo(Int32(shape.axes[axis]))
    }
    return rank == 0 ? Tensor<Int32>.zeros([flat.count, 0]) : .stacked(columns, axis: 1)
  }

  /// The places that are true, counted in row-major order.
  var flatPositions: Tensor<Int32> {
    precondition(count <= Int(Int32.max), "mask: \(shape) has more places than Int32 counts")
    return withElements { elements in
      Tensor<Int32>(elements.indices.lazy.filter { elements[$0] }.map { Int32($0) })
    }
  }
}

extension Tensor {
  /// The gather kernel; records nothing.
  func gathered(_ indices: Tensor<Int32>, _ axis: Int) -> Tensor {
    let (outer, length, inner) = shape.split(at: axis, for: "gather")
    let places = indices.checked(below: length, "gather")
    let x = layout.isContiguous ? self : copied()
    return Tensor(shape: shape.replacing(axis: axis, by: indices.shape)) {
      Scalar._gather(outer, length, inner, places.count, places.start, x.start, $0)
    }
  }

  /// The kernel of ``takingAlong(axis:_:)``; records nothing.
  func taken(_ indices: Tensor<Int32>, _ axis: Int) -> Tensor {
    let (outer, length, inner) = shape.split(at: axis, for: "takeAlong")
    precondition(
      indices.rank == rank && indices.shape.replacing(axis: axis, with: length) == shape,
      "takeAlong: positions of \(indices.shape) for \(shape) along axis \(axis)")
    let places = indices.checked(below: length, "takeAlong")
    let x = layout.isContiguous ? self : copied()
    return Tensor(shape: indices.shape) {
      Scalar._takeAlong(
        outer, length, inner, indices.shape[axis], places.start, x.start, $0)
    }
  }
}

extension Tensor where Scalar == Int32 {
  /// These positions in row-major order, all of them in `0 ..< length`.
  func checked(below length: Int, _ operation: StaticString) -> Tensor {
    let places = layout.isContiguous ? self : copied()
    let elements = UnsafeBufferPointer(start: places.start, count: places.count)
    // One comparison each: a negative position is a large one without its sign.
    var highest: UInt32 = 0
    for element in elements { highest = Swift.max(highest, UInt32(bitPattern: element)) }
    if count > 0, Int(highest) >= length {
      let wrong = elements.first { $0 < 0 || Int($0) >= length }!
      preconditionFailure("\(operation): position \(wrong) is outside an axis of length \(length)")
    }
    return places
  }
}

extension Shape {
  /// This shape with other axes in place of one.
  func replacing(axis: Int, by axes: Shape) -> Shape {
    let axis = resolve(axis)
    return Shape(lengths[..<axis] + axes.lengths + lengths[(axis + 1)...])
  }
}
