public import ErgonTensor

extension Tensor {
  /// The zero frequency moved from the first place of each axis to the middle, `n / 2`; all axes
  /// unless told otherwise.
  public func fftShifted(axes: [Int]? = nil) -> Tensor { rotated(axes) { $0 / 2 } }

  /// The inverse of ``fftShifted(axes:)``.
  public func inverseFFTShifted(axes: [Int]? = nil) -> Tensor { rotated(axes) { $0 - $0 / 2 } }

  private func rotated(_ axes: [Int]?, by places: (Int) -> Int) -> Tensor {
    (axes ?? Array(0..<rank)).reduce(self) { x, axis in
      let axis = shape.resolve(axis, for: "FFT shift")
      let step = places(shape[axis])
      return x.applying(
        { $0.rotated(axis, by: step) },
        transpose: { $0.rotated(axis, by: $0.shape[axis] - step) })
    }
  }

  /// Element `j` moves to `j + step`, past the end to the beginning.
  private func rotated(_ axis: Int, by step: Int) -> Tensor {
    let n = shape[axis]
    let lengths = shape.lengths
    let outer = lengths[..<axis].reduce(1, *)
    let inner = lengths[(axis + 1)...].reduce(1, *)
    let sources = (0..<n).map { Int32(($0 + n - step) % n) }
    return withElements { x in
      Tensor(shape: shape) { Scalar._gather(outer, n, inner, n, sources, x.baseAddress!, $0) }
    }
  }
}

extension Tensor where Scalar: ScienceScalar {
  /// The frequencies of a transform of `count` samples `spacing` apart, in its order: from 0 up, then
  /// the negative ones.
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
