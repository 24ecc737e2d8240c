public import ErgonTensor

extension Tensor {
  /// The zero frequency moved from the first place of each axis to the middle, `n / 2`; all axes
  /// unless told otherwise.
  public func fftShifted(axes: [Int]? = nil) -> Tensor { rotated(axes) { $0 / 2 } }

  /// The inverse of ``fftShifted(axes:)``.
  public func inverseFFTShifted(axes: [Int]? = nil) -> Tensor { rotated(axes) { $0 - $0 / 2 } }

  private func rotated(_ axes: [Int]?, by places: (Int) -> Int) -> Tensor {
    (axes ?? Array(0..<rank)).reduce(self) { $0.rolled(by: places(shape[$1]), axis: $1) }
  }
}

extension Tensor where Scalar: ScienceScalar {
  /// The frequencies of a transform of `count` samples `spacing` apart, in its order: from 0 up,
  /// then the negative ones.
  ///
  /// - Units: cycles per unit of `spacing`.
  public static func fftFrequencies(_ count: Int, spacing: Scalar = 1) -> Tensor {
    Tensor(
      (0..<count).map { Scalar($0 < (count + 1) / 2 ? $0 : $0 - count) / (Scalar(count) * spacing) }
    )
  }

  /// The `count / 2 + 1` frequencies of a transform of `count` real samples.
  public static func realFFTFrequencies(_ count: Int, spacing: Scalar = 1) -> Tensor {
    Tensor((0..<count / 2 + 1).map { Scalar($0) / (Scalar(count) * spacing) })
  }
}
