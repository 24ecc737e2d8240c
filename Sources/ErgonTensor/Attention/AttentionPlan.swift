import CErgonKernels

/// The loops of attention over images of heads, [batch, time, heads, size], read where they lie.
///
/// Queries go in blocks of rows: a block's scores against all keys that it may see stay in the
/// cache, a causal block never looks past its last row, and nothing of the size of all scores is
/// ever kept. The walk back computes the scores again.
struct AttentionPlan<Scalar: FloatScalar> {
  static var blockRows: Int { 64 }

  let queries: Tensor<Scalar>
  let keys: Tensor<Scalar>
  let values: Tensor<Scalar>
  /// What may be seen, broadcast to [batch, heads, queries, keys].
  let mask: Tensor<Bool>?
  let isCausal: Bool
  let scale: Scalar

  private var batch: Int { queries.shape.axes[0] }
  private var rows: Int { queries.shape.axes[1] }
  private var heads: Int { queries.shape.axes[2] }
  private var size: Int { queries.shape.axes[3] }
  private var columns: Int { keys.shape.axes[1] }
  private var keyHeads: Int { keys.shape.axes[2] }
  private var valueSize: Int { values.shape.axes[3] }
  /// How many query heads share a head of keys and values.
  private var group: Int { heads / keyHeads }

  init(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ values: Tensor<Scalar>,
    mask: Tensor<Bool>?, isCausal: Bool, scale: Scalar
  ) {
    self.queries = Self.readable(queries)
    self.keys = Self.readable(keys)
    self.values = Self.readable(values)
    self.mask = mask
    self.isCausal = isCausal
    self.scale = scale
  }

  /// An array whose heads are matrices with rows a fixed step apart.
  private static func readable(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let strides = x.layout.strides
    let isReadable =
      (x.shape.axes[3] <= 1 || strides[3] == 1)
      && (x.shape.axes[1] <= 1 || strides[1] >= max(x.shape.axes[3], 1))
    return isReadable ? x.stoppingGradient : x.copied()
  }

  // MARK: One head's matrices

  /// A matrix inside an array: its first element and the step between rows.
  private struct Head<Pointer> {
    var start: Pointer
    var step: Int
  }

  private func head(_ x: Tensor<Scalar>, _ b: Int, _ h: Int) -> Head<UnsafePointer<Scalar>> {
    let strides = x.layout.strides
    return Head(
      start: x.start + (b * strides[0] + h * strides[2]),
      step: x.shape.axes[1] <= 1 ? max(x.shape.axes[3], 1) : strides[1])
  }

  private func head(
    writing x: Tensor<Scalar>, _ b: Int, _ h: Int
  ) -> Head<UnsafeMutablePointer<Scalar>> {
    let head = head(x, b, h)
    return Head(start: UnsafeMutablePointer(mutating: head.start), step: head.step)
  }

  /// The rows of each block, the last block first: it sees every column.
  private var blocks: [Range<Int>] {
    stride(from: 0, to: rows, by: Self.blockRows).reversed().map {
      $0..<min($0 + Self.blockRows, rows)
    }
  }

  /// Columns that the rows before `end` may see.
  private func limit(_ end: Int) -> Int { isCausal ? end + columns - rows : columns }

  /// The softmax of a block's scores, [block, limit], in `weights`; `scores` is for use.
  private func weigh(
    _ block: Range<Int>, _ b: Int, _ h: Int, scores: UnsafeMutablePointer<Scalar>,
    weights: UnsafeMutablePointer<Scalar>
  ) {
    let limit = limit(block.upperBound)
    let (q, k) = (head(queries, b, h), head(keys, b, h / group))
    Scalar._gemm(
      false, true, block.count, limit, size, scale, q.start + block.lowerBound * q.step, q.step,
      k.start, k.step, 0, scores, limit, nil, EK_NO_ACTIVATION)
    if let mask {
      hide(block, limit, mask, b, h, scores, weights)
      scores.update(from: weights, count: block.count * limit)
    }
    if isCausal {
      Scalar._softmaxCausal(
        block.count, limit, block.count, block.lowerBound + columns - rows, 1, scores, weights)
    } else {
      Scalar._softmax(block.count, limit, 1, scores, weights)
    }
  }

  /// Scores that the mask hides become the least number: a row of which all is hidden sees all
  /// alike.
  private func hide(
    _ block: Range<Int>, _ limit: Int, _ mask: Tensor<Bool>, _ b: Int, _ h: Int,
    _ scores: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
  ) {
    let all = mask.layout.strides(broadcastTo: [batch, heads, rows, columns])
    let first = b * all[0] + h * all[1] + block.lowerBound * all[2]
    var (lengths, maskStrides, strides) = (Axes(), Axes(), Axes())
    (lengths[0], lengths[1]) = (block.count, limit)
    (maskStrides[0], maskStrides[1]) = (all[2], all[3])
    (strides[0], strides[1]) = (limit, 1)
    var least = -Scalar.greatestFiniteMagnitude
    lengths.withPointer { lengths in
      maskStrides.withPointer { maskStrides in
        strides.withPointer { strides in
          Axes().withPointer { none in
            Scalar._select(
              2, lengths, maskStrides, mask.bytes + first, strides, scores, none, &least, y)
          }
        }
      }
    }
  }

