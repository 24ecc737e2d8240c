#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The tokens that may still be chosen, and bounds on those whose logits are not known.
///
/// Filters return whether what is known decides what they keep; false leaves all as it was. After a
/// filter that decides, no unknown token is left.
struct Candidates {
  /// A token and its logit in one number: the greater logit is greater, and of equal logits that of
  /// the lower token.
  private(set) var keys: [UInt64]
  /// Whether the keys descend; otherwise tokens ascend.
  private(set) var isSorted = false
  /// No unknown token's logit is above this.
  private(set) var rest: Float
  /// Bounds on the unknown tokens' sum of exp(logit − reference).
  private let restMass: ClosedRange<Double>
  private let reference: Float

  /// - Parameters:
  ///   - keys: Tokens ascending.
  ///   - reference: What `restMass` relates to.
  init(keys: [UInt64], rest: Float, restMass: ClosedRange<Double>, reference: Float) {
    self.keys = keys
    self.rest = rest
    self.restMass = restMass
    self.reference = reference
  }

  static func key(_ logit: Float, _ token: TokenID) -> UInt64 {
    let bits = (logit + 0).bitPattern  // -0 becomes 0, its equal
    let sign = UInt32(bitPattern: Int32(bitPattern: bits) >> 31)
    return UInt64(bits ^ (sign | 0x8000_0000)) << 32 | UInt64(~UInt32(bitPattern: token))
  }

  static func logit(_ key: UInt64) -> Float {
    let bits = UInt32(truncatingIfNeeded: key >> 32)
    let sign = UInt32(bitPattern: Int32(bitPattern: bits) >> 31)
    return Float(bitPattern: bits ^ (~sign | 0x8000_0000))
  }

  static func token(_ key: UInt64) -> TokenID {
    TokenID(bitPattern: ~UInt32(truncatingIfNeeded: key))
  }

  var count: Int { keys.count }
  var isComplete: Bool { rest == -.infinity }
  /// The greatest known logit; minus infinity where there is none.
  var greatest: Float { greatestKey.map(Self.logit) ?? -.infinity }
  private var greatestKey: UInt64? { isSorted ? keys.first : keys.max() }

  /// The likeliest token; nil where an unknown one may be as likely.
  var likeliest: TokenID? {
    guard let key = greatestKey, Self.logit(key) > rest || isComplete else { return nil }
    return Self.token(key)
  }

  // MARK: Filters

  /// The k greatest.
  mutating func keepGreatest(_ k: Int) -> Bool {
    let found = greatestKeys(k)
    guard isComplete || (found.count == k && Self.logit(found[k - 1]) > rest) else { return false }
    keep(found)
    return true
  }

  /// Logits within `deviations` standard deviations of the greatest.
  mutating func keepNearGreatest(deviations: Float) -> Bool {
    guard isComplete else { return false }
    let n = Double(keys.count)
    let mean = keys.reduce(0) { $0 + Double(Self.logit($1)) } / n
    let variance =
      keys.reduce(0) {
        let d = Double(Self.logit($1)) - mean
        return $0 + d * d
      } / n
    return keepAtLeast(Double(greatest) - Double(deviations) * variance.squareRoot())
  }

  /// Those with at least this share of the greatest's probability.
  mutating func keepShare(_ share: Float) -> Bool {
    keepAtLeast(Double(greatest) + log(Double(share)))
  }

  private mutating func keepAtLeast(_ least: Double) -> Bool {
    guard isComplete || Double(rest) < least else { return false }
    if isSorted {
      keep(Array(keys.prefix { Double(Self.logit($0)) >= least }))
    } else {
      keep(keys.filter { Double(Self.logit($0)) >= least }.sorted(by: >))
    }
    return true
  }

