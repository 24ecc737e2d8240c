// Arrays made of nothing.
extension Tensor where Scalar: ArithmeticScalar {
  /// An array of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }
  /// An array of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }
  /// Zeros in the shape of another array.
  public static func zeros(like other: Tensor) -> Tensor { zeros(other.shape) }
  /// Ones in the shape of another array.
  public static func ones(like other: Tensor) -> Tensor { ones(other.shape) }

  /// The identity matrix, or a rectangular part of it.
  public static func identity(_ rows: Int, columns: Int? = nil) -> Tensor {
    let columns = columns ?? rows
    var matrix = zeros([rows, columns])
    matrix.withMutableElements { elements in
      for i in 0..<Swift.min(rows, columns) { elements[i * columns + i] = 1 }
    }
    return matrix
  }
}

extension Tensor where Scalar: NumericScalar {
  /// Numbers from `start` on, `step` apart, up to but not including `end`.
  ///
  /// ```swift
  /// Tensor<Int32>.arange(0, 10, step: 3)      // [0, 3, 6, 9]
  /// ```
  public static func arange(_ start: Scalar, _ end: Scalar, step: Scalar = 1) -> Tensor {
    precondition(step != 0, "arange: a step of 0")
    // Worked out in Double, which holds every Int32 and every step between them.
    let (first, last, by) = (start.asDouble, end.asDouble, step.asDouble)
    let steps = ((last - first) / by).rounded(.up)
    precondition(steps.isFinite && steps < 1e15, "arange: from \(start) to \(end) by \(step)")
    let count = Swift.max(Int(steps), 0)
    let numbers = (0..<count).map { first + Double($0) * by }
    return Tensor(Tensor<Double>(numbers))
  }

  /// The whole numbers from 0 up to `count`.
  public static func arange(_ count: Int) -> Tensor {
    precondition(count >= 0 && count <= Int(Int32.max), "arange: a count of \(count)")
    return Tensor(Tensor<Int32>((0..<Int32(count)).map { $0 }))
  }
}

extension Tensor where Scalar: FloatScalar {
  /// `count` numbers from `start` to `end`, both included, evenly spaced.
  public static func linspace(_ start: Scalar, _ end: Scalar, count: Int) -> Tensor {
    precondition(count >= 0, "linspace: a count of \(count)")
    let step = count > 1 ? (end - start) / Scalar(count - 1) : 0
    return Tensor(
      (0..<count).map { i in i == count - 1 && i > 0 ? end : start + Scalar(i) * step })
  }

  /// Coordinates of a grid: for each vector an array in which it varies along its own axis, as a
  /// view.
  ///
  /// ```swift
  /// let (y, x) = …grid of [3] and [4]          // each [3, 4]
  /// ```
  public static func grid(_ vectors: [Tensor]) -> [Tensor] {
    let shape = Shape(vectors.map(\.count))
    return vectors.enumerated().map { axis, vector in
      precondition(vector.rank == 1, "grid: \(vector.shape) is not a vector")
      var lengths = Array(repeating: 1, count: vectors.count)
      lengths[axis] = vector.count
      return vector.reshaped(lengths).broadcast(to: shape)
    }
  }
}

extension NumericScalar {
  fileprivate var asDouble: Double { Tensor<Double>(Tensor(self)).scalar }
}
