import CErgonKernels

// Arithmetic between arrays that broadcast. Integers wrap; divided by zero they give zero.
extension Tensor where Scalar: ArithmeticScalar {
  /// The sums of elements; shapes broadcast.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_ADD, b, "add")
    guard records(a, b) else { return y }
    let (a, b) = (a.outline, b.outline)
    return y.recorded { g, back in
      back.add(to: a) { g.summed(to: a.shape) }
      back.add(to: b) { g.summed(to: b.shape) }
    }
  }

  /// The differences of elements; shapes broadcast.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_SUBTRACT, b, "subtract")
    guard records(a, b) else { return y }
    let (a, b) = (a.outline, b.outline)
    return y.recorded { g, back in
      back.add(to: a) { g.summed(to: a.shape) }
      back.add(to: b) { -g.summed(to: b.shape) }
    }
  }

  /// The products of elements; shapes broadcast.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_MULTIPLY, b, "multiply")
    guard records(a, b) else { return y }
    // Each gradient needs the other's values alone.
    let left = b.node == nil ? a.outline : a
    let right = a.node == nil ? b.outline : b
    return y.recorded { g, back in
      back.add(to: left) { (g * right).summed(to: left.shape) }
      back.add(to: right) { (g * left).summed(to: right.shape) }
    }
  }

  /// The quotients of elements; shapes broadcast.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let y = a.combined(EK_DIVIDE, b, "divide")
    guard records(a, b) else { return y }
    let left = b.node == nil ? a.outline : a
    return y.recorded { g, back in
      back.add(to: left) { (g / b).summed(to: left.shape) }
      back.add(to: b) { (-g * left / (b * b)).summed(to: b.shape) }
    }
  }

  /// Every element with its sign changed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static prefix func - (a: Tensor) -> Tensor {
    let y = a.combined(EK_SUBTRACT, scalar: 0, reversed: true)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { -g } }
  }
}

// MARK: With a number on one side

extension Tensor where Scalar: ArithmeticScalar {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (a: Tensor, b: Scalar) -> Tensor {
    let y = a.combined(EK_ADD, scalar: b)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { g } }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (a: Scalar, b: Tensor) -> Tensor { b + a }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (a: Tensor, b: Scalar) -> Tensor {
    let y = a.combined(EK_SUBTRACT, scalar: b)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { g } }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (a: Scalar, b: Tensor) -> Tensor {
    let y = b.combined(EK_SUBTRACT, scalar: a, reversed: true)
    guard b.isRecorded else { return y }
    let b = b.outline
    return y.recorded { g, back in back.add(to: b) { -g } }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (a: Tensor, b: Scalar) -> Tensor {
    let y = a.combined(EK_MULTIPLY, scalar: b)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { g * b } }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (a: Scalar, b: Tensor) -> Tensor { b * a }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (a: Tensor, b: Scalar) -> Tensor {
    let y = a.combined(EK_DIVIDE, scalar: b)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { g / b } }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (a: Scalar, b: Tensor) -> Tensor {
    let y = b.combined(EK_DIVIDE, scalar: a, reversed: true)
    guard b.isRecorded else { return y }
    return y.recorded { g, back in back.add(to: b) { -g * (a / (b * b)) } }
  }
}

// MARK: In place
// The memory is used again where this array alone refers to it and no gradient is recorded.

extension Tensor where Scalar: ArithmeticScalar {
  /// Adds to every element; `b` broadcasts to this array's shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func += (a: inout Tensor, b: Tensor) {
    if !a.combine(EK_ADD, b) { a.update(to: a + b, "add") }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func -= (a: inout Tensor, b: Tensor) {
    if !a.combine(EK_SUBTRACT, b) { a.update(to: a - b, "subtract") }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func *= (a: inout Tensor, b: Tensor) {
    if !a.combine(EK_MULTIPLY, b) { a.update(to: a * b, "multiply") }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func /= (a: inout Tensor, b: Tensor) {
    if !a.combine(EK_DIVIDE, b) { a.update(to: a / b, "divide") }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func += (a: inout Tensor, b: Scalar) {
    if !a.combine(EK_ADD, scalar: b) { a = a + b }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func -= (a: inout Tensor, b: Scalar) {
    if !a.combine(EK_SUBTRACT, scalar: b) { a = a - b }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func *= (a: inout Tensor, b: Scalar) {
    if !a.combine(EK_MULTIPLY, scalar: b) { a = a * b }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func /= (a: inout Tensor, b: Scalar) {
    if !a.combine(EK_DIVIDE, scalar: b) { a = a / b }
  }

  private mutating func update(to result: Tensor, _ operation: StaticString) {
    precondition(
      result.shape == shape, "\(operation): \(result.shape) does not fit in place of \(shape)")
    self = result
  }
}

extension Tensor {
  /// Makes every element `value`.
  public mutating func fill(with value: Scalar) {
    precondition(node == nil, "fill: a tensor that records a gradient cannot be changed in place")
    if layout.isContiguous, isUnique {
      Scalar._fill(count, value, UnsafeMutablePointer(mutating: start))
    } else {
      self = Tensor(repeating: value, shape: shape)
    }
  }
}
