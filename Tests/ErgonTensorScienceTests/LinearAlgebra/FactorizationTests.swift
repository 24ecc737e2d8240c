import ComplexModule
import ErgonTensor
import ErgonTensorScience
import Testing

@Suite("Factorisations of matrices")
struct FactorizationTests {
  static let shapes: [Shape] = [
    [1, 1], [2, 2], [5, 3], [3, 5], [17, 17], [40, 33], [3, 4, 4], [2, 2, 3, 6], [0, 0], [2, 0, 3],
  ]

  private func check<S: Sampled>(_ shape: Shape, _ type: S.Type) throws {
    let a = Tensor<S>.sample(shape, seed: UInt64(shape.count))
    let (m, n) = (shape[-2], shape[-1])
    let k = min(m, n)
    let batch = Array(shape.lengths.dropLast(2))
    let size = max(m, n)
    let limit = 8.0

    let lu = a.lu()
    #expect(lu.lower.shape == Shape(batch + [m, k]) && lu.upper.shape == Shape(batch + [k, n]))
    let elements = a.values
    let order = lu.permutation.values
    var permuted: [S] = []
    for (place, row) in order.enumerated() {
      let first = (place / m * m + Int(row)) * n
      permuted += elements[first..<first + n]
    }
    #expect(lu.lower.times(lu.upper).distance(Tensor(permuted, shape: shape), n: size) < limit)
    // Pivots are the largest of their columns, complex ones by the sum of their parts.
    #expect(lu.lower.largest <= (S.self == S.RealType.self ? 1 : 2.0.squareRoot()))

    let qr = a.qr()
    #expect(qr.q.times(qr.r).distance(a, n: size) < limit)
    #expect(qr.q.adjoint.times(qr.q).distance(.identities(k, batch: batch), n: size) < limit)
    for (place, value) in qr.r.values.enumerated() where place / n % k > place % n {
      #expect(value == 0)
    }

    let svd = try a.svd()
    let scaled = svd.values.values.map { Double($0) }
    #expect(scaled.allSatisfy { $0 >= 0 })
    let diagonal = Tensor<S>(
      svd.values.spread(k).map { S(real: $0) },
      shape: Shape(batch + [k, k]))
    #expect(svd.u.times(diagonal).times(svd.vh).distance(a, n: size) < limit)
    #expect(svd.u.adjoint.times(svd.u).distance(.identities(k, batch: batch), n: size) < limit)
    #expect(svd.vh.times(svd.vh.adjoint).distance(.identities(k, batch: batch), n: size) < limit)
    for place in 0..<scaled.count where place % k > 0 {
      #expect(scaled[place] <= scaled[place - 1])
    }
  }

  @Test("LU, QR and SVD give the matrix back, with orthonormal factors", arguments: shapes)
  func products(shape: Shape) throws {
    try check(shape, Float.self)
    try check(shape, Double.self)
    try check(shape, Complex<Float>.self)
    try check(shape, Complex<Double>.self)
  }

  private func eigen<S: Sampled>(_ n: Int, _ type: S.Type) throws
  where S.RealType: Sampled {
    let a = Tensor<S>.sample([2, n, n], seed: UInt64(n))
    let found = try a.eigen()
    let complex = Tensor<Complex<S.RealType>>(a.values.map(\.complex), shape: a.shape)
    let left = complex.times(found.vectors)
    let right = found.vectors.times(found.values.onDiagonal)
    #expect(left.distance(right, n: n) < 30)
    for vector in 0..<2 * n {
      let (matrix, column) = (vector / n, vector % n)
      let length = (0..<n).reduce(0.0) {
        let x = found.vectors.values[(matrix * n + $1) * n + column].absolute
        return $0 + x * x
      }
      #expect(abs(length - 1) < 1e-5)
    }
  }

  @Test("general eigenvectors satisfy A v = λ v", arguments: [1, 2, 3, 8, 21])
  func generalEigen(n: Int) throws {
    try eigen(n, Float.self)
    try eigen(n, Double.self)
    try eigen(n, Complex<Float>.self)
    try eigen(n, Complex<Double>.self)
  }

