import CErgonKernels

/// A cache of one layer's keys and values in pages that lie in no order, with what was stored.
final class AttentionCase {
  var shape: ek_kv_shape
  let heads: Int
  let length: Int
  let keys: [Float]
  let values: [Float]
  let queries: [Float]
  private let pages: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let pageCount: Int

  init(
    _ format: ek_kv_format, length: Int, keyHeads: Int, group: Int, headSize: Int,
    pageTokens: Int = 16
  ) {
    shape = ek_kv_shape(
      format: format, page_tokens: pageTokens, kv_heads: keyHeads, head_dim: headSize)
    heads = keyHeads * group
    self.length = length
    var numbers = TernarySamples(length * 31 + headSize)
    keys = numbers.numbers(length * keyHeads * headSize).map { 3 * $0 }
    values = numbers.numbers(length * keyHeads * headSize)
    queries = numbers.numbers(length * heads * headSize).map { 3 * $0 }
    pageCount = (length + pageTokens - 1) / pageTokens
    pages = .allocate(capacity: pageCount)
    let bytes = ek_kv_page_bytes(&shape)
    for i in (0..<pageCount).reversed() {
      let page = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      // What was never stored must never be used: all ones are NaN in every format.
      page.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bytes)
      (pages + i).initialize(to: page)
    }
  }

  deinit {
    for i in 0..<pageCount { pages[i].deallocate() }
    pages.deallocate()
  }

  private var keyWidth: Int { shape.kv_heads * shape.head_dim }
  private var queryWidth: Int { heads * shape.head_dim }

  private func span(first: Int, tokens: Int, row: Int) -> ek_kv_span {
    ek_kv_span(pages: pages, first_position: first, tokens: tokens, row: row)
  }

  /// Stores positions `range`.
  func store(_ range: Range<Int>) {
    var one = span(first: range.lowerBound, tokens: range.count, row: range.lowerBound)
    ek_kv_store(&shape, 1, &one, keys, values, keyWidth)
  }

  /// The rows of positions `ranges`, each range a span of its own.
  func attend(_ ranges: [Range<Int>], causal: Bool = true, scale: Float = 0.3) -> [Float] {
    var row = 0
    var q: [Float] = []
    let spans = ranges.map { range in
      defer { row += range.count }
      q += queries[range.lowerBound * queryWidth..<range.upperBound * queryWidth]
      return span(first: range.lowerBound, tokens: range.count, row: row)
    }
    var out = [Float](repeating: .nan, count: row * queryWidth)
    ek_attention(
      &shape, heads, scale, causal, spans.count, spans, q, queryWidth, &out, queryWidth)
    return out
  }

  /// What position `t` gives, from the definition in double precision.
  func expected(_ t: Int, positions: Int, scale: Double = Double(Float(0.3))) -> [Double] {
    let dim = shape.head_dim, group = heads / shape.kv_heads
    return (0..<heads).flatMap { h -> [Double] in
      let q = t * queryWidth + h * dim
      let scores = (0..<positions).map { j in
        let k = j * keyWidth + h / group * dim
        return scale * (0..<dim).reduce(0) { $0 + Double(queries[q + $1]) * Double(keys[k + $1]) }
      }
      let most = scores.max()!
      let shares = scores.map { Double.exp($0 - most) }
      let total = shares.reduce(0, +)
      return (0..<dim).map { d in
        (0..<positions).reduce(0) {
          $0 + shares[$1] / total * Double(values[$1 * keyWidth + h / group * dim + d])
        }
      }
    }
  }

  /// The bytes of all pages.
  var bytes: [[UInt8]] {
    (0..<pageCount).map {
      Array(UnsafeRawBufferPointer(start: pages[$0], count: ek_kv_page_bytes(&shape)))
    }
  }
}

extension Double {
  fileprivate static func exp(_ x: Double) -> Double {
    // e^x by its series after halving: an exponential that owes nothing to the kernels'.
    if x < -700 { return 0 }
    var halvings = 0
    var y = x
    while abs(y) > 0.01 {
      y /= 2
      halvings += 1
    }
    var sum = 1.0, term = 1.0
    for n in 1...12 {
      term *= y / Double(n)
      sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
  }
}
