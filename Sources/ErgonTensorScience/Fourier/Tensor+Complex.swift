public import ComplexModule
public import ErgonTensor

extension Tensor {
  /// The real parts.
  public func realPart<R: ScienceScalar>() -> Tensor<R> where Scalar == Complex<R> {
    applying(
      { $0.eachElement { $0.real } },
      transpose: { $0.eachElement { Complex($0) } })
  }

  /// The imaginary parts.
  public func imaginaryPart<R: ScienceScalar>() -> Tensor<R> where Scalar == Complex<R> {
    applying(
      { $0.eachElement { $0.imaginary } },
      transpose: { $0.eachElement { Complex(imaginary: -$0) } })
  }

  /// The conjugates.
  public func conjugate<R: ScienceScalar>() -> Tensor where Scalar == Complex<R> {
    let map = { (x: Tensor) in x.eachElement { $0.conjugate } }
    return applying(map, transpose: map)
  }
}

extension Tensor where Scalar: ScienceScalar {
  /// These numbers as complex ones without an imaginary part.
  public func complex() -> Tensor<Complex<Scalar>> {
    applying(
      { $0.eachElement { Complex($0) } },
      transpose: { $0.eachElement { $0.real } })
  }

  /// Complex numbers with these real parts.
  ///
  /// - Precondition: the shapes are equal.
  public func complex(imaginary: Tensor) -> Tensor<Complex<Scalar>> {
    precondition(
      shape == imaginary.shape, "complex: \(shape) and \(imaginary.shape) differ")
    let turned = imaginary.applying(
      { $0.eachElement { Complex(imaginary: $0) } },
      transpose: { $0.eachElement { -$0.imaginary } })
    return complex() + turned
  }
}

extension Tensor {
  func eachElement<To: TensorScalar>(_ map: (Scalar) -> To) -> Tensor<To> {
    withElements { elements in
      Tensor<To>(shape: shape) { out in
        for (place, element) in elements.enumerated() {
          (out + place).initialize(to: map(element))
        }
      }
    }
  }
}
