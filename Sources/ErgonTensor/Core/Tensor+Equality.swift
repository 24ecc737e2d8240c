import CErgonKernels

extension Tensor: Equatable {
  /// Whether two arrays have the same shape and equal elements; a NaN equals nothing.
  ///
  /// For a mask of the elements that are equal there is `.==`.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    guard a.shape == b.shape else { return false }
    return a.withElements { left in b.withElements { right in left.elementsEqual(right) } }
  }
}

extension Tensor where Scalar: FloatScalar {
  /// Whether two arrays have the same shape and each element differs by no more than
  /// `absolute + relative * |other's element|`.
  ///
  /// Equal infinities agree, and a NaN agrees with nothing.
  public func isApproximatelyEqual(
    to other: Tensor, absolute: Scalar = 0, relative: Scalar = Scalar.ulpOfOne.squareRoot()
  ) -> Bool {
    guard shape == other.shape else { return false }
    return withElements { left in
      other.withElements { right in
        zip(left, right).allSatisfy { a, b in
          a == b
            || b.isFinite && Swift.abs(a - b) <= absolute + relative * Swift.abs(b)
        }
      }
    }
  }
}
