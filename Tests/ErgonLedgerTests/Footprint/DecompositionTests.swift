import Testing

@testable import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Normal numbers by Box and Muller over a multiplicative generator: no part of the library, so
/// that it can be an oracle.
struct Gaussian {
  var state: UInt64
  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 | 1 }

  mutating func unit() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 12) + 0.5) * 0x1p-52
  }

  mutating func next() -> Double {
    let (u, v) = (unit(), unit())
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}

@Suite("Decomposition")
struct DecompositionTests {
  static func columns(_ deviations: [Double], rows: Int, seed: UInt64) -> [[Double]] {
    var random = Gaussian(seed: seed)
    return deviations.map { deviation in (0..<rows).map { _ in deviation * random.next() } }
  }

  static func decompose(_ columns: [[Double]]) -> Decomposition? {
    Decomposition(factors: columns.enumerated().map { (name: "x\($0.offset)", logs: $0.element) })
  }

  @Test("independent factors of deviation 0.5, 1 and 0.8 share 0.132, 0.529 and 0.339")
  func independent() throws {
    let shares = try #require(Self.decompose(Self.columns([0.5, 1, 0.8], rows: 10_000, seed: 3)))
    for (part, expected) in zip(shares.parts, [0.132, 0.529, 0.339]) {
      #expect(abs(part.share - expected) < 0.02)
    }
    #expect(abs(shares.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test("shares sum to 1 within 1e-12, whatever the factors", arguments: 1...100)
  func sum(seed: Int) throws {
    var random = Gaussian(seed: UInt64(seed))
    let deviations = (0..<3 + seed % 3).map { _ in exp(3 * random.next()) }
    var columns = Self.columns(deviations, rows: 2 + seed, seed: UInt64(seed))
    // Far from the origin, and two factors that nearly cancel each other.
    columns[0] = columns[0].map { $0 + 1e3 }
    columns[1] = zip(columns[0], columns[1]).map { 0.9 * (1e3 - $0) + 0.1 * $1 }
    let shares = try #require(Self.decompose(columns))
    #expect(abs(shares.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test("shares are the Shapley values of the game", arguments: 1...100)
  func shapley(seed: Int) throws {
    var random = Gaussian(seed: UInt64(1000 + seed))
    let mixed = Self.columns([0.5, 1, 0.8, 0.3], rows: 40, seed: UInt64(seed))
    // Correlated columns, or the two could agree by accident.
    let columns = (0..<4).map { k in
      (0..<40).map { row in mixed[k][row] + 0.5 * mixed[(k + 1) % 4][row] + random.next() * 0.1 }
    }
    let shares = try #require(Self.decompose(columns))
    let values = Self.shapley(columns)
    let total = values.reduce(0, +)
    for (part, value) in zip(shares.parts, values) {
      #expect(abs(part.share - value / total) < 1e-10)
    }
  }

  /// By enumeration of all orders in which the players can enter; `v(S)` is the variance of the
  /// coalition's sum.
  static func shapley(_ columns: [[Double]]) -> [Double] {
    let players = columns.count
    func worth(_ coalition: Set<Int>) -> Double {
      let sums = columns[0].indices.map { row in
        coalition.sorted().reduce(0) { $0 + columns[$1][row] }
      }
      let mean = sums.reduce(0, +) / Double(sums.count)
      return sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count - 1)
    }
    var values = [Double](repeating: 0, count: players)
    let orders = permutations(Array(0..<players))
    for order in orders {
      var coalition: Set<Int> = []
      for player in order {
        let before = coalition.isEmpty ? 0 : worth(coalition)
        coalition.insert(player)
        values[player] += (worth(coalition) - before) / Double(orders.count)
      }
    }
    return values
  }

  static func permutations(_ items: [Int]) -> [[Int]] {
    items.count < 2
      ? [items]
      : items.flatMap { item in
        permutations(items.filter { $0 != item }).map { [item] + $0 }
      }
  }

  @Test("rows that do not differ have no shares")
  func constant() {
    #expect(Self.decompose([[1, 1, 1], [2, 2, 2]]) == nil)
    #expect(Self.decompose([[1], [2]]) == nil)
    #expect(Self.decompose([[1, .nan, 2], [1, 2, 3]]) == nil)
    #expect(Self.decompose([[1, -.infinity, 2], [1, 2, 3]]) == nil)
    #expect(Decomposition(factors: []) == nil)
  }

  @Test("a factor that works against the others has a negative share")
  func negative() throws {
    let shares = try #require(Self.decompose([[0, 1, 2, 3], [0, -0.5, -1, -1.5]]))
    #expect(abs(shares.parts[0].share - 2) < 1e-12)
    #expect(abs(shares.parts[1].share + 1) < 1e-12)
  }
}

@Suite("Pairwise explanation")
struct PairwiseExplanationTests {
  static let pairs: [(String, String)] = [
    ("gpt-3", "bloom-176b"), ("bert-base", "elmo"), ("nas-transformer", "llama-65b"),
    ("meena", "t5-11b"),
  ]

  @Test("factors multiply to the ratio, and turn round with the question", arguments: pairs)
  func product(a: String, b: String) throws {
    let registry = StarterRegistry.registry
    let first = (id: a, footprint: registry.footprint(of: try registry.record(a)))
    let second = (id: b, footprint: registry.footprint(of: try registry.record(b)))
    for chain in FactorChain.allCases {
      let there = try PairwiseExplanation(of: first, against: second, chain: chain)
      let back = try PairwiseExplanation(of: second, against: first, chain: chain)
      let ratio =
        try #require(first.footprint.carbon).value / #require(second.footprint.carbon).value
      #expect(abs(there.ratio / ratio - 1) < 1e-12)
      #expect(abs(there.factors.reduce(1) { $0 * $1.ratio } / there.ratio - 1) < 1e-12)
      #expect(abs(there.ratio * back.ratio - 1) < 1e-12)
      for (x, y) in zip(there.factors, back.factors) {
        #expect(abs(x.ratio * y.ratio - 1) < 1e-12)
        #expect(x.factor == y.factor)
      }
    }
  }

  @Test("market-based and location-based figures are not explained by each other")
  func bases() throws {
    let registry = StarterRegistry.registry
    let a = (id: "meena", footprint: registry.footprint(of: try registry.record("meena")))
    let b = (id: "gpt-3", footprint: registry.footprint(of: try registry.record("gpt-3")))
    #expect(throws: FootprintError.figureMissing(id: "meena", figure: "location-based intensity")) {
      try PairwiseExplanation(of: a, against: b)
    }
  }

  @Test("a record without energy names what it lacks")
  func missing() throws {
    let registry = StarterRegistry.registry
    let a = (id: "x", footprint: registry.footprint(of: try registry.record("llama-2-family")))
    #expect(throws: FootprintError.figureMissing(id: "x", figure: "energy")) {
      try PairwiseExplanation(of: a, against: a)
    }
  }
}
