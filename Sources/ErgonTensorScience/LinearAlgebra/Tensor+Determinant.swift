public import ErgonTensor

extension Tensor where Scalar: MatrixScalar {
  /// The products of the factors' diagonals, in the shape of the leading axes.
  fileprivate static func products(_ factors: LUFactors<Scalar>) -> Tensor {
    let values = factors.diagonals().map { elements, isNegative in
      elements.reduce(isNegative ? -1 as Scalar : 1, *)
    }
    return Tensor(values, shape: Shape(factors.factors.batch))
  }
}

extension Tensor where Scalar: ScienceScalar {
  /// The determinants of square matrices, in the shape of the leading axes.
  ///
  /// Its gradient is det(A) A⁻ᵀ, which needs a regular matrix. Large matrices overflow; see
  /// ``logDeterminant()``.
  public func determinant() -> Tensor {
    let identity = identities(for: "determinant")
    let factors = LUFactors(self, for: "determinant")
    let value = Self.products(factors)
    guard isRecorded else { return value }
    let a = outline
    return value.recordedWithResult { value, g, back in
      back.add(to: a) {
        Self.spread(g * value) * Self.solution(a, factors, identity, transposed: true)
      }
    }
  }

  /// The sign of the determinants and the logarithm of their absolute values.
  ///
  /// A singular matrix has the sign 0 and the logarithm -∞. The logarithm's gradient is A⁻ᵀ.
  public func logDeterminant() -> (sign: Tensor, logAbsolute: Tensor) {
    let identity = identities(for: "log determinant")
    let factors = LUFactors(self, for: "log determinant")
    var signs: [Scalar] = []
    var logarithms: [Scalar] = []
    for (elements, isNegative) in factors.diagonals() {
      let minus = elements.count { $0 < 0 } + (isNegative ? 1 : 0)
      signs.append(elements.contains(0) ? 0 : minus % 2 == 0 ? 1 : -1)
      logarithms.append(elements.reduce(0) { $0 + Scalar.log($1.magnitude) })
    }
    let batch = Shape(factors.factors.batch)
    let sign = Tensor(signs, shape: batch)
    let value = Tensor(logarithms, shape: batch)
    guard isRecorded else { return (sign, value) }
    let a = outline
    let recorded = value.recorded { g, back in
      back.add(to: a) {
        Self.spread(g) * Self.solution(a, factors, identity, transposed: true)
      }
    }
    return (sign, recorded)
  }

  /// `[...]` as `[..., 1, 1]`, to be multiplied with matrices.
  static func spread(_ x: Tensor) -> Tensor { x.reshaped(x.shape.lengths + [1, 1]) }
}
