extension Tensor where Scalar: NumericScalar {
  /// Where values would be inserted into this ascending vector to keep it in order.
  ///
  /// A value equal to elements goes before them, or after them with `afterEqual`. With bounds of
  /// bins as the vector the result is each value's bin.
  ///
  /// ```swift
  /// Tensor<Float>([1, 2, 3]).searchSorted(Tensor([0, 2, 9]))      // [0, 1, 3]
  /// ```
  public func searchSorted(_ values: Tensor, afterEqual: Bool = false) -> Tensor<Int32> {
    precondition(rank == 1, "searchSorted: \(shape) is not a vector")
    precondition(count <= Int(Int32.max), "searchSorted: \(shape) is too long")
    let bounds = self.values
    let places = values.values.map { value in
      var low = 0
      var high = bounds.count
      while low < high {
        let middle = (low + high) / 2
        let isBefore = afterEqual ? !(value < bounds[middle]) : bounds[middle] < value
        if isBefore { low = middle + 1 } else { high = middle }
      }
      return Int32(low)
    }
    return Tensor<Int32>(places, shape: values.shape)
  }
}

extension Tensor where Scalar == Int32 {
  /// How often each number from 0 up occurs.
  ///
  /// ```swift
  /// Tensor<Int32>([1, 3, 1]).binCount()      // [0, 2, 0, 1]
  /// ```
  ///
  /// - Parameter minimum: The least number of bins, for numbers that do not occur.
  /// - Precondition: no element is negative.
  public func binCount(minimum: Int = 0) -> Tensor {
    let highest = count == 0 ? -1 : Int(self.max().scalar)
    let ones = Tensor(repeating: 1, shape: [count])
    return Tensor.zeros([Swift.max(highest + 1, minimum)]).scatterAdding(ones, at: flattened())
  }
}

extension Tensor where Scalar: FloatScalar {
  /// How many elements lie in each of `bins` equal parts of a range; the last part includes its
  /// upper bound, and what lies outside is not counted.
  public func histogram(bins: Int, in range: ClosedRange<Scalar>) -> Tensor<Int32> {
    precondition(bins > 0, "histogram: \(bins) bins")
    precondition(range.lowerBound < range.upperBound, "histogram: an empty range \(range)")
    let width = Double(range.upperBound) - Double(range.lowerBound)
    precondition(width.isFinite, "histogram: a range without a finite width, \(range)")
    var counts = [Int32](repeating: 0, count: bins)
    withElements { elements in
      for element in elements where range.contains(element) {
        let share = (Double(element) - Double(range.lowerBound)) / width
        counts[Swift.min(Int(share * Double(bins)), bins - 1)] += 1
      }
    }
    return Tensor<Int32>(counts)
  }
}
