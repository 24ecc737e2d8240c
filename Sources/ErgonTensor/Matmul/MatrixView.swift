/// How a product reads a matrix: row-major with a step between rows, or the transpose of one.
struct MatrixView {
  let isTransposed: Bool
  /// The step between the rows of the matrix as it is stored.
  let leading: Int

  /// Row-major without gaps.
  init(leading columns: Int) {
    (isTransposed, leading) = (false, max(columns, 1))
  }

  private init(isTransposed: Bool, leading: Int) {
    (self.isTransposed, self.leading) = (isTransposed, leading)
  }

  /// The same memory read as the transpose of the matrix.
  func transposed(_ isAsked: Bool) -> MatrixView {
    MatrixView(isTransposed: isTransposed != isAsked, leading: leading)
  }

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

  /// The matrices of the last two axes, or their transposes; copies only what cannot be read in
  /// place.
  init(_ tensor: Tensor<Scalar>, transposing: Bool = false) {
    let (row, column) = (tensor.rank - 2, tensor.rank - 1)
    let strides = tensor.layout.strides
    let lengths = tensor.shape.axes
    let view = MatrixView(
      rows: lengths[row], columns: lengths[column], rowStep: strides[row],
      columnStep: strides[column])
    self.tensor = view == nil ? tensor.copied() : tensor
    self.view =
      (view ?? MatrixView(leading: lengths[column])).transposed(transposing)
  }

  /// Rows and columns of one matrix.
  static func size(_ tensor: Tensor<Scalar>, transposing: Bool) -> (rows: Int, columns: Int) {
    let (rows, columns) = (
      tensor.shape.axes[tensor.rank - 2], tensor.shape.axes[tensor.rank - 1]
    )
    return transposing ? (columns, rows) : (rows, columns)
  }
}
