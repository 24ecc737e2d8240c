import ComplexModule
import ErgonTensor
import ErgonTensorScience
import Testing

@Suite("Equations, inverses, determinants and exponentials")
struct SolveTests {
  @Test("a solution satisfies its equations, whatever the batch", arguments: [1, 2, 3, 16, 33])
  func residual(n: Int) throws {
    let a =
      Tensor<Double>.sample([2, 3, n, n], seed: 1) + Tensor<Double>.identities(n, batch: [2, 3]) * 3
    let b = Tensor<Double>.sample([2, 3, n, 2], seed: 2)
    #expect(a.times(try a.solve(b)).distance(b, n: n) < 30)
    #expect(a.times(try a.inverse()).distance(.identities(n, batch: [2, 3]), n: n) < 30)
    let c = Tensor<Complex<Float>>.sample([n, n], seed: 3) + Tensor<Complex<Float>>.identity(n) * 3
    let d = Tensor<Complex<Float>>.sample([n, 4], seed: 4)
    #expect(c.times(try c.solve(d)).distance(d, n: n) < 30)
    #expect(c.times(try c.inverse()).distance(.identity(n), n: n) < 30)
  }

  @Test("one matrix serves a batch of right sides, and one vector a batch of matrices")
  func broadcasting() throws {
    let a = Tensor<Double>([[2, 1], [1, 3]])
    #expect(try a.solve(Tensor([3, 5])).values.map { ($0 * 1e12).rounded() } == [0.8e12, 1.4e12])
    let b = Tensor<Double>.sample([4, 2, 1], seed: 1)
    let x = try a.solve(b)
    #expect(x.shape == [4, 2, 1])
    for i in 0..<4 {
      let column = Tensor(Array(b.values[2 * i..<2 * i + 2]))
      let alone = try a.solve(column)
      #expect(alone.values == Array(x.values[2 * i..<2 * i + 2]))
    }
    let many = Tensor<Double>.sample([3, 2, 2], seed: 2) + Tensor<Double>.identity(2) * 4
    #expect(try many.solve(Tensor([1, 2])).shape == [3, 2])
  }

  @Test("known determinants, and signs and logarithms that agree with them")
  func determinants() {
    #expect(Tensor<Double>([[1, 2], [3, 4]]).determinant().scalar.rounded(to: 12) == -2)
    #expect(Tensor<Float>([[0, 1], [1, 0]]).determinant().scalar == -1)
    #expect(Tensor<Double>([[1, 2], [2, 4]]).determinant().scalar == 0)
    let (sign, logarithm) = Tensor<Double>([[1, 2], [2, 4]]).logDeterminant()
    #expect(sign.scalar == 0 && logarithm.scalar == -.infinity)
    let a = Tensor<Double>.sample([5, 6, 6], seed: 3)
    let (signs, logarithms) = a.logDeterminant()
    for (d, (s, l)) in zip(a.determinant().values, zip(signs.values, logarithms.values)) {
      #expect(abs(s * .exp(l) - d) < 1e-12)
    }
    #expect(Tensor<Double>([], shape: [0, 0]).determinant().scalar == 1)
  }

  @Test("least squares: the residual is orthogonal to the columns, and the rank is found")
  func leastSquares() throws {
    let a = Tensor<Double>.sample([9, 4], seed: 5)
    let b = Tensor<Double>.sample([9, 2], seed: 6)
    let (x, rank) = try a.leastSquares(b)
    #expect(x.shape == [4, 2] && rank.scalar == 4)
    #expect(a.adjoint.times(a.times(x) - b).largest < 1e-13)

    // The shortest of the solutions of x + y = 2.
    let (shortest, one) = try Tensor<Double>([[1, 1]]).leastSquares(Tensor([2]))
    #expect(one.scalar == 1)
    #expect(shortest.values.map { ($0 * 1e12).rounded() } == [1e12, 1e12])

    let dependent = Tensor<Complex<Double>>([[1, 2], [2, 4], [3, 6]])
    #expect(try dependent.leastSquares(Tensor([1, 2, 3])).rank.scalar == 1)
  }

  @Test("exponentials of matrices whose exponential is known")
  func exponentials() throws {
    // A nilpotent matrix: I + A + A²/2.
    let shift = Tensor<Double>([[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    let expected = Tensor<Double>([[1, 1, 0.5], [0, 1, 1], [0, 0, 1]])
    #expect(try shift.exponential().distance(expected, n: 3) < 4)
    // A turn, small and by many times 2π.
    for angle in [0.3, 100.0] {
      let e = try Tensor<Double>([[0, -angle], [angle, 0]]).exponential()
      let (c, s) = (Double.cos(angle), Double.sin(angle))
      #expect(e.distance(Tensor([[c, -s], [s, c]]), n: 2) < 20 * max(1, angle))
    }
    let a = Tensor<Double>.sample([2, 6, 6], seed: 8)
    #expect(
      try a.exponential().times((-a).exponential()).distance(.identities(6, batch: [2]), n: 6) < 60)
    #expect(
      try Tensor<Float>.identity(3).exponential().distance(
        Tensor<Float>.identity(3) * Float.exp(1), n: 3) < 4)
  }

  @Test("gradients agree with differences")
  func gradients() {
    let n = 4
    let a =
      Tensor<Double>.sample([2, n, n], seed: 11) + Tensor<Double>.identities(n, batch: [2]) * 3
    let b = Tensor<Double>.sample([2, n, 2], seed: 12)
    let wide = Tensor<Double>.sample([2, 3, 5], seed: 13)
    func expect(
      _ inputs: [Tensor<Double>], secondOrder: Bool = true, _ name: Comment,
      _ function: ([Tensor<Double>]) throws -> Tensor<Double>
    ) {
      let check = gradCheck(at: inputs, relative: 1e-5, secondOrder: secondOrder) {
        try! function($0)
      }
      #expect(check.passed, "\(name): \(check)")
    }
    func symmetric(_ x: Tensor<Double>) -> Tensor<Double> { x + x.transposed() }
    expect([a, b], "solve") { try $0[0].solve($0[1]) }
    expect(
      [Tensor<Double>.sample([n, n], seed: 1) + Tensor<Double>.identity(n) * 3, b],
      "solve, broadcast"
    ) {
      try $0[0].solve($0[1])
    }
    expect([a], "inverse") { try $0[0].inverse() }
    expect([a], "determinant") { $0[0].determinant() }
    expect([a], "log determinant") { $0[0].logDeterminant().logAbsolute }
    expect([a], "cholesky") { try symmetric($0[0]).cholesky() }
    expect([a], "eigenvalues") { try symmetric($0[0]).symmetricEigen().values }
    // Squares do not depend on the vectors' signs.
    expect([a], "eigenvectors") {
      let v = try symmetric($0[0]).symmetricEigen().vectors
      return v * v
    }
    expect([wide], secondOrder: false, "singular values") { try $0[0].singularValues() }
    expect([wide.transposed()], secondOrder: false, "singular values") {
      try $0[0].singularValues()
    }
    expect([a * 0.3], "exponential") { try $0[0].exponential() }
  }
}

extension Double {
  fileprivate func rounded(to digits: Int) -> Double {
    let scale = Double.pow(10, digits)
    return (self * scale).rounded() / scale
  }
}
