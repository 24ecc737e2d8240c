import CErgonKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The exact output head at half the bytes or less: logits that can matter are computed in full
/// precision, all others are proven not to.
///
/// An int8 copy of the matrix gives an upper and a lower bound of every logit, which hold for the
/// very floats that ``ExactHead`` computes, rounding included (the derivation is in head.c). A row
/// whose upper bound is below the k-th greatest lower bound cannot be among the k greatest; the few
/// others are computed exactly. Tokens and logits are therefore bit for bit those of the exact head.
///
/// - Cost: a position reads one byte a weight and a few rows; memory is larger by that copy. A
///   demand for all logits reads the full matrix, and one that turns out to need more than an eighth
///   of the rows reads both.
public struct CertifiedHead: OutputHead {
  let exact: ExactHead
  private let copy: HeadCopy

  /// Whether a copy in bytes has bounds and saves anything: that of floating-point rows.
  static func canCopy(_ matrix: ek_dense_matrix) -> Bool {
    [EK_WEIGHTS_F32, EK_WEIGHTS_F16, EK_WEIGHTS_BF16].contains(matrix.format)
      && matrix.columns <= Int(EK_HEAD_COLUMNS) && matrix.bias == nil
  }

  /// - Parameter returnPages: Called with rows that have been read, and need not stay in memory.
  init(_ exact: ExactHead, returnPages: (UnsafeRawBufferPointer) -> Void = { _ in }) {
    precondition(
      Self.canCopy(exact.matrix),
      "CertifiedHead: rows of format \(exact.matrix.format.rawValue) have no bounds")
    self.exact = exact
    copy = HeadCopy(exact.matrix, returnPages: returnPages)
  }

  public var vocabularySize: Int { exact.vocabularySize }
  public var hiddenSize: Int { exact.hiddenSize }
  public var bytesPerToken: Int { copy.bytes }

  public func logits(
    _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    exact.logits(count, hidden, into: out)
  }

  public func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits {
    part(hidden, 0, demand, mask: mask, including: including) { screen(1, hidden) }
      ?? exact.logits(hidden, demand: .all, mask: mask, including: including)
  }

  /// Bounds for several positions, in one reading of the copy.
  func screen(_ count: Int, _ hidden: UnsafePointer<Float>) -> HeadScreening {
    copy.screen(count, hidden)
  }

  /// What a demand needs of a position, by its bounds; nil where that is too much to compute row by
  /// row.
  ///
  /// - Parameter screening: Bounds of several positions, asked for only where they can help.
  func part(
    _ hidden: UnsafePointer<Float>, _ position: Int, _ demand: LogitDemand, mask: TokenMask?,
    including: [TokenID], screening: () -> HeadScreening
  ) -> Logits? {
    if demand == .all { return nil }
    if case .greatest(let k) = demand, k > vocabularySize / 8 { return nil }
    // So few rows cost less than a screening of all.
    if let mask, mask.isNarrow { return nil }
    let screening = screening()
    return withExtendedLifetime(screening) {
      var search = RowSearch(
        exact: exact, hidden: hidden, bounds: screening[position], mask: mask, including: including)
      return search.meet(demand) ? search.result() : nil
    }
  }
}

/// Finds and computes the rows of one position that a demand needs.
private struct RowSearch {
  let exact: ExactHead
  let hidden: UnsafePointer<Float>
  let bounds: HeadBounds
  let mask: TokenMask?
  /// Not to be found by the search: included rows, which are computed in any case.
  private var isIncluded: Set<TokenID> = []
  private var isKnown: TokenMask
  private var tokens: [TokenID] = []
  private var values: [Float] = []
  private var restMass: ClosedRange<Double>?

  init(
    exact: ExactHead, hidden: UnsafePointer<Float>, bounds: HeadBounds, mask: TokenMask?,
    including: [TokenID]
  ) {
    self.exact = exact
    self.hidden = hidden
    self.bounds = bounds
    self.mask = mask
    isKnown = TokenMask(count: exact.vocabularySize, allowed: false)
    isIncluded = Set(including)
    compute(including.filter { mask?[$0] ?? true })
  }

  /// Computes what the demand needs; false where that is too much to do row by row.
  mutating func meet(_ demand: LogitDemand) -> Bool {
    switch demand {
    case .all: return false
    case .greatest(let k): return meetGreatest(k)
    case .within(let distance):
      guard let first = greatestLower(1).first else { return computeAll(atLeast: -.infinity) }
      return computeAll(atLeast: (first.0 - distance).nextDown)
    case .mass(let share): return meetMass(share)
    }
  }

