import CErgonKernels

/// A matrix's int8 copy and how far each row may be from it.
final class HeadCopy: @unchecked Sendable {
  let copy: ek_head_copy
  /// Rows in whole tiles.
  let stride: Int
  private let codeBytes: Int

  init(_ matrix: ek_dense_matrix) {
    let tile = Int(EK_HEAD_TILE)
    let stride = (matrix.rows + tile - 1) / tile * tile
    self.stride = stride
    codeBytes = ek_head_code_bytes(matrix.rows, matrix.columns)
    func floatRow() -> UnsafeMutablePointer<Float> {
      ek_allocate(4 * max(1, stride)).bindMemory(to: Float.self, capacity: stride)
    }
    copy = ek_head_copy(
      rows: matrix.rows, columns: matrix.columns,
      codes: ek_allocate(max(1, codeBytes)).bindMemory(to: UInt8.self, capacity: codeBytes),
      steps: floatRow(), residuals: floatRow(), norms: floatRow())
    withUnsafePointer(to: matrix) { matrix in
      withUnsafePointer(to: copy) { ek_head_make(matrix, $0) }
    }
  }

  deinit {
    ek_deallocate(copy.codes, max(1, codeBytes))
    for row in [copy.steps, copy.residuals, copy.norms] {
      ek_deallocate(row, 4 * max(1, stride))
    }
    // What a model held is worth giving back at once.
    ek_memory_trim()
  }

  /// Bytes that a screening reads.
  var bytes: Int { codeBytes + 3 * 4 * stride }

  /// Calls `body` with bounds of all rows for one hidden state.
  func withBounds<R>(_ hidden: UnsafePointer<Float>, _ body: (HeadBounds) -> R) -> R {
    let tiles = stride / Int(EK_HEAD_TILE)
    let bytes = 4 * 2 * max(1, stride + tiles)
    let memory = ek_allocate(bytes)
    defer { ek_deallocate(memory, bytes) }
    let floats = memory.bindMemory(to: Float.self, capacity: 2 * (stride + tiles))
    let bounds = ek_head_bounds(
      stride: stride, lower: floats, upper: floats + stride, tile_lower: floats + 2 * stride,
      tile_upper: floats + 2 * stride + tiles)
    withUnsafePointer(to: copy) { copy in
      withUnsafePointer(to: bounds) { ek_head_screen(copy, 1, hidden, copy.pointee.columns, $0) }
    }
    return body(HeadBounds(rows: copy.rows, bounds: bounds))
  }
}

/// Bounds of the logits of one position.
struct HeadBounds {
  let rows: Int
  private let bounds: ek_head_bounds

  init(rows: Int, bounds: ek_head_bounds) {
    self.rows = rows
    self.bounds = bounds
  }

  func lower(_ row: Int) -> Float { bounds.lower[row] }
  func upper(_ row: Int) -> Float { bounds.upper[row] }

  /// Calls `body` with each row whose upper bound is at least `least()`, asked again for each tile.
  func forEachUpper(atLeast least: () -> Float, _ body: (_ row: Int, _ upper: Float) -> Void) {
    forEach(bounds.upper, bounds.tile_upper, least, body)
  }

  func forEachLower(atLeast least: () -> Float, _ body: (_ row: Int, _ lower: Float) -> Void) {
    forEach(bounds.lower, bounds.tile_lower, least, body)
  }

  private func forEach(
    _ values: UnsafePointer<Float>, _ greatest: UnsafePointer<Float>, _ least: () -> Float,
    _ body: (Int, Float) -> Void
  ) {
    let tile = Int(EK_HEAD_TILE)
    for index in 0..<(rows + tile - 1) / tile {
      let bound = least()
      guard greatest[index] >= bound else { continue }
      for row in index * tile..<min(rows, (index + 1) * tile) where values[row] >= bound {
        body(row, values[row])
      }
    }
  }
}
