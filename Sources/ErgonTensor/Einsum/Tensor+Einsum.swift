extension Tensor where Scalar: FloatScalar {
  /// Sums of products of arrays, written with a letter for each axis.
  ///
  /// A letter in several terms is one axis of all of them; letters that the result does not have
  /// are summed over; a letter twice in one term is its diagonal. Axes of length 1 broadcast.
  /// Without an arrow the result has the letters that occur once, in alphabetical order.
  ///
  /// ```swift
  /// Tensor.einsum("ij,jk->ik", a, b)                 // a product of matrices
  /// Tensor.einsum("bhqd,bhkd->bhqk", q, k)           // scores of attention
  /// Tensor.einsum("ii->", a)                         // the trace
  /// ```
  ///
  /// The terms are joined from left to right, each join a batched matrix product.
  ///
  /// - Precondition: the equation fits the arrays' shapes.
  public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
    einsum(equation, operands)
  }

  /// Sums of products of arrays, written with a letter for each axis.
  public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
    let plan = EinsumPlan(equation, operands.map(\.shape))
    var terms = zip(operands, plan.operands).map { EinsumTerm($0, $1).withoutRepeats() }
    var joined = terms.removeFirst()
    while true {
      let others = Set(plan.result + terms.flatMap(\.letters))
      joined = joined.summed(keeping: others)
      if terms.isEmpty { break }
      let next = terms.removeFirst()
      let later = Set(plan.result + terms.flatMap(\.letters))
      joined = joined.multiplied(
        by: next.summed(keeping: later.union(joined.letters)), keeping: later, plan.lengths)
    }
    return joined.ordered(plan.result)
  }
}

/// An array with a letter for each axis, none twice.
private struct EinsumTerm<Scalar: FloatScalar> {
  var array: Tensor<Scalar>
  var letters: [Character]

  init(_ array: Tensor<Scalar>, _ letters: [Character]) {
    self.array = array
    self.letters = letters
  }

  /// Diagonals in place of letters that occur twice.
  func withoutRepeats() -> EinsumTerm {
    var term = self
    while let (first, second) = term.repeatedAxes {
      let rest = (0..<term.letters.count).filter { $0 != first && $0 != second }
      let letter = term.letters[first]
      // An axis of length 1 repeats along the other.
      let length = max(term.array.shape[first], term.array.shape[second])
      let square = term.array.shape.replacing(axis: first, with: length)
        .replacing(axis: second, with: length)
      term.array = term.array.broadcast(to: square).permuted(rest + [first, second]).diagonal()
      term.letters = rest.map { term.letters[$0] } + [letter]
    }
    return term
  }

  private var repeatedAxes: (Int, Int)? {
    for (second, letter) in letters.enumerated() {
      if let first = letters[..<second].firstIndex(of: letter) { return (first, second) }
    }
    return nil
  }

  /// The sum over the axes whose letters nobody needs.
  func summed(keeping needed: Set<Character>) -> EinsumTerm {
    let axes = letters.indices.filter { !needed.contains(letters[$0]) }
    if axes.isEmpty { return self }
    return EinsumTerm(array.sum(axes: axes), letters.filter(needed.contains))
  }

  /// The product with another term, summed over the letters of both that nobody needs.
  func multiplied(
    by other: EinsumTerm, keeping needed: Set<Character>, _ lengths: [Character: Int]
  ) -> EinsumTerm {
    let common = letters.filter(other.letters.contains)
    let batch = common.filter(needed.contains)
    let summed = common.filter { !needed.contains($0) }
    let rows = letters.filter { !common.contains($0) }
    let columns = other.letters.filter { !common.contains($0) }
    let left = stretched(common, lengths)
    let right = other.stretched(common, lengths)
    func length(_ group: [Character], _ term: EinsumTerm) -> Int {
      group.reduce(1) { $0 * term.length($1) }
    }
    let lengths = batch.map(left.length) + rows.map(left.length) + columns.map(right.length)
    let (b, m, n) = (length(batch, left), length(rows, left), length(columns, right))
    let product: Tensor<Scalar>
    if summed.isEmpty {
      product =
        left.ordered(batch + rows).reshaped(b, m, 1)
        * right.ordered(batch + columns).reshaped(b, 1, n)
    } else {
      let k = length(summed, left)
      product = left.matrices(batch, rows, summed, b, m, k)
        .matmul(right.matrices(batch, columns, summed, b, n, k).transposed())
    }
    return EinsumTerm(product.reshaped(lengths), batch + rows + columns)
  }

  /// This array as [batch, rows, columns]; where its axes already lie so, or the two last groups
  /// exchanged, nothing is copied.
  private func matrices(
    _ batch: [Character], _ rows: [Character], _ columns: [Character], _ b: Int, _ m: Int, _ k: Int
  ) -> Tensor<Scalar> {
    if letters == batch + columns + rows, !rows.isEmpty {
      return array.reshaped(b, k, m).transposed()
    }
    return ordered(batch + rows + columns).reshaped(b, m, k)
  }

  /// Axes of length 1 repeated to the length they have in other terms.
  private func stretched(_ common: [Character], _ lengths: [Character: Int]) -> EinsumTerm {
    var shape = array.shape
    for (axis, letter) in letters.enumerated() where common.contains(letter) {
      shape = shape.replacing(axis: axis, with: lengths[letter]!)
    }
    return EinsumTerm(array.broadcast(to: shape), letters)
  }

  private func length(_ letter: Character) -> Int {
    array.shape[letters.firstIndex(of: letter)!]
  }

  /// The array with its axes in another order.
  func ordered(_ order: [Character]) -> Tensor<Scalar> {
    order == letters ? array : array.permuted(order.map { letters.firstIndex(of: $0)! })
  }
}
