import CErgonKernels

// Matrix products as kernels do them. Nothing here records.
extension Tensor where Scalar: FloatScalar {
  /// The products of the matrices in the last two axes; the axes before broadcast.
  ///
  /// Views that are transposed, cut out of a larger matrix or repeated are read where they lie;
  /// each side may be transposed once more. A bias along the last axis and an activation are
  /// applied in the same pass.
  static func product(
    _ a: Tensor, transposingLeft: Bool = false, _ b: Tensor, transposingRight: Bool = false,
    bias: Tensor? = nil, activation: Activation = .none
  ) -> Tensor {
    let (m, k) = MatrixOperand.size(a, transposing: transposingLeft)
    let n = MatrixOperand.size(b, transposing: transposingRight).columns
    let batch =
      a.rank == 2 && b.rank == 2
      ? [] : Shape.broadcast(a.shape.droppingLast(2), b.shape.droppingLast(2), for: "matmul")
    let shape = batch.appending(m).appending(n)
    let plan = ProductPlan(
      batch, MatrixOperand(a, transposing: transposingLeft),
      MatrixOperand(b, transposing: transposingRight), m, n, k)
    let bias = bias?.contiguous()
    return Tensor(shape: shape) { out in
      if shape.count > 0 { plan.run(bias: bias, activation, into: out) }
    }
  }
}

extension Shape {
  func droppingLast(_ count: Int) -> Shape {
    var axes = axes
    for axis in rank - count..<rank { axes[axis] = 0 }
    return Shape(axes, rank: rank - count)
  }

  func appending(_ length: Int) -> Shape {
    precondition(
      rank < Shape.maximumRank, "shape: \(self) cannot have more than \(Shape.maximumRank) axes")
    var axes = axes
    axes[rank] = length
    return Shape(axes, rank: rank + 1)
  }
}

/// How the products of a batch are cut into kernel calls.
private struct ProductPlan<Scalar: FloatScalar> {
  private let left: MatrixOperand<Scalar>
  private let right: MatrixOperand<Scalar>
  private var rows: Int
  private let columns: Int
  private let inner: Int
  /// Step between the rows of the left side as it is stored.
  private var leftLeading: Int
  /// Products of one call, and the steps from one to the next.
  private var count = 1
  private var leftStep = 0
  private var rightStep = 0
  /// Batch axes that no single step walks, each a loop around the call.
  private var outer: Shape = []
  private var leftOuter = Axes()
  private var rightOuter = Axes()

  init(
    _ batch: Shape, _ left: MatrixOperand<Scalar>, _ right: MatrixOperand<Scalar>, _ m: Int,
    _ n: Int, _ k: Int
  ) {
    self.left = left
    self.right = right
    (rows, columns, inner) = (m, n, k)
    leftLeading = left.view.leading
    guard batch.rank > 0 else { return }
    leftOuter = left.batchStrides(broadcastTo: batch)
    rightOuter = right.batchStrides(broadcastTo: batch)
    // Inner axes join one step as long as both sides walk on evenly.
    var axis = batch.rank - 1
    while axis >= 0 {
      let length = batch.axes[axis]
      if length != 1 {
        if count == 1 {
          (leftStep, rightStep) = (leftOuter[axis], rightOuter[axis])
        } else if leftOuter[axis] != leftStep * count || rightOuter[axis] != rightStep * count {
          break
        }
        count *= length
      }
      axis -= 1
    }
    outer = Shape(batch.axes, rank: axis + 1)
    // Rows that follow each other against one right-hand matrix are a single, taller product.
    let follows = m == 1 ? leftStep >= Swift.max(k, 1) : leftStep == m * leftLeading
    if count > 1, rightStep == 0, outer.count == 1, !left.view.isTransposed, follows {
      if m == 1 { leftLeading = leftStep }
      rows = m * count
      count = 1
    }
  }

  func run(bias: Tensor<Scalar>?, _ activation: Activation, into out: UnsafeMutablePointer<Scalar>)
  {
    let (a, b) = (left.tensor, right.tensor)
    let (transposeA, transposeB) = (left.view.isTransposed, right.view.isTransposed)
    if count == 1, outer.count == 1 {
      if columns == 1, bias == nil, activation == .none {
        // A matrix and a column: the kernels know products of few rows, not of few columns.
        Scalar._gemm(
          !transposeB, !transposeA, 1, rows, inner, 1, b.start, right.view.leading, a.start,
          leftLeading, 0, out, rows, nil, EK_NO_ACTIVATION)
      } else {
        Scalar._gemm(
          transposeA, transposeB, rows, columns, inner, 1, a.start, leftLeading, b.start,
          right.view.leading, 0, out, columns, bias?.start, activation.kernel)
      }
      return
    }
    var place = 0
    outer.axes.withPointer { lengths in
      Walk.run(outer.rank, lengths) { walk in
        let x = a.start + leftOuter.withPointer { walk.offset($0) }
        let w = b.start + rightOuter.withPointer { walk.offset($0) }
        Scalar._gemmBatched(
          count, transposeA, transposeB, rows, columns, inner, 1, x, leftLeading, leftStep, w,
          right.view.leading, rightStep, 0, out + place, columns, rows * columns)
        place += count * rows * columns
      }
    }
    guard bias != nil || activation != .none else { return }
    Scalar._biasActivation(place / columns, columns, out, bias?.start, activation.kernel, out)
  }
}

extension MatrixOperand {
  /// Strides of the axes before the matrices, as `batch` walks them.
  fileprivate func batchStrides(broadcastTo batch: Shape) -> Axes {
    Layout(
      shape: tensor.shape.droppingLast(2), strides: tensor.layout.strides, offset: 0
    ).strides(broadcastTo: batch)
  }
}
