extension Tensor {
  /// The part at one position of the first axis, as a view; negative positions count from the end.
  ///
  /// ```swift
  /// x[0]            // x: [4, 5]  ->  [5]
  /// x[-1] = row     // row: [5] or what broadcasts to it
  /// ```
  public subscript(position: Int) -> Tensor {
    get { row(position) }
    set { assign(newValue, to: Selection(row: position, of: layout.shape)) }
  }

  /// The part that an index for each axis names, as a view; axes not named are whole.
  ///
  /// ```swift
  /// x[1..., 2..<5]        // x: [4, 5]  ->  [3, 3]
  /// x[.all, 0] = column   // column: [4] or what broadcasts to it
  /// ```
  ///
  /// Assigning changes this value alone: memory shared with others is copied first.
  ///
  /// - Precondition: positions and ranges lie within their axes. What is assigned to records no
  ///   gradient, nor does the value.
  public subscript(indices: any TensorIndex...) -> Tensor {
    get { selecting(Selection(indices, of: layout.shape)) }
    set { assign(newValue, to: Selection(indices, of: layout.shape)) }
  }

  /// A number written into every element of a part.
  ///
  /// ```swift
  /// x[1..., 0] = 0
  /// ```
  ///
  /// - Precondition: when read, the part has one element.
  @_disfavoredOverload
  public subscript(indices: any TensorIndex...) -> ElementLiteral<Scalar> {
    get { ElementLiteral(value: selecting(Selection(indices, of: layout.shape)).scalar) }
    set { assign(Tensor(newValue.value), to: Selection(indices, of: layout.shape)) }
  }

  @specialized(where Scalar == Float)
  private func row(_ position: Int) -> Tensor {
    let shape = layout.shape
    // The common case in a loop over rows.
    if layout.isContiguous, !isRecorded, shape.rank > 0, position >= 0, position < shape.axes[0] {
      let rest = shape.droppingFirst(shape.axes[0])
      return Tensor(
        storage: storage,
        layout: Layout(contiguous: rest, offset: layout.offset + position * rest.count))
    }
    return selecting(Selection(row: position, of: shape))
  }

  /// A slice of one axis, as a view.
  public func slice(axis: Int, from: Int? = nil, to: Int? = nil, by step: Int = 1) -> Tensor {
    selecting(
      Selection(
        axis: shape.resolve(axis, for: "slice"), from: from, to: to, by: step, of: shape))
  }

  /// The elements in reverse order along the axes, as a view.
  public func flipped(axes: [Int]? = nil) -> Tensor {
    selecting(Selection(reversing: AxisSet(axes, of: shape, for: "flip"), of: shape))
  }

  /// A part of this array, as a view.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func selecting(_ part: Selection) -> Tensor {
    let y = Tensor(storage: storage, layout: part.applied(to: layout))
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.placed(at: part, in: x.shape) } }
  }

  /// An array of `value` with this one in a part of it; the transpose of ``selecting(_:)``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func placed(at part: Selection, in shape: Shape, around value: Scalar = Scalar._zero) -> Tensor {
    var y = Tensor(repeating: value, shape: shape)
    y.write(self, at: part)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.selecting(part) } }
  }

  private mutating func assign(_ value: Tensor, to part: Selection) {
    precondition(
      !value.isRecorded,
      "assignment: the value records a gradient, which an assignment would lose; join arrays or select by a mask instead"
    )
    makeUnique()
    write(value.stoppingGradient.broadcast(to: part.shape), at: part)
  }

  /// Writes into a part of this array's memory, which it alone refers to.
  private mutating func write(_ value: Tensor, at part: Selection) {
    let value = value.layout.isContiguous ? value : value.copied()
    let target = part.applied(to: layout)
    let place = storage.bytes.assumingMemoryBound(to: Scalar.self) + target.offset
    target.shape.axes.withPointer { lengths in
      target.strides.withPointer { strides in
        Scalar._spread(target.shape.rank, lengths, value.start, strides, place)
      }
    }
  }
}

/// A literal number that is assigned to a part of an array.
public struct ElementLiteral<Scalar: TensorScalar>: Sendable {
  let value: Scalar
}

extension ElementLiteral: ExpressibleByIntegerLiteral where Scalar: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Scalar.IntegerLiteralType) {
    self.init(value: Scalar(integerLiteral: value))
  }
}

extension ElementLiteral: ExpressibleByFloatLiteral where Scalar: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Scalar.FloatLiteralType) {
    self.init(value: Scalar(floatLiteral: value))
  }
}

extension ElementLiteral: ExpressibleByBooleanLiteral where Scalar: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Scalar.BooleanLiteralType) {
    self.init(value: Scalar(booleanLiteral: value))
  }
}