  /// The fewest greatest that together have a probability of at least `mass`.
  mutating func keepMass(_ mass: Float) -> Bool {
    let greatest = Double(greatest)
    let known = keys.reduce(0.0) { $0 + exp(Double(Self.logit($1)) - greatest) }
    let scale = isComplete ? 0 : exp(Double(reference) - greatest)
    // Where a part is known, sums in other orders must not decide otherwise: they are within 1e-9.
    let margin = isComplete ? 0 : 1e-9
    let atLeast = Double(mass) * (known + restMass.lowerBound * scale) * (1 - margin)
    let atMost = Double(mass) * (known + restMass.upperBound * scale) * (1 + margin)
    var take = 256
    while true {
      let found = greatestKeys(take)
      var sum = 0.0
      for (index, key) in found.enumerated() {
        guard isComplete || Self.logit(key) > rest else { return false }
        sum += exp(Double(Self.logit(key)) - greatest)
        if sum >= atMost {
          keep(Array(found[...index]))
          return true
        }
        if sum >= atLeast { return false }
      }
      if found.count == keys.count {
        // Rounding may leave the sum below a mass of 1.
        guard isComplete else { return false }
        keep(found)
        return true
      }
      take *= 8
    }
  }

  /// Those whose surprise is nearest the entropy, the fewest that have more than this probability.
  mutating func keepTypical(_ mass: Float) -> Bool {
    guard isComplete else { return false }
    sort()
    let probabilities = self.probabilities()
    let entropy = Self.entropy(probabilities)
    let order = probabilities.indices.map { (abs(-log(probabilities[$0]) - entropy), $0) }
      .sorted { $0 < $1 }
    var sum = 0.0
    var kept: [UInt64] = []
    for (_, index) in order {
      kept.append(keys[index])
      sum += probabilities[index]
      if sum > Double(mass) { break }
    }
    keep(kept.sorted(by: >))
    return true
  }

  /// Removes those that have at least this probability, but for the least likely of them.
  mutating func removeTop(threshold: Float) -> Bool {
    guard isComplete else { return false }
    sort()
    let probable = probabilities().prefix { $0 >= Double(threshold) }.count
    if probable >= 2 { keep(Array(keys[(probable - 1)...])) }
    return true
  }

  // MARK: Probabilities

  /// Of the candidates at this temperature, in their order.
  func probabilities(temperature: Float = 1) -> [Double] {
    let greatest = Double(greatest)
    let weights = keys.map { exp((Double(Self.logit($0)) - greatest) / Double(temperature)) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  static func entropy(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// The first candidate at which the running sum of probabilities exceeds `u` in [0, 1).
  func draw(_ probabilities: [Double], _ u: Double) -> Int {
    var sum = 0.0
    for (index, probability) in probabilities.enumerated() {
      sum += probability
      if u < sum { return index }
    }
    // The sum has rounded to less than u: the last that has a probability at all.
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }

  // MARK: Order

  mutating func sort() {
    guard !isSorted else { return }
    keys.sort(by: >)
    isSorted = true
  }

  private mutating func keep(_ sorted: [UInt64]) {
    keys = sorted
    isSorted = true
    rest = -.infinity
  }

  /// The k greatest keys, or all, descending.
  func greatestKeys(_ k: Int) -> [UInt64] {
    if isSorted { return Array(keys.prefix(k)) }
    if k >= keys.count / 8 { return Array(keys.sorted(by: >).prefix(k)) }
    // A heap whose root is the least of the k greatest so far: most keys fail one comparison.
    var heap = Array(keys[..<k])
    heap.withUnsafeMutableBufferPointer { heap in
      for root in stride(from: k / 2 - 1, through: 0, by: -1) { Self.siftDown(heap, root) }
      for key in keys[k...] where key > heap[0] {
        heap[0] = key
        Self.siftDown(heap, 0)
      }
    }
    return heap.sorted(by: >)
  }

  private static func siftDown(_ heap: UnsafeMutableBufferPointer<UInt64>, _ start: Int) {
    var root = start
    let key = heap[root]
    while true {
      var child = 2 * root + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      if heap[child] >= key { break }
      heap[root] = heap[child]
      root = child
    }
    heap[root] = key
  }
}