  @Test("a turn by 90 degrees has the eigenvalues ±i")
  func rotation() throws {
    let values = try Tensor<Double>([[0, -1], [1, 0]]).eigen().values.values
    #expect(values.map(\.real).allSatisfy { abs($0) < 1e-15 })
    #expect(Set(values.map(\.imaginary)) == [1, -1])
  }

  @Test(
    "symmetric and Hermitian eigenvectors are orthonormal and diagonalise",
    arguments: [1, 2, 7, 30])
  func hermitian(n: Int) throws {
    let real = Tensor<Double>.sample([3, n, n], seed: 5)
    let a = real + real.transposed()
    let found = try a.symmetricEigen()
    #expect(a.times(found.vectors).distance(found.vectors.times(found.values.onDiagonal), n: n) < 8)
    #expect(
      found.vectors.adjoint.times(found.vectors).distance(.identities(n, batch: [3]), n: n) < 8)
    #expect(
      zip(found.values.values, found.values.values.dropFirst()).enumerated()
        .allSatisfy { ($0.offset + 1) % n == 0 || $0.element.0 <= $0.element.1 })

    let b = Tensor<Complex<Float>>.sample([n, n], seed: 6)
    let h = b + b.adjoint
    let turned = try h.hermitianEigen()
    let values = Tensor<Complex<Float>>(turned.values.values.map { Complex($0) }, shape: [n])
    #expect(h.times(turned.vectors).distance(turned.vectors.times(values.onDiagonal), n: n) < 8)
  }

  @Test("a Cholesky factor times its adjoint is the matrix", arguments: [1, 2, 9, 33])
  func cholesky(n: Int) throws {
    let x = Tensor<Double>.sample([2, n, n], seed: 3)
    let a = x.times(x.adjoint) + Tensor<Double>.identities(n, batch: [2])
    let l = try a.cholesky()
    #expect(l.times(l.adjoint).distance(a, n: n) < 8)
    let y = Tensor<Complex<Double>>.sample([n, n], seed: 4)
    let h = y.times(y.adjoint) + Tensor<Complex<Double>>.identity(n)
    let c = try h.cholesky()
    #expect(c.times(c.adjoint).distance(h, n: n) < 8)
  }

  @Test("what cannot be factored is named, with the matrix and the place")
  func refusals() throws {
    let good = Tensor<Double>([[2, 0], [0, 1]])
    let bad = Tensor<Double>([2, 0, 0, 1, 1, 2, 2, 4], shape: [2, 2, 2])
    #expect(throws: LinearAlgebraError.singular(operation: "solve", matrix: 1, row: 1)) {
      try bad.solve(Tensor([1, 2]))
    }
    #expect(throws: LinearAlgebraError.singular(operation: "inverse", matrix: 1, row: 1)) {
      try bad.inverse()
    }
    #expect(
      throws: LinearAlgebraError.notPositiveDefinite(operation: "cholesky", matrix: 0, order: 2)
    ) { try Tensor<Double>([[1, 2], [2, 1]]).cholesky() }
    let broken = good * .nan
    #expect(throws: LinearAlgebraError.notFinite(operation: "svd", matrix: 0)) { try broken.svd() }
    #expect(throws: LinearAlgebraError.self) { try broken.eigen() }
    #expect(throws: LinearAlgebraError.self) { try broken.symmetricEigen() }
    #expect(throws: LinearAlgebraError.self) { try broken.leastSquares(Tensor([1, 2])) }
    #expect(throws: LinearAlgebraError.self) { try broken.exponential() }
  }
}

extension Sampled {
  /// A real number as one of this type.
  fileprivate init(real: RealType) {
    // Every type's real numbers are its own or the real parts of its own.
    self = (real as? Self) ?? (Complex<RealType>(real) as! Self)
  }

  fileprivate var complex: Complex<RealType> {
    (self as? Complex<RealType>) ?? Complex(self as! RealType)
  }
}

extension Tensor where Scalar: Numeric {
  /// The elements of vectors of length `n` on the diagonals of matrices, in row-major order.
  fileprivate func spread(_ n: Int) -> [Scalar] {
    values.enumerated().flatMap { place, value in
      (0..<n).map { $0 == place % n ? value : 0 }
    }
  }
}
