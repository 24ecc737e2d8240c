import CErgonKernels

/// The memory that a forward pass works in, kept from call to call.
///
/// Each cache has its own, so that a model is never written to.
final class Workspace {
  let hidden: Int
  let query: Int
  let keyValue: Int
  let feedForward: Int
  /// Rows that a pass computes at once.
  let mostRows: Int
  var rotary: RotaryTable

  private var memory: UnsafeMutableRawPointer?
  private var bytes = 0
  private(set) var rows = 0

  private(set) var x: UnsafeMutablePointer<Float>!  // [rows, hidden], the residual stream
  private(set) var normed: UnsafeMutablePointer<Float>!  // [rows, widest]
  private(set) var q: UnsafeMutablePointer<Float>!  // [rows, query]
  private(set) var k: UnsafeMutablePointer<Float>!  // [rows, keyValue]
  private(set) var v: UnsafeMutablePointer<Float>!  // [rows, keyValue]
  private(set) var attended: UnsafeMutablePointer<Float>!  // [rows, query]
  private(set) var gated: UnsafeMutablePointer<Float>!  // [rows, feedForward]
  private(set) var moments: UnsafeMutablePointer<Float>!  // [2, rows]
  private(set) var positions: UnsafeMutablePointer<Int32>!  // [rows]
  private(set) var tokens: UnsafeMutablePointer<TokenID>!  // [rows]
  private var codes: UnsafeMutablePointer<Int8>!  // [rows, widest, padded]
  private var factors: UnsafeMutablePointer<Float>!  // [rows]
  private var sums: UnsafeMutablePointer<Int32>!  // [rows]

  private(set) var spans: UnsafeMutablePointer<ek_kv_span>!
  private(set) var tables: UnsafeMutablePointer<PageTable>!
  private var spanRoom = 0

  /// Where the pages of a span's sequence are: [layers, step].
  struct PageTable {
    var start: UnsafeMutablePointer<UnsafeMutableRawPointer>
    var step: Int
  }

  private static let mostBytes = 256 << 20
  private var widest: Int { max(hidden, query, feedForward) }

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
  }

  deinit {
    if let memory { ek_deallocate(memory, bytes) }
    spans?.deallocate()
    tables?.deallocate()
  }

  func reserve(rows count: Int) {
    if count <= rows { return }
    let grown = max(count, min(2 * rows, mostRows))
    let padded = (widest + 63) & ~63
    var size = 0
    func place(_ bytes: Int) -> Int {
      defer { size += (bytes + 63) & ~63 }
      return size
    }
    let floats = [
      hidden, widest, query, keyValue, keyValue, query, feedForward, 2, 1, 1, 1, 1,
    ].map { place($0 * grown * 4) }
    let codesAt = place(padded * grown)
    if let memory { ek_deallocate(memory, bytes) }
    let start = ek_allocate(size)
    memory = start
    bytes = size
    rows = grown
    func float(_ index: Int) -> UnsafeMutablePointer<Float> {
      (start + floats[index]).assumingMemoryBound(to: Float.self)
    }
    func integer(_ index: Int) -> UnsafeMutablePointer<Int32> {
      (start + floats[index]).assumingMemoryBound(to: Int32.self)
    }
    x = float(0)
    normed = float(1)
    q = float(2)
    k = float(3)
    v = float(4)
    attended = float(5)
    gated = float(6)
    moments = float(7)
    factors = float(8)
    sums = integer(9)
    positions = integer(10)
    tokens = integer(11)
    codes = (start + codesAt).assumingMemoryBound(to: Int8.self)
  }

  func reserve(spans count: Int) {
    if count <= spanRoom { return }
    spans?.deallocate()
    tables?.deallocate()
    spanRoom = max(count, 2 * spanRoom, 4)
    spans = .allocate(capacity: spanRoom)
    tables = .allocate(capacity: spanRoom)
  }

  /// Room for `count` tokens of `columns` numbers as int8.
  func int8Tokens(_ count: Int, columns: Int) -> ek_int8_tokens {
    ek_int8_tokens(
      tokens: count, columns: columns, stride: (columns + 63) & ~63, codes: codes,
      factors: factors, sums: sums)
  }
}
