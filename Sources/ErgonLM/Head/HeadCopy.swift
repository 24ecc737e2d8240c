import CErgonKernels

/// A matrix's int8 copy and how far each row may be from it.
final class HeadCopy: @unchecked Sendable {
  let copy: ek_head_copy
  /// Rows in whole tiles.
  let stride: Int
  private let codeBytes: Int

  /// - Parameter returnPages: Called with rows that have been read, and need not stay in memory.
  init(_ matrix: ek_dense_matrix, returnPages: (UnsafeRawBufferPointer) -> Void = { _ in }) {
    let tile = Int(EK_HEAD_TILE)
    let stride = (matrix.rows + tile - 1) / tile * tile
    self.stride = stride
    codeBytes = ek_head_code_bytes(matrix.rows, matrix.columns)
    func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
      ek_allocate(4 * max(1, count)).bindMemory(to: Float.self, capacity: count)
    }
    copy = ek_head_copy(
      rows: matrix.rows, columns: matrix.columns,
      codes: ek_allocate(max(1, codeBytes)).bindMemory(to: UInt8.self, capacity: codeBytes),
      scales: floats(matrix.columns), steps: floats(stride), residuals: floats(stride),
      norms: floats(stride))
    withUnsafePointer(to: matrix) { matrix in
      withUnsafePointer(to: copy) { copy in
        ek_head_scale(matrix, copy)
        // In pieces, so that little of a mapped file is in memory beside its copy.
        let rows = matrix.pointee.rows
        let piece = 128 * tile
        for first in Swift.stride(from: 0, to: rows, by: piece) {
          let count = min(piece, rows - first)
          ek_head_make(matrix, first, count, copy)
          let rowBytes = matrix.pointee.row_bytes
          returnPages(
            UnsafeRawBufferPointer(
              start: matrix.pointee.weights + first * rowBytes, count: count * rowBytes))
        }
      }
    }
  }

  deinit {
    ek_deallocate(copy.codes, max(1, codeBytes))
    for row in [copy.steps, copy.residuals, copy.norms] {
      ek_deallocate(row, 4 * max(1, stride))
    }
    ek_deallocate(copy.scales, 4 * max(1, copy.columns))
    // What a model held is worth giving back at once.
    ek_memory_trim()
  }

  /// Bytes that a screening reads.
  var bytes: Int { codeBytes + 3 * 4 * stride }

  /// Bounds of all rows for `count` hidden states, in one reading of the copy.
  func screen(_ count: Int, _ hidden: UnsafePointer<Float>) -> HeadScreening {
    let screening = HeadScreening(rows: copy.rows, stride: stride, count: count)
    withUnsafePointer(to: copy) { copy in
      withUnsafePointer(to: screening.bounds) {
        ek_head_screen(copy, count, hidden, copy.pointee.columns, $0)
      }
    }
    return screening
  }
}

/// Bounds of the logits of several positions; written once.
final class HeadScreening: @unchecked Sendable {
  fileprivate let bounds: ek_head_bounds
  private let rows: Int
  private let tiles: Int
  private let bytes: Int

  fileprivate init(rows: Int, stride: Int, count: Int) {
    self.rows = rows
    tiles = stride / Int(EK_HEAD_TILE)
    let size = max(1, count * (stride + tiles))
    bytes = 4 * 2 * size
    let floats = ek_allocate(bytes).bindMemory(to: Float.self, capacity: 2 * size)
    bounds = ek_head_bounds(
      stride: stride, lower: floats, upper: floats + count * stride,
      tile_lower: floats + 2 * count * stride,
      tile_upper: floats + 2 * count * stride + count * tiles)
  }

  deinit { ek_deallocate(bounds.lower, bytes) }

  /// Those of one position, which hold as long as this is kept.
  subscript(position: Int) -> HeadBounds {
    var own = bounds
    own.lower += position * bounds.stride
    own.upper += position * bounds.stride
    own.tile_lower += position * tiles
    own.tile_upper += position * tiles
    return HeadBounds(rows: rows, bounds: own)
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