  // MARK: Forward

  func result() -> Tensor<Scalar> {
    let y = Tensor<Scalar>(shape: [batch, rows, heads, valueSize]) { _ in }
    guard y.count > 0 else { return y }
    if columns == 0 { return Tensor(repeating: 0, shape: y.shape) }
    parallelLoop(batch * heads) { tasks in
      let scratch = Scratch<Scalar>(count: 2 * Self.blockRows * columns)
      let (scores, weights) = (scratch.start, scratch.start + Self.blockRows * columns)
      for task in tasks {
        let (b, h) = (task / heads, task % heads)
        let (v, out) = (head(values, b, h / group), head(writing: y, b, h))
        for block in blocks {
          weigh(block, b, h, scores: scores, weights: weights)
          let limit = limit(block.upperBound)
          Scalar._gemm(
            false, false, block.count, valueSize, limit, 1, weights, limit, v.start, v.step, 0,
            out.start + block.lowerBound * out.step, out.step, nil, EK_NO_ACTIVATION)
        }
      }
    }
    return y
  }

  // MARK: Backward

  /// The gradients in queries, keys and values of what a gradient of the result is.
  func gradients(
    _ gradient: Tensor<Scalar>
  ) -> (queries: Tensor<Scalar>, keys: Tensor<Scalar>, values: Tensor<Scalar>) {
    let g = Self.readable(gradient)
    if g.count == 0 || columns == 0 {
      return (
        Tensor(repeating: 0, shape: queries.shape), Tensor(repeating: 0, shape: keys.shape),
        Tensor(repeating: 0, shape: values.shape)
      )
    }
    let dq = Tensor<Scalar>(shape: queries.shape) { _ in }
    let dk = Tensor<Scalar>(shape: keys.shape) { _ in }
    let dv = Tensor<Scalar>(shape: values.shape) { _ in }
    // A task owns one head of keys and values, and every query head that shares it.
    parallelLoop(batch * keyHeads) { tasks in
      let scratch = Scratch<Scalar>(count: 3 * Self.blockRows * columns)
      let scores = scratch.start
      let (weights, slopes) = (
        scores + Self.blockRows * columns, scores + 2 * Self.blockRows * columns
      )
      for task in tasks {
        let (b, shared) = (task / keyHeads, task % keyHeads)
        let (k, v) = (head(keys, b, shared), head(values, b, shared))
        let (kOut, vOut) = (head(writing: dk, b, shared), head(writing: dv, b, shared))
        var beta: Scalar = 0
        for h in shared * group..<(shared + 1) * group {
          let (q, qOut) = (head(queries, b, h), head(writing: dq, b, h))
          let dy = head(g, b, h)
          for block in blocks {
            let (first, count, limit) = (block.lowerBound, block.count, limit(block.upperBound))
            weigh(block, b, h, scores: scores, weights: weights)
            let rowsOfG = dy.start + first * dy.step
            // The first block of all sees every column: it writes, the others add.
            Scalar._gemm(
              true, false, limit, valueSize, count, 1, weights, limit, rowsOfG, dy.step, beta,
              vOut.start, vOut.step, nil, EK_NO_ACTIVATION)
            Scalar._gemm(
              false, true, count, limit, valueSize, 1, rowsOfG, dy.step, v.start, v.step, 0,
              slopes, limit, nil, EK_NO_ACTIVATION)
            // The scores are done with: the gradient before the softmax takes their place.
            Scalar._softmaxGradient(count, limit, scale, weights, slopes, scores)
            Scalar._gemm(
              false, false, count, size, limit, 1, scores, limit, k.start, k.step, 0,
              qOut.start + first * qOut.step, qOut.step, nil, EK_NO_ACTIVATION)
            Scalar._gemm(
              true, false, limit, size, count, 1, scores, limit, q.start + first * q.step, q.step,
              beta, kOut.start, kOut.step, nil, EK_NO_ACTIVATION)
            beta = 1
          }
        }
      }
    }
    return (dq, dk, dv)
  }
}

/// Memory for the time of one loop.
private final class Scratch<Scalar> {
  let start: UnsafeMutablePointer<Scalar>
  private let byteCount: Int

  init(count: Int) {
    byteCount = count * MemoryLayout<Scalar>.stride
    start = ek_allocate(byteCount).assumingMemoryBound(to: Scalar.self)
  }

  deinit { ek_deallocate(start, byteCount) }
}
