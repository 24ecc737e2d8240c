import CErgonKernels

/// The memory that a forward pass works in, kept from call to call.
///
/// Each cache has its own, so that a model is never written to.
final class Workspace {
  /// Rows that a pass computes at once.
  let mostRows: Int
  let hidden: Int
  let query: Int
  let keyValue: Int
  let feedForward: Int
  var rotary: RotaryTable
  /// Set by ``reserve(rows:)``.
  private(set) var buffers: Buffers!
  private(set) var spans: UnsafeMutablePointer<ek_kv_span>
  private(set) var tables: UnsafeMutablePointer<PageTable>

  private var memory: UnsafeMutableRawPointer?
  private var bytes = 0
  private var rows = 0
  private var spanRoom = 4

  /// Where the pages of a span's sequence are: [layers, step].
  struct PageTable {
    var start: UnsafeMutablePointer<UnsafeMutableRawPointer>
    var step: Int
  }

  /// Plain pointers: a pass takes a copy, and nothing in its loops counts references.
  struct Buffers {
    /// [rows, hidden], the residual stream.
    var x: UnsafeMutablePointer<Float>
    /// [rows, the widest of all].
    var normed: UnsafeMutablePointer<Float>
    /// [rows, query], [rows, keyValue] twice, [rows, query].
    var q, k, v, attended: UnsafeMutablePointer<Float>
    /// [rows, feedForward].
    var gated: UnsafeMutablePointer<Float>
    /// Mean and spread of each row.
    var moments: UnsafeMutablePointer<Float>
    var positions: UnsafeMutablePointer<Int32>
    var tokens: UnsafeMutablePointer<TokenID>
    /// Rows as int8, with their factors and sums.
    var codes: UnsafeMutablePointer<Int8>
    var factors: UnsafeMutablePointer<Float>
    var sums: UnsafeMutablePointer<Int32>

    /// Room for `count` tokens of `columns` numbers as int8.
    func int8Tokens(_ count: Int, columns: Int) -> ek_int8_tokens {
      ek_int8_tokens(
        tokens: count, columns: columns, stride: (columns + 63) & ~63, codes: codes,
        factors: factors, sums: sums)
    }
  }

  private static let mostBytes = 256 << 20

  init(_ c: ModelConfiguration) {
    hidden = c.hiddenSize
    query = c.querySize
    keyValue = c.keyValueSize
    feedForward = c.feedForwardSize
    rotary = RotaryTable(c.rotary, headSize: c.headSize)
    let widest = max(hidden, query, feedForward)
    let rowBytes = 4 * (hidden + 2 * query + 2 * keyValue + feedForward + widest) + widest + 128
    // A decoder's long text is computed in parts; an encoder's tokens all see each other.
    mostRows = c.isEncoder ? c.contextLength : max(1, min(512, Self.mostBytes / rowBytes))
    spans = .allocate(capacity: spanRoom)
    tables = .allocate(capacity: spanRoom)
  }

  deinit {
    if let memory { ek_deallocate(memory, bytes) }
    spans.deallocate()
    tables.deallocate()
  }

  func reserve(rows count: Int) {
    if count <= rows { return }
    if let memory { ek_deallocate(memory, bytes) }
    rows = max(count, min(2 * rows, mostRows))
    let widest = max(hidden, query, feedForward)
    let columns = [hidden, widest, query, keyValue, keyValue, query, feedForward, 2, 1, 1, 1, 1]
    var offsets: [Int] = []
    bytes = 0
    for count in columns {
      offsets.append(bytes)
      bytes += (4 * count * rows + 63) & ~63
    }
    let codes = bytes
    bytes += ((widest + 63) & ~63) * rows
    let start = ek_allocate(bytes)
    memory = start
    func pointer<T>(_ index: Int) -> UnsafeMutablePointer<T> {
      (start + offsets[index]).assumingMemoryBound(to: T.self)
    }
    buffers = Buffers(
      x: pointer(0), normed: pointer(1), q: pointer(2), k: pointer(3), v: pointer(4),
      attended: pointer(5), gated: pointer(6), moments: pointer(7), positions: pointer(8),
      tokens: pointer(9), codes: (start + codes).assumingMemoryBound(to: Int8.self),
      factors: pointer(10), sums: pointer(11))
  }

  func reserve(spans count: Int) {
    if count <= spanRoom { return }
    spans.deallocate()
    tables.deallocate()
    spanRoom = max(count, 2 * spanRoom)
    spans = .allocate(capacity: spanRoom)
    tables = .allocate(capacity: spanRoom)
  }
}
