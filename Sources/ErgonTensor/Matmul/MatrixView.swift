/// How a product reads a matrix: row-major with a step between rows, or the transpose of one.
struct MatrixView {
  let isTransposed: Bool
  /// The step between the rows of the matrix as it is stored.
  let leading: Int

  /// `nil` where neither way reads the view, so that it has to be copied.
  init?(rows: Int, columns: Int, rowStep: Int, columnStep: Int) {
    if columns <= 1 || columnStep == 1, rows <= 1 || rowStep >= max(columns, 1) {
      isTransposed = false
      leading = rows <= 1 ? max(columns, 1) : rowStep
    } else if rows <= 1 || rowStep == 1, columns <= 1 || columnStep >= max(rows, 1) {
      isTransposed = true
      leading = columns <= 1 ? max(rows, 1) : columnStep
    } else {
      return nil
    }
  }
}

/// One side of a product: an array whose last two axes a kernel can read.
struct MatrixOperand<Scalar: FloatScalar> {
  let tensor: Tensor<Scalar>
  let view: MatrixView

  /// Copies only what cannot be read in place.
  init(_ tensor: Tensor<Scalar>) {
    let rank = tensor.rank
    let (rows, columns) = (tensor.shape.axes[rank - 2], tensor.shape.axes[rank - 1])
    let strides = tensor.layout.strides
    if let view = MatrixView(
      rows: rows, columns: columns, rowStep: strides[rank - 2], columnStep: strides[rank - 1])
    {
      self.tensor = tensor
      self.view = view
    } else {
      self.tensor = tensor.copied()
      view = MatrixView(rows: rows, columns: columns, rowStep: columns, columnStep: 1)!
    }
  }
}
