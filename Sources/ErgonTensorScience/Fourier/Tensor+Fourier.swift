public import ComplexModule
public import ErgonTensor

extension Tensor {
  /// The discrete Fourier transform along some axes.
  ///
  /// y[k] = Σ x[j] exp(-2πi jk/n) along each of them, any n.
  ///
  /// ```swift
  /// let y = x.fft()                      // along the last axis
  /// let z = image.fft(axes: [-2, -1])    // two-dimensional
  /// ```
  ///
  /// - Cost: about 5 n log₂ n operations a line for lengths with small prime factors, some six
  ///   times that for others.
  /// - Accuracy: computed in double precision; single precision is right to the last place.
  public func fft<R: ScienceScalar>(
    axes: [Int] = [-1], norm: FourierNorm = .backward
  ) -> Tensor where Scalar == Complex<R> {
    transformed(axes, norm, inverse: false)
  }

  /// The inverse of ``fft(axes:norm:)-(_,_)`` with the same axes and norm.
  public func inverseFFT<R: ScienceScalar>(
    axes: [Int] = [-1], norm: FourierNorm = .backward
  ) -> Tensor where Scalar == Complex<R> {
    transformed(axes, norm, inverse: true)
  }

  /// The real array whose ``realFFT(axes:norm:)`` this is.
  ///
  /// - Parameter count: The length of the result's last transformed axis, as two lengths have the
  ///   same number of frequencies; by default the even one.
  /// - Precondition: the last of `axes` has `count / 2 + 1` elements.
  public func inverseRealFFT<R: ScienceScalar>(
    count: Int? = nil, axes: [Int] = [-1], norm: FourierNorm = .backward
  ) -> Tensor<R> where Scalar == Complex<R> {
    let axes = distinct(axes, for: "inverse real FFT")
    let last = axes[axes.count - 1]
    let n = count ?? 2 * (shape[last] - 1)
    precondition(
      n >= 1 && shape[last] == n / 2 + 1,
      "inverse real FFT: axis \(last) of \(shape) is not \(n / 2 + 1), half of \(n) and one")
    let rest = axes.dropLast().isEmpty ? self : transformed(axes.dropLast(), norm, inverse: true)
    let scale = norm.scale(n, inverse: true)
    return rest.applying(
      { $0.lineToReal(last, n, scale) },
      transpose: { $0.lineFromReal(last, scale).weighted(last, n, inner: 2).conjugate() })
  }

  private func transformed<R: ScienceScalar>(
    _ axes: some Sequence<Int>, _ norm: FourierNorm, inverse: Bool
  ) -> Tensor where Scalar == Complex<R> {
    distinct(Array(axes), for: inverse ? "inverse FFT" : "FFT").reduce(self) { x, axis in
      let scale = norm.scale(shape[axis], inverse: inverse)
      // The matrix of a transform is symmetric.
      let map = { (x: Tensor) in x.line(axis, scale, inverse: inverse) }
      return x.applying(map, transpose: map)
    }
  }

  /// The axes counted from the front.
  fileprivate func distinct(_ axes: [Int], for operation: StaticString) -> [Int] {
    let axes = axes.map { shape.resolve($0, for: operation) }
    precondition(
      !axes.isEmpty && Set(axes).count == axes.count,
      "\(operation): \(axes) does not name axes of \(shape) once each")
    return axes
  }
}

extension Tensor where Scalar: ScienceScalar {
  /// The discrete Fourier transform of real numbers, with all its frequencies.
  public func fft(
    axes: [Int] = [-1], norm: FourierNorm = .backward
  ) -> Tensor<Complex<Scalar>> {
    complex().fft(axes: axes, norm: norm)
  }

  /// The discrete Fourier transform of real numbers, with the `n / 2 + 1` frequencies of the last
  /// of `axes` that determine the others.
  ///
  /// ```swift
  /// let power = signal.realFFT()         // signal: [..., 1000]  ->  [..., 501]
  /// ```
  ///
  /// - Cost: half that of a complex transform where n is even.
  public func realFFT(
    axes: [Int] = [-1], norm: FourierNorm = .backward
  ) -> Tensor<Complex<Scalar>> {
    let axes = distinct(axes, for: "real FFT")
    let last = axes[axes.count - 1]
    let n = shape[last]
    precondition(n >= 1, "real FFT: axis \(last) of \(shape) is empty")
    let scale = norm.scale(n, inverse: false)
    let half = applying(
      { $0.lineFromReal(last, scale) },
      transpose: { $0.weighted(last, n, inner: 0.5).conjugate().lineToReal(last, n, scale) })
    return axes.dropLast().isEmpty ? half : half.fft(axes: Array(axes.dropLast()), norm: norm)
  }
}

// MARK: One axis

extension Tensor {
  /// The lengths before, at and after an axis.
  private func around(_ axis: Int) -> (outer: Int, count: Int, inner: Int) {
    let lengths = shape.lengths
    return (
      lengths[..<axis].reduce(1, *), lengths[axis], lengths[(axis + 1)...].reduce(1, *)
    )
  }

  fileprivate func line<R: ScienceScalar>(
    _ axis: Int, _ scale: Double, inverse: Bool
  ) -> Tensor where Scalar == Complex<R> {
    let (outer, n, inner) = around(axis)
    return withElements { x in
      Tensor(shape: shape) { y in
        R._fourier.complex(inverse, outer, n, inner, scale, x.baseAddress!, y)
      }
    }
  }

  fileprivate func lineToReal<R: ScienceScalar>(
    _ axis: Int, _ n: Int, _ scale: Double
  ) -> Tensor<R> where Scalar == Complex<R> {
    let (outer, _, inner) = around(axis)
    return withElements { x in
      Tensor<R>(shape: shape.replacing(axis: axis, with: n)) { y in
        R._fourier.to_real(outer, n, inner, scale, x.baseAddress!, y)
      }
    }
  }

  fileprivate func lineFromReal(
    _ axis: Int, _ scale: Double
  ) -> Tensor<Complex<Scalar>> where Scalar: ScienceScalar {
    let (outer, n, inner) = around(axis)
    return withElements { x in
      Tensor<Complex<Scalar>>(shape: shape.replacing(axis: axis, with: n / 2 + 1)) { y in
        Scalar._fourier.from_real(outer, n, inner, scale, x.baseAddress!, y)
      }
    }
  }

  /// The frequencies that stand for two of the n, multiplied: all but the first and, where n is
  /// even, the last.
  fileprivate func weighted<R: ScienceScalar>(
    _ axis: Int, _ n: Int, inner weight: R
  ) -> Tensor where Scalar == Complex<R> {
    let (outer, bins, inner) = around(axis)
    let doubled = 1..<(n % 2 == 0 ? bins - 1 : bins)
    guard !doubled.isEmpty else { return self }
    var result = self
    result.withMutableElements { elements in
      for o in 0..<outer {
        for place in (o * bins + doubled.lowerBound) * inner..<(o * bins + doubled.upperBound)
          * inner
        {
          elements[place] = Complex(
            elements[place].real * weight, elements[place].imaginary * weight)
        }
      }
    }
    return result
  }
}
