import ErgonTensor
import Testing

@Suite("Einsum")
struct EinsumTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let equation: String
    let shapes: [Shape]
    var testDescription: String { "\(equation) of \(shapes)" }
  }

  static let cases: [Case] = [
    .init(equation: "i->i", shapes: [[4]]),
    .init(equation: "ij->ji", shapes: [[2, 3]]),
    .init(equation: "ij->", shapes: [[2, 3]]),
    .init(equation: "ij->j", shapes: [[2, 3]]),
    .init(equation: "ii->i", shapes: [[3, 3]]),
    .init(equation: "ii->", shapes: [[3, 3]]),
    .init(equation: "iji->j", shapes: [[3, 2, 3]]),
    .init(equation: "iii->i", shapes: [[3, 3, 3]]),
    .init(equation: "i,i->", shapes: [[4], [4]]),
    .init(equation: "i,j->ij", shapes: [[4], [3]]),
    .init(equation: "i,i->i", shapes: [[4], [4]]),
    .init(equation: "ij,j->i", shapes: [[2, 3], [3]]),
    .init(equation: "ij,jk->ik", shapes: [[2, 3], [3, 4]]),
    .init(equation: "ij,jk->ki", shapes: [[2, 3], [3, 4]]),
    .init(equation: "ji,jk->ik", shapes: [[3, 2], [3, 4]]),
    .init(equation: "ij,kj->ik", shapes: [[2, 3], [4, 3]]),
    .init(equation: "bij,bjk->bik", shapes: [[2, 3, 4], [2, 4, 2]]),
    .init(equation: "bhqd,bhkd->bhqk", shapes: [[2, 2, 3, 4], [2, 2, 5, 4]]),
    .init(equation: "bhqk,bhkd->bqhd", shapes: [[2, 2, 3, 4], [2, 2, 4, 2]]),
    .init(equation: "bqhd,bkhd->bhqk", shapes: [[2, 3, 2, 4], [2, 5, 2, 4]]),
    .init(equation: "ijk,kjl->il", shapes: [[2, 3, 4], [4, 3, 2]]),
    .init(equation: "ij,ij->", shapes: [[2, 3], [2, 3]]),
    .init(equation: "ij,kl->", shapes: [[2, 3], [4, 2]]),
    .init(equation: "i,ij,j->", shapes: [[2], [2, 3], [3]]),
    .init(equation: "ab,bc,cd->ad", shapes: [[2, 3], [3, 4], [4, 2]]),
    .init(equation: "bn,anm,bm->ba", shapes: [[2, 3], [4, 3, 2], [2, 2]]),
    .init(equation: "ai,bi,ci,di->abcd", shapes: [[2, 3], [2, 3], [2, 3], [2, 3]]),
    .init(equation: "ij,jk", shapes: [[2, 3], [3, 4]]),
    .init(equation: "ba", shapes: [[2, 3]]),
    .init(equation: "ij , j -> i", shapes: [[2, 3], [3]]),
    .init(equation: "ij,ij->ij", shapes: [[1, 3], [2, 1]]),
    .init(equation: "ij,jk->ik", shapes: [[2, 1], [3, 4]]),
    .init(equation: "i,i,i->i", shapes: [[1], [1], [3]]),
    .init(equation: "ii->i", shapes: [[1, 3]]),
    .init(equation: "ij,jk->ik", shapes: [[2, 0], [0, 4]]),
    .init(equation: ",i->i", shapes: [[], [3]]),
  ]

  /// The definition: a loop over every letter.
  static func naive(_ equation: String, _ operands: [Tensor<Double>]) -> Tensor<Double> {
    let sides = equation.filter { $0 != " " }.replacing("->", with: ">").split(
      separator: ">", omittingEmptySubsequences: false)
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let letters = Array(Set(terms.joined())).sorted()
    let result =
      sides.count > 1
      ? Array(sides[1])
      : letters.filter { l in terms.joined().filter { $0 == l }.count == 1 }
    func length(_ letter: Character) -> Int {
      let all = zip(terms, operands).flatMap { term, x in
        term.indices.filter { term[$0] == letter }.map { x.shape[$0] }
      }
      return all.first { $0 != 1 } ?? 1
    }
    let shape = Shape(result.map(length))
    var values = [Double](repeating: 0, count: shape.count)
    for place in places(Shape(letters.map(length))) {
      let at = Dictionary(uniqueKeysWithValues: zip(letters, place))
      var product = 1.0
      for (term, x) in zip(terms, operands) { product *= x.element(term.map { at[$0]! }) }
      var index = 0
      for letter in result { index = index * length(letter) + at[letter]! }
      values[index] += product
    }
    return Tensor(values, shape: shape)
  }

  @Test("agrees with a loop over every letter", arguments: cases)
  func definition(_ test: Case) {
    let x = test.shapes.enumerated().map { samples($0.element, seed: $0.offset + 1) }
    let y = Tensor.einsum(test.equation, x)
    let expected = Self.naive(test.equation, x)
    #expect(y.isApproximatelyEqual(to: expected, absolute: 1e-12))
    // The same of views that are not contiguous.
    let views = x.map { array in
      let order = Array((0..<array.rank).reversed())
      return array.permuted(order).contiguous().permuted(order)
    }
    #expect(Tensor.einsum(test.equation, views).isApproximatelyEqual(to: expected, absolute: 1e-12))
  }

  @Test("gradients meet central differences, to second order", arguments: cases)
  func gradients(_ test: Case) {
    let x = test.shapes.enumerated().map { samples($0.element, seed: $0.offset + 1) }
    expectGradient(at: x, order: 2) { .einsum(test.equation, $0) }
  }

  @Test("equations that do not fit are refused")
  func errors() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.einsum("ij,jk->ik", Tensor<Float>.zeros([2, 3]), .zeros([4, 5]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.einsum("ij->ik", Tensor<Float>.zeros([2, 3]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.einsum("i->i", Tensor<Float>.zeros([2, 3]))
    }
  }
}