  /// First the k rows of the greatest lower bounds: their exact logits give a threshold, nearer than
  /// any bound, that every other row's upper bound must reach.
  private mutating func meetGreatest(_ k: Int) -> Bool {
    let first = greatestLower(k)
    guard first.count == k else { return computeAll(atLeast: -.infinity) }
    let before = values.count
    compute(first.map { TokenID($0.1) })
    return computeAll(atLeast: values[before...].min() ?? .infinity)
  }

  /// Estimates a threshold above which the share lies, computes every row that may reach it, and
  /// bounds the sum over the others.
  private mutating func meetMass(_ share: Float) -> Bool {
    guard let reference = greatestLower(1).first?.0, reference > -.infinity else { return false }
    // Where the threshold may lie: sixteenths below the greatest.
    var bins = [Double](repeating: 0, count: 16 * 24)
    for row in 0..<bounds.rows where mask?[TokenID(row)] ?? true {
      guard bounds.upper(row) < .infinity else { return false }
      let depth = reference - (bounds.lower(row) + bounds.upper(row)) / 2
      let bin = Int(min(max(0, 16 * depth), 1e6))
      if bin < bins.count { bins[bin] += exp(-Double(depth)) }
    }
    // What stays unknown is to be a small part of what lies outside the share.
    var above = bins.reduce(0, +) * (1 - (1 - Double(share)) / 16)
    guard
      let index = bins.firstIndex(where: {
        above -= $0; return above <= 0
      }),
      computeAll(atLeast: reference - Float(index + 1) / 16)
    else { return false }
    boundRest()
    return true
  }

  /// Sums the bounds of what has not been computed, against the greatest that has.
  private mutating func boundRest() {
    guard let reference = values.max(), reference.isFinite else { return }
    var (low, high) = (0.0, 0.0)
    for row in 0..<bounds.rows where isUnknown(row) {
      low += exp(Double(bounds.lower(row)) - Double(reference))
      high += exp(Double(bounds.upper(row)) - Double(reference))
    }
    // Rounding of the exponentials and the sum is far below this.
    restMass = (low * (1 - 1e-9))...(high * (1 + 1e-9))
  }

  private func isUnknown(_ row: Int) -> Bool {
    !isKnown[TokenID(row)] && (mask?[TokenID(row)] ?? true)
  }

  /// The rows of the k greatest lower bounds among those that are searched.
  private func greatestLower(_ k: Int) -> [(Float, Int)] {
    var keys: [UInt64] = []
    var least = -Float.infinity
    bounds.forEachLower(atLeast: { least }) { row, lower in
      guard mask?[TokenID(row)] ?? true, !isIncluded.contains(TokenID(row)) else { return }
      keys.append(Candidates.key(lower, TokenID(row)))
      guard keys.count >= 8 * k + 64 else { return }
      keys = Array(keys.sorted(by: >).prefix(k))
      least = Candidates.logit(keys[k - 1])
    }
    return keys.sorted(by: >).prefix(k).map {
      (Candidates.logit($0), Int(Candidates.token($0)))
    }
  }

  /// Computes every row whose upper bound is at least this.
  private mutating func computeAll(atLeast least: Float) -> Bool {
    let limit = exact.vocabularySize / 8
    var found: [TokenID] = []
    bounds.forEachUpper(atLeast: { least }) { row, _ in
      if found.count <= limit, isUnknown(row) { found.append(TokenID(row)) }
    }
    guard found.count <= limit else { return false }
    compute(found)
    return true
  }

  private mutating func compute(_ rows: [TokenID]) {
    guard !rows.isEmpty else { return }
    for row in rows { isKnown[row] = true }
    tokens += rows
    values += exact.rows(rows, hidden)
  }

  func result() -> Logits {
    var rest = -Float.infinity
    bounds.forEachUpper(atLeast: { rest }) { row, upper in
      if isUnknown(row) { rest = max(rest, upper) }
    }
    let order = tokens.indices.sorted { tokens[$0] < tokens[$1] }
    let greatest = values.max() ?? 0
    let mass = Double(bounds.rows) * exp(Double(rest) - Double(greatest))
    return Logits(
      tokens: order.map { tokens[$0] }, values: order.map { values[$0] }, rest: rest,
      restMass: restMass ?? 0...(mass.isNaN ? .infinity : mass))
  }
}
